// One line of a chat as an element.

import { h } from "./dom.js";
import { BOT } from "./store.js";
import { ASKING, KINDS, QUIET_BUTTONS, roleOf } from "./words.js";

/**
 * Return the element of a line.
 * @param on callbacks: quote(line), edit(line), tap(line, label, button), show(id)
 */
export function lineElement(line, store, clock, on) {
  const isBot = line.author === BOT;
  const isOwn = line.author === store.me;
  const names = ["line", isBot ? "from-bot" : "from-person", isOwn ? "own" : ""];
  const element = h("article", { className: names.join(" ").trim(), data: { id: line.id } });
  if (isBot && line.kind) element.dataset.kind = line.kind;
  const content = isBot ? card(line, store, on) : bubble(line, store, on);
  element.append(
    avatar(line, store),
    h("div", { className: "body" }, meta(line, store, clock, actions(line, isOwn, on)), content),
  );
  return element;
}

export function avatar({ author, name }, store) {
  const role = author === BOT ? BOT : (store.personas.get(author)?.role ?? "stranger");
  const letter = author === BOT ? "呼" : (name || author).slice(0, 1);
  return h("span", { className: "avatar", data: { role }, aria: { hidden: "true" } }, letter);
}

function meta(line, store, clock, actionButtons) {
  const persona = store.personas.get(line.author);
  const edited = line.author === BOT ? "已更新" : "已编辑";
  return h(
    "header",
    { className: "meta" },
    h("strong", {}, line.name || line.author),
    persona ? h("span", {}, roleOf(persona)) : null,
    h("time", { dateTime: line.at }, clock.hourOf(line.at)),
    line.edited_at
      ? h("span", { className: "edited" }, `${edited} ${clock.hourOf(line.edited_at)}`)
      : null,
    actionButtons,
  );
}

function bubble(line, store, on) {
  return h(
    "div",
    { className: "bubble" },
    quote(line, store, on),
    line.text ? h("p", { className: "text" }, line.text) : null,
    attachments(line),
  );
}

function card(line, store, on) {
  const [word, tone] = kindOf(line);
  const isForMe = line.to.includes(store.me) && !store.owner(line.chat);
  const number = line.ticket && !line.text.includes(line.ticket) ? line.ticket : "";
  const head =
    word || number
      ? h(
          "div",
          { className: "card-head" },
          word ? h("span", { className: "kind" }, word) : null,
          number ? h("span", { className: "ticket" }, number) : null,
        )
      : null;
  return h(
    "div",
    { className: `card${isForMe ? " for-me" : ""}`, data: { tone } },
    head,
    quote(line, store, on),
    mentions(line, store),
    line.text ? h("p", { className: "text" }, ...withNumber(line)) : null,
    attachments(line),
    buttons(line, on),
  );
}

function kindOf(line) {
  const isSettled = ASKING.has(line.kind) && line.buttons.every((label) => label === "撤销");
  return (isSettled ? null : KINDS[line.kind]) ?? ["", "plain"];
}

/** The text in pieces, its first mention of the ticket's number set off. */
function withNumber({ text, ticket }) {
  const at = ticket ? text.indexOf(ticket) : -1;
  if (at < 0) return [text];
  const rest = text.slice(at + ticket.length);
  return [text.slice(0, at), h("span", { className: "ticket" }, ticket), rest];
}

function mentions(line, store) {
  if (store.owner(line.chat)) return null; // in a private chat it is plain who is meant
  const missing = line.to
    .map((id, index) => [id, line.to_names[index]])
    .filter(([, name]) => !line.text.includes(`@${name}`));
  if (missing.length === 0) return null;
  return h(
    "p",
    { className: "mentions" },
    ...missing.map(([id, name]) =>
      h("span", { className: id === store.me ? "mention mine" : "mention" }, `@${name}`),
    ),
  );
}

function quote(line, store, on) {
  if (!line.reply_to) return null;
  const quoted = store.line(line.reply_to, line.chat);
  if (!quoted) return h("p", { className: "quote" }, "引用的消息已不在这里");
  const button = h("button", { type: "button", className: "quote" }, excerpt(quoted));
  button.addEventListener("click", () => on.show(quoted.id));
  return button;
}

/** "陈静：3楼打印机卡纸了" */
export function excerpt(line) {
  const text = line.text.replace(/\s+/g, " ").trim() || "[照片]";
  return `${line.name || line.author}：${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}

function attachments(line) {
  if (line.attachments.length === 0) return null;
  return h("div", { className: "attachments" }, ...line.attachments.map(attachment));
}

function attachment(key, index) {
  const link = h("a", { href: mediaUrl(key), target: "_blank", rel: "noopener" });
  if (/\.(jpe?g|png|webp)$/.test(key)) {
    link.append(h("img", { src: mediaUrl(key), alt: `照片 ${index + 1}`, loading: "lazy" }));
  } else {
    link.className = "document";
    link.append(`附件 ${key}`);
  }
  return link;
}

export function mediaUrl(key) {
  return `/media/${encodeURIComponent(key)}`;
}

function buttons(line, on) {
  if (line.buttons.length === 0) return null;
  const subject = line.ticket ? `，工单 ${line.ticket}` : "";
  const elements = line.buttons.map((label, index) => {
    const isFirst = index === 0 && !QUIET_BUTTONS.has(label) && !/^\d分$/.test(label);
    const rank = isFirst ? "first" : QUIET_BUTTONS.has(label) ? "quiet" : "";
    const button = h("button", { type: "button", className: `card-button ${rank}`.trim() }, label);
    button.setAttribute("aria-label", `${label}${subject}`);
    button.addEventListener("click", () => on.tap(line, label, button));
    return button;
  });
  return h("div", { className: "buttons", role: "group" }, ...elements);
}

function actions(line, isOwn, on) {
  const list = h("div", { className: "actions" });
  const add = (word, act) => {
    const button = h("button", { type: "button", className: "action" }, word);
    button.setAttribute("aria-label", `${word}：${excerpt(line)}`);
    button.addEventListener("click", () => act(line));
    list.append(button);
  };
  add("引用", on.quote);
  if (isOwn) add("修改", on.edit);
  return list;
}
