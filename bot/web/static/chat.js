// The open chat: its heading and its lines, which stay where the reader looks.

import { byId, h } from "./dom.js";
import { lineElement } from "./lines.js";
import { EXAMPLES, describe } from "./words.js";

const NEAR_END_PX = 80;
const SETTLE_MS = 500;

export class ChatView {
  #log = byId("log");
  #more = byId("jump-down");

  constructor(store, clock, on) {
    this.store = store;
    this.clock = clock;
    this.on = { ...on, show: (id) => this.show(id) };
    store.addEventListener("all", () => this.draw());
    store.addEventListener("view", () => this.draw());
    store.addEventListener("line", ({ detail }) => this.#take(detail));
    store.addEventListener("gone", ({ detail }) => {
      if (detail.chat === store.chat) this.draw();
    });
    this.#more.addEventListener("click", () => this.#toEnd());
    this.#log.addEventListener("scroll", () => {
      this.followsEnd = this.#isAtEnd();
      if (this.followsEnd) this.#more.hidden = true;
    });
    // A picture that arrives or a composer that grows must not push the newest line out of sight.
    this.#log.addEventListener("load", () => this.#stay(), { capture: true });
    new ResizeObserver(() => this.#stay()).observe(this.#log);
  }

  draw() {
    this.#drawHeading();
    this.lastDay = "";
    // Filled in one go and out of the log, so that a screen reader does not read it all aloud.
    const fresh = document.createDocumentFragment();
    for (const line of this.store.lines()) this.#append(line, fresh);
    if (!fresh.firstChild) fresh.append(this.#emptyState());
    this.#log.replaceChildren(fresh);
    this.#toEnd();
  }

  /** Bring a line into view and mark it for a moment. */
  show(id) {
    const element = this.#find(id);
    if (!element) return;
    element.scrollIntoView({ block: "center" });
    this.#flash(element);
  }

  #take({ line, old }) {
    if (line.chat !== this.store.chat) return;
    const standing = old && this.#find(line.id);
    if (standing) {
      const hadFocus = document.activeElement?.closest(".line") === standing;
      const fresh = this.#element(line);
      standing.replaceWith(fresh);
      this.#settle(fresh, hadFocus);
      this.#flash(fresh);
    } else {
      this.#log.querySelector(".empty")?.remove();
      this.#append(line, this.#log);
    }
    if (this.followsEnd || line.author === this.store.me) this.#toEnd();
    else if (!standing) this.#more.hidden = false;
  }

  #append(line, parent) {
    const day = this.clock.dayOf(line.at);
    if (day !== this.lastDay) parent.append(h("p", { className: "day" }, day));
    this.lastDay = day;
    parent.append(this.#element(line));
  }

  #element(line) {
    return lineElement(line, this.store, this.clock, this.on);
  }

  #find(id) {
    return this.#log.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  /** Keep the second half of a double tap on 已解决 from landing on the 1分 that takes its place. */
  #settle(element, takesFocus) {
    const buttons = element.querySelectorAll(".card-button");
    for (const button of buttons) button.disabled = true;
    setTimeout(() => {
      for (const button of buttons) button.disabled = false;
      const first = buttons[0] ?? element.querySelector("button");
      if (takesFocus && document.activeElement === document.body) {
        first?.focus({ preventScroll: true });
      }
    }, SETTLE_MS);
  }

  #flash(element) {
    element.classList.add("flash");
    element.addEventListener("animationend", () => element.classList.remove("flash"), {
      once: true,
    });
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  #stay() {
    if (this.followsEnd) this.#toEnd();
  }

  #toEnd() {
    this.followsEnd = true;
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#more.hidden = true;
  }

  #drawHeading() {
    const { store } = this;
    const chat = store.chats.get(store.chat);
    const owner = store.owner();
    byId("chat-title").textContent = owner ? `${owner.name} 与呼应的私聊` : (chat?.title ?? "");
    const people = chat?.members?.length ?? store.personas.size;
    byId("chat-subtitle").textContent = owner ? describe(owner) : `${people} 人和呼应`;
  }

  #emptyState() {
    const examples = EXAMPLES.map((text) => {
      const button = h("button", { type: "button", className: "example" }, text);
      button.addEventListener("click", () => this.on.say(text));
      return h("li", {}, button);
    });
    const isPrivate = Boolean(this.store.owner());
    return h(
      "div",
      { className: "empty" },
      h("p", { className: "empty-title" }, isPrivate ? "这里还没有消息" : "像平时在群里说话就行"),
      h(
        "p",
        {},
        isPrivate
          ? "派给本人的单子、提醒和评价会出现在这里。也可以直接发："
          : "助手会登记、派单、盯时间。试试发：",
      ),
      h("ul", {}, ...examples),
    );
  }
}
