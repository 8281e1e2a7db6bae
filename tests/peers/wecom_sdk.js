// The vendor's own client plays the bot: it answers a message, pushes, changes a card, uploads.
const { WSClient } = require(process.argv[2]);
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const bot = new WSClient({ botId: process.argv[4], secret: process.argv[5], wsUrl: process.argv[3], logger: quiet });
const card = (task) => ({
  card_type: "button_interaction",
  main_title: { title: "工单" },
  button_list: [{ text: "接单", style: 1, key: "接单" }],
  task_id: task,
});
bot.on("message.text", async (frame) => {
  await bot.replyStream(frame, "stream-1", "已受理", true);
  await bot.sendMessage(frame.body.chatid, { msgtype: "markdown", markdown: { content: "hi" } });
  await bot.sendMessage(frame.body.chatid, { msgtype: "template_card", template_card: card("T_1") });
  const media = await bot.uploadMedia(Buffer.alloc(600000, 7), { type: "image", filename: "a.png" });
  await bot.sendMediaMessage(frame.body.chatid, "image", media.media_id);
});
bot.on("event.template_card_event", (frame) => bot.updateTemplateCard(frame, card("T_1")));
bot.on("event.enter_chat", (frame) =>
  bot.replyWelcome(frame, { msgtype: "text", text: { content: "你好" } }));
bot.connect();
