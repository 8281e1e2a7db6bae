// What the page knows: people, chats, lines, who I am and where I look.
//
// Events: "all" (everything may have changed), "line" (detail: {line, old}), "gone"
// (detail: {chat, id}), "view" (who I am or the open chat), "unread".

export const BOT = "bot";

export class Store extends EventTarget {
  personas = new Map();
  chats = new Map();
  me = null;
  chat = null;
  #lines = new Map();
  #unread = new Map();
  #rev = 0;

  /** Take the server's whole state, at the start and after too long a break. */
  load(state) {
    const isFirst = this.me === null;
    this.personas = new Map(state.personas.map((persona) => [persona.id, persona]));
    this.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
    this.#lines = new Map(state.chats.map((chat) => [chat.id, new Map()]));
    for (const line of state.lines) {
      this.#lines.get(line.chat)?.set(line.id, line);
      if (!isFirst && line.rev > this.#rev) this.#count(line);
    }
    // After a restart of the server its numbers begin anew.
    this.#rev = Math.max(0, ...state.lines.map((line) => line.rev));
    this.me = this.#known("me", this.me, this.personas);
    this.chat = this.#known("chat", this.chat, this.chats);
    this.#emit("all");
  }

  /** Take one change from the live line. */
  apply(change) {
    const lines = this.#lines.get(change.chat);
    if (!lines) return;
    if (change.gone) {
      if (lines.delete(change.id)) this.#emit("gone", change);
      return;
    }
    const old = lines.get(change.id);
    if (old && old.rev >= change.rev) return;
    lines.set(change.id, change);
    this.#rev = Math.max(this.#rev, change.rev);
    if (!old) this.#count(change);
    this.#emit("line", { line: change, old });
  }

  lines(chat = this.chat) {
    return [...(this.#lines.get(chat)?.values() ?? [])];
  }

  line(id, chat = this.chat) {
    return this.#lines.get(chat)?.get(id);
  }

  unread(chat) {
    return this.#unread.get(chat) ?? 0;
  }

  unreadTotal() {
    return [...this.#unread.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The only person who may write in the chat, if there is just one. */
  owner(chat = this.chat) {
    const members = this.chats.get(chat)?.members;
    return members?.length === 1 ? this.personas.get(members[0]) : undefined;
  }

  /** Look at a chat; in somebody's private chat I am that person. */
  open(chat) {
    this.chat = chat;
    sessionStorage.setItem("chat", chat);
    const { members } = this.chats.get(chat);
    if (members && !members.includes(this.me)) this.#become(members[0]);
    this.#unread.delete(chat);
    this.#emit("view");
    this.#emit("unread");
  }

  /** Be somebody else; out of a private chat I go to my own. */
  become(person) {
    this.#become(person);
    const { members } = this.chats.get(this.chat);
    if (members && !members.includes(person)) {
      const own = [...this.chats.values()].find((chat) => this.owner(chat.id)?.id === person);
      this.open((own ?? this.chats.values().next().value).id);
    } else {
      this.#emit("view");
    }
  }

  #become(person) {
    this.me = person;
    sessionStorage.setItem("me", person); // two tabs may be two people
  }

  /** What I chose here, before a reload too, while it is there; else the first. */
  #known(name, chosen, map) {
    const found = [chosen, sessionStorage.getItem(name)].find((id) => map.has(id));
    return found ?? this.#first(map);
  }

  #first(map) {
    return map.keys().next().value ?? null;
  }

  #count(line) {
    if (line.chat === this.chat || line.author === this.me) return;
    this.#unread.set(line.chat, this.unread(line.chat) + 1);
    this.#emit("unread");
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
