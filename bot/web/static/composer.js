// Where one writes: text, photos, a quote, in whose name, and whether it arrives twice.

import { editMessage, postMessage, samplePhoto, uploadPhoto } from "./api.js";
import { byId, h, whileBusy } from "./dom.js";
import { excerpt, mediaUrl } from "./lines.js";
import { ROLES, STRANGER_SUGGESTIONS, SUGGESTIONS, roleOf } from "./words.js";

const MAX_PHOTOS = 9;

export class Composer {
  #text = byId("text");
  #send = byId("send");
  #error = byId("error");
  #photos = [];
  #quoted = null;
  #edited = null;
  #last = { content: "", id: "" };

  constructor(store) {
    this.store = store;
    store.addEventListener("all", () => this.#draw());
    store.addEventListener("view", () => this.#look());
    this.#listenToText();
    this.#listenToPhotos();
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    byId("context-cancel").addEventListener("click", () => this.#clearContext());
    byId("me").addEventListener("change", ({ target }) => store.become(target.value));
  }

  quote(line) {
    this.#clearContext();
    this.#quoted = line;
    this.#showContext(`引用 ${excerpt(line)}`, "不引用了");
  }

  edit(line) {
    this.#clearContext();
    this.#edited = line;
    this.#text.value = line.text;
    this.#fit();
    this.#showContext(`正在修改：${excerpt(line)}`, "不修改了");
  }

  /** Send a ready-made text at once; what is being written stays. */
  async say(text) {
    await this.#attempt(async () => {
      await postMessage({ ...this.#where(), text, twice: this.#takesTwice(), id: newId() });
    });
  }

  /** Show one line about what went wrong, or nothing. */
  complain(sentence) {
    this.#error.textContent = sentence;
    this.#error.hidden = !sentence;
  }

  async #submit() {
    const text = this.#text.value;
    if (this.#send.disabled) return;
    if (!text.trim() && this.#photos.length === 0) {
      this.#text.focus();
      return;
    }
    const work = () => this.#attempt(() => (this.#edited ? this.#change(text) : this.#post(text)));
    const isDone = await whileBusy(this.#send, work);
    if (isDone) this.#clear();
    this.#text.focus();
  }

  #change(text) {
    return editMessage({ ...this.#where(), message_id: this.#edited.id, text });
  }

  #post(text) {
    const message = {
      ...this.#where(),
      text,
      photos: this.#photos,
      reply_to: this.#quoted?.id ?? null,
      twice: this.#takesTwice(),
    };
    // The same content tried again after a lost answer is the same message.
    const content = JSON.stringify(message);
    if (content !== this.#last.content) this.#last = { content, id: newId() };
    return postMessage({ ...message, id: this.#last.id });
  }

  async #attempt(work) {
    try {
      await work();
    } catch (error) {
      this.complain(error.message);
      return false;
    }
    this.complain("");
    return true;
  }

  #where() {
    return { person: this.store.me, chat: this.store.chat };
  }

  #takesTwice() {
    return byId("twice").checked;
  }

  #clear() {
    this.#last = { content: "", id: "" };
    this.#text.value = "";
    this.#photos = [];
    byId("twice").checked = false;
    this.#clearContext();
    this.#drawPhotos();
    this.#fit();
  }

  #showContext(text, cancel) {
    byId("context-text").textContent = text;
    byId("context-cancel").setAttribute("aria-label", cancel);
    byId("context").hidden = false;
    this.#text.focus();
  }

  #clearContext() {
    if (this.#edited) {
      this.#text.value = "";
      this.#fit();
    }
    this.#quoted = null;
    this.#edited = null;
    byId("context").hidden = true;
  }

  #listenToText() {
    this.#text.addEventListener("input", () => this.#fit());
    this.#text.addEventListener("keydown", (event) => {
      // While an input method is choosing a character, Enter belongs to it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (files.length === 0) return;
      event.preventDefault();
      this.#addPhotos(files);
    });
  }

  #listenToPhotos() {
    const files = byId("files");
    const pick = byId("pick-photo");
    const sample = byId("sample-photo");
    pick.addEventListener("click", () => files.click());
    files.addEventListener("change", () => {
      whileBusy(pick, () => this.#addPhotos([...files.files]));
      files.value = "";
    });
    sample.addEventListener("click", () =>
      whileBusy(sample, async () => this.#addPhotos([await samplePhoto()])),
    );
  }

  async #addPhotos(files) {
    await this.#attempt(async () => {
      for (const file of files.slice(0, MAX_PHOTOS - this.#photos.length)) {
        this.#photos.push(await uploadPhoto(file));
        this.#drawPhotos();
      }
    });
    this.#text.focus();
  }

  #drawPhotos() {
    const items = this.#photos.map((photo) => {
      const remove = h("button", { type: "button", aria: { label: `去掉 ${photo.name}` } }, "✕");
      remove.addEventListener("click", () => {
        this.#photos = this.#photos.filter((other) => other !== photo);
        this.#drawPhotos();
        this.#text.focus();
      });
      return h("li", {}, h("img", { src: mediaUrl(photo.key), alt: photo.name }), remove);
    });
    byId("previews").replaceChildren(...items);
    byId("previews").hidden = items.length === 0;
  }

  #draw() {
    const byRole = new Map();
    for (const persona of this.store.personas.values()) {
      const role = roleOf(persona);
      if (!byRole.has(role)) byRole.set(role, []);
      byRole.get(role).push(persona);
    }
    const known = Object.values(ROLES);
    const rank = (role) => (known.indexOf(role) + known.length + 1) % (known.length + 1);
    const groups = [...byRole].map(([label, personas]) =>
      h("optgroup", { label }, ...personas.map(personaOption)),
    );
    groups.sort((one, other) => rank(one.label) - rank(other.label));
    byId("me").replaceChildren(...groups);
    this.#look();
  }

  #look() {
    const { store } = this;
    byId("me").value = store.me;
    this.complain("");
    if (this.#where().chat !== this.chat) this.#clearContext();
    this.chat = store.chat;
    const title = store.chats.get(store.chat)?.title ?? "";
    this.#text.placeholder = store.owner() ? "对呼应说…" : `在「${title}」里说…`;
    const role = store.personas.get(store.me)?.role;
    const chips = (SUGGESTIONS[role] ?? STRANGER_SUGGESTIONS).map((text) => {
      const button = h("button", { type: "button", className: "chip" }, text);
      button.addEventListener("click", () => whileBusy(button, () => this.say(text)));
      return button;
    });
    byId("suggestions").replaceChildren(...chips);
  }

  #fit() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
  }
}

function personaOption(persona) {
  const words = [persona.name, roleOf(persona), persona.department].filter(Boolean);
  return h("option", { value: persona.id }, words.join(" · "));
}

function newId() {
  return crypto.randomUUID();
}
