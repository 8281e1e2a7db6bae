// Puts the page together.

import { pressButton, readState } from "./api.js";
import { ChatView } from "./chat.js";
import { ClockPanel } from "./clock.js";
import { Composer } from "./composer.js";
import { byId, whileBusy } from "./dom.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { Stream } from "./stream.js";
import { HospitalClock } from "./time.js";

const RETRY_MS = 2_000;

const store = new Store();
const clock = new HospitalClock();
const panel = new ClockPanel(clock);
const composer = new Composer(store);
new ChatView(store, clock, {
  quote: (line) => composer.quote(line),
  edit: (line) => composer.edit(line),
  say: (text) => composer.say(text),
  tap,
});
new Sidebar(store);

const stream = new Stream({
  line: (change) => store.apply(change),
  clock: ({ now }) => {
    clock.sync(now);
    panel.tick();
  },
  reset: () => load(),
  online: showOnline,
});

async function tap(line, label, button) {
  await whileBusy(button, async () => {
    try {
      await pressButton({ person: store.me, chat: line.chat, message_id: line.id, label });
      composer.complain("");
    } catch (error) {
      composer.complain(error.message);
    }
  });
}

/** Read the whole state; try again until it comes. */
async function load() {
  try {
    const state = await readState();
    clock.sync(state.now, state.zone);
    panel.allow(state.allow_jump);
    panel.tick();
    store.load(state);
    showOnline(true);
    return state;
  } catch (error) {
    showOnline(false);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    return load();
  }
}

function showOnline(isOnline) {
  const banner = byId("offline");
  if (banner.hidden === isOnline) return;
  banner.hidden = isOnline;
  banner.textContent = isOnline ? "" : "连接断开了，正在重连… 没发出去的话还在输入框里";
}

const state = await load();
stream.open(state.cursor);
