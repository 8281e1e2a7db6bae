// The hospital's time, and the buttons that move it forward.

import { moveClock } from "./api.js";
import { byId, h } from "./dom.js";
import { JUMPS } from "./words.js";

const TICK_MS = 1000;

export class ClockPanel {
  #panel = byId("clock");
  #note = byId("clock-note");
  #minutes = byId("clock-minutes");

  constructor(clock) {
    this.clock = clock;
    const jumps = JUMPS.map(([word, jump]) => {
      const button = h("button", { type: "button", className: "chip" }, word);
      button.addEventListener("click", () => this.#jump(jump));
      return button;
    });
    byId("clock-jumps").append(...jumps);
    byId("clock-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#jumpByMinutes();
    });
    setInterval(() => this.tick(), TICK_MS);
  }

  /** Show whether the clock may be moved at all. */
  allow(isMovable) {
    byId("clock-jumps").hidden = !isMovable;
    byId("clock-form").hidden = !isMovable;
    if (!isMovable) this.#note.textContent = "已接入真实的聊天平台，不能拨快时间";
  }

  tick() {
    if (!this.clock.zone) return;
    const now = this.clock.now();
    for (const id of ["clock-time", "header-time"]) {
      byId(id).textContent = this.clock.hourOf(now);
      byId(id).dateTime = now.toISOString();
    }
    byId("clock-date").textContent = this.clock.dayOf(now);
  }

  #jumpByMinutes() {
    const minutes = Number(this.#minutes.value);
    if (!(minutes > 0)) {
      this.#note.textContent = "请填要拨快的分钟数，例如 30";
      this.#minutes.focus();
      return;
    }
    this.#jump({ minutes });
  }

  async #jump(jump) {
    const controls = this.#panel.querySelectorAll("button, input");
    const focused = document.activeElement;
    for (const control of controls) control.disabled = true;
    this.#note.textContent = "正在拨快…";
    try {
      const { now } = await moveClock(jump);
      this.clock.sync(now);
      this.tick();
      this.#note.textContent = `已拨到 ${this.clock.hourOf(now)}`;
      this.#minutes.value = "";
    } catch (error) {
      this.#note.textContent = error.message;
    } finally {
      for (const control of controls) control.disabled = false;
      if (this.#panel.contains(focused)) focused.focus();
    }
  }
}
