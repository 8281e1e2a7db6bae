// The list of chats with what is new in each; on a phone it slides over the chat.

import { byId, h } from "./dom.js";
import { avatar } from "./lines.js";
import { describe } from "./words.js";

export class Sidebar {
  #opener = byId("drawer-open");
  #main = byId("main");

  constructor(store) {
    this.store = store;
    for (const name of ["all", "view", "line", "gone", "unread"]) {
      store.addEventListener(name, () => this.#drawSoon());
    }
    this.#opener.addEventListener("click", () => this.#slide(true));
    byId("drawer-close").addEventListener("click", () => this.#slide(false));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#slide(false);
    });
    // On a wide screen nothing slides, so nothing may stay locked either.
    matchMedia("(min-width: 60rem)").addEventListener("change", () => this.#slide(false));
  }

  #drawSoon() {
    if (this.pending) return;
    this.pending = true;
    queueMicrotask(() => {
      this.pending = false;
      this.#draw();
    });
  }

  #draw() {
    const { store } = this;
    const focused = document.activeElement?.dataset?.chat;
    const groups = [];
    const privates = [];
    for (const chat of store.chats.values()) {
      (store.owner(chat.id) ? privates : groups).push(chat);
    }
    // Where something was said stands above the many where nothing was; the sort is stable.
    const lastAt = (chat) => Date.parse(store.lines(chat.id).at(-1)?.at ?? 0);
    privates.sort((one, other) => lastAt(other) - lastAt(one));
    const entries = (chats) => chats.map((chat) => this.#entry(chat, store.owner(chat.id)));
    byId("group-chats").replaceChildren(...entries(groups));
    byId("private-chats").replaceChildren(...entries(privates));
    if (focused) document.querySelector(`[data-chat="${CSS.escape(focused)}"]`)?.focus();
    const total = store.unreadTotal();
    const badge = byId("unread-total");
    badge.hidden = total === 0;
    badge.textContent = total > 99 ? "99+" : String(total);
    document.title = total ? `(${total}) 呼应 · 模拟器` : "呼应 · 模拟器";
  }

  #entry(chat, owner) {
    const { store } = this;
    const last = store.lines(chat.id).at(-1);
    const unread = store.unread(chat.id);
    const preview = last ? `${last.name}：${last.text.split("\n")[0] || "[照片]"}` : "还没有消息";
    const face = owner
      ? avatar({ author: owner.id, name: owner.name }, store)
      : h("span", { className: "avatar", data: { role: "group" }, aria: { hidden: "true" } }, "群");
    const button = h(
      "button",
      { type: "button", className: "chat-entry", data: { chat: chat.id } },
      face,
      h(
        "span",
        { className: "chat-words" },
        h("strong", {}, owner?.name ?? chat.title),
        owner ? h("span", { className: "chat-role" }, describe(owner)) : null,
        h("span", { className: "chat-preview" }, preview),
      ),
      unread ? h("span", { className: "badge" }, unread > 99 ? "99+" : String(unread)) : null,
      unread ? h("span", { className: "sr-only" }, "条新消息") : null,
    );
    if (chat.id === store.chat) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => {
      store.open(chat.id);
      this.#slide(false);
    });
    return h("li", {}, button);
  }

  #slide(isOpen) {
    const wasOpen = document.body.classList.contains("drawer");
    if (isOpen === wasOpen) return;
    document.body.classList.toggle("drawer", isOpen);
    this.#main.inert = isOpen;
    this.#opener.setAttribute("aria-expanded", String(isOpen));
    (isOpen ? byId("drawer-close") : this.#opener).focus();
  }
}
