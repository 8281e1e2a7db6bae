"""The whole bot in this process, at a Bot API server of our own, its clock moved by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.channels.telegram.client import Access, Client
from bot.channels.telegram.updates import Updates, raw_of
from tests.bot.telegram.composed import BOT_ID, composed
from tests.bot.telegram.sending import Shelf
from tests.bot.telegram.updates import GROUP, Json, a_group, a_user, an_update, unix
from tests.desk import Stage, a_desk, demo_hospital
from tests.fakes.telegram import TOKEN, TelegramServer, a_telegram

ADMIN, NURSE, HEAD, ENGINEER = 3301, 1003, 1103, 2002
NAMES = {ADMIN: "信息科李工", NURSE: "黄丽", HEAD: "谢主任", ENGINEER: "钱峰"}


@dataclass
class Town:
    """People on Telegram, and the desk that serves them."""

    stage: Stage
    server: TelegramServer
    shelf: Shelf

    async def hear(self, *updates: Json) -> None:
        """Let updates come, and everything that follows from them."""
        receiver = self.stage.desk.receivers[0]
        await receiver.receive([raw_of(BOT_ID, update) for update in updates])
        await self.settle()

    async def settle(self) -> None:
        """Understand, handle and send until nothing is left to do at this instant."""
        while await self.stage.desk.receivers[0].work_off() or await self._step():
            pass

    async def _step(self) -> int:
        return await self.stage.desk.work_off() or await self.stage.desk.deliver_waiting()

    def words(self, who: int, text: str = "", chat: int = GROUP, **more: Any) -> Json:
        """Return the update of a message; its number is `message_id`, if it is to be known."""
        number = more.pop("message_id", None) or self.server.next_number()
        where = a_group(chat) if chat < 0 else {"id": chat, "type": "private", "first_name": "x"}
        body = {
            "message_id": number,
            "date": unix(self.stage.now),
            "chat": where,
            "from": a_user(who, NAMES.get(who, "路人")),
            **({"text": text} if text else {}),
        }
        self.server.messages[chat, number] = body | {"html": text, "buttons": []}
        return an_update("message", body | more)

    async def say(self, who: int, text: str = "", chat: int = GROUP, **more: Any) -> list[str]:
        """Let somebody write; return what is said there in answer, edits included."""
        before = len(self.server.calls)
        await self.hear(self.words(who, text, chat, **more))
        return self.said_since(before, chat)

    def said_since(self, number: int, chat: int = GROUP) -> list[str]:
        """Return the words of the calls to a chat after the first so many."""
        return [
            str(call.parameters.get("text") or call.parameters.get("caption") or "")
            for call in self.server.calls[number:]
            if call.parameters.get("chat_id") == chat
        ]

    def toasts(self) -> list[str]:
        """Return what those who pressed were told, each press answered once and under its id."""
        answers = self.server.made("answerCallbackQuery")
        assert len({each["callback_query_id"] for each in answers}) == len(answers)
        return [each.get("text", "") for each in answers]

    def press(self, who: int, label: str, chat: int = GROUP) -> Json:
        """Return the update of pressing the newest button of that label in a chat."""
        for (where, number), message in reversed(self.server.messages.items()):
            for row in message["buttons"]:
                for button in row:
                    if (where, button["text"]) == (chat, label):
                        return self.press_of(who, button["callback_data"], number, chat)
        raise LookupError(label)

    def press_of(self, who: int, data: str, number: int, chat: int = GROUP) -> Json:
        """Return the update of pressing a button as it once was."""
        standing = self.server.messages[chat, number]
        press = {
            "id": f"cb{self.server.next_number()}",
            "from": a_user(who, NAMES.get(who, "路人")),
            "chat_instance": "-7",
            "data": data,
            "message": {key: standing[key] for key in ("message_id", "date", "chat")},
        }
        return an_update("callback_query", press)


@asynccontextmanager
async def a_town(url: str, *, is_bound: bool = True) -> AsyncIterator[Town]:
    """Run the demo hospital on Telegram, its work group bound unless said otherwise."""
    shelf, ticking = Shelf(), Ticking()

    async with a_telegram() as server, Client(Access(TOKEN, server.url)) as client:
        server.groups[GROUP] = "administrator"
        people = demo_hospital().site.people.values()
        server.started |= {int(each.handles["telegram"]) for each in people}
        site = demo_hospital().site
        channel = composed(client, lambda: site, shelf=shelf, seconds=ticking)
        async with a_desk(url, platforms=[channel]) as stage:
            channel.sender.rooms = channel.rooms
            channel._updates = Updates(channel._presses, BOT_ID, stage.desk.receivers[0].receive)
            ticking.stage = stage
            channel.clock = lambda: stage.now
            town = Town(stage, server, shelf)
            if is_bound:
                await town.say(ADMIN, "/bind")
            yield town


@dataclass
class Ticking:
    """The desk's clock as seconds."""

    stage: Stage | None = None

    def __call__(self) -> float:
        return 0.0 if self.stage is None else self.stage.now.timestamp()
