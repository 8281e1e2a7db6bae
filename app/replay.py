"""`replay`: a transcript played through the whole bot on a virtual clock."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from app.clock import HandClock
from app.desk import Desk
from app.hospital import Hospital
from app.transcript import BadLine, Step, read_steps
from bot.channels.base import Inbound, InboundKind, Outbound, Photo
from bot.channels.replay import NAME, ReplayChannel, Said
from bot.handlers.alarms import read_alarms
from bot.media.pictures import SAMPLE_JPEG, SUFFIX, PictureRefused, check
from core.figures import TicketLine
from core.ids import ChatId, IdMaker
from core.notices import owner_of
from core.site import Site
from storage.uow import Database


class CannotPlay(Exception):
    """A line that cannot be played, in words for the terminal."""


class DatabaseInUse(Exception):
    """The database holds tickets already."""


@dataclass
class Player:
    """Plays steps: between them every timer fires at its own instant."""

    desk: Desk
    channel: ReplayChannel
    clock: HandClock
    folder: Path
    """Paths of photos are relative to it."""
    spoken: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Who said what under each id; the same again is a platform that delivers twice."""

    async def play(self, step: Step) -> None:
        """Let time pass until the step, then do what the person does.

        Raises:
            CannotPlay: no such message or button.
        """
        await self._pass_time(step.at, including=False)
        self.clock.now = step.at
        if not step.is_pause:
            await self.desk.intake.deliver(await self._inbound(step))
            await self._settle()

    async def finish(self) -> None:
        """Fire what is due at the last instant."""
        await self._pass_time(self.clock.now, including=True)

    async def _pass_time(self, until: datetime, *, including: bool) -> None:
        while True:
            async with self.desk.unit(self.clock.now) as uow:
                due = await uow.timers.next_due()
            if due is None or due > until or (due == until and not including):
                return
            self.clock.now = max(due, self.clock.now)
            await self.desk.beat()
            await self._settle()

    async def _settle(self) -> None:
        """Handle and deliver until nothing is left to do at this instant."""
        while await self.desk.work_off() or await self.desk.deliver_waiting():
            pass

    async def _inbound(self, step: Step) -> Inbound:
        self._check_chat(step)
        if step.alarm is not None:
            return self._alarm(step)
        if step.tap:
            return await self._tap(step)
        if step.edit and not await self._was_written(step.edit):
            raise CannotPlay(f"第 {step.number} 行：找不到要修改的消息 {step.edit}")
        person = self.desk.hospital.site.find_person(step.sender)
        return Inbound(
            channel=NAME,
            chat=step.chat,
            sender=step.sender,
            message_id=f"{step.edit}:edit:{step.number}" if step.edit else step.id,
            sent_at=step.at,
            kind=InboundKind.EDIT if step.edit else InboundKind.MESSAGE,
            text=step.text,
            sender_name=person.name if person else step.sender,
            reply_to=await self._message(step, step.reply_to) if step.reply_to else None,
            edits=step.edit or None,
            photos=tuple(self._photo(step, path) for path in step.photos),
            voice=step.voice,
        )

    def _check_chat(self, step: Step) -> None:
        if step.alarm is not None:
            return
        owner = owner_of(ChatId(step.chat))
        if owner is not None and owner != step.sender:
            raise CannotPlay(f"第 {step.number} 行：{step.chat} 是别人的私聊")
        if owner is None and step.chat not in self.desk.hospital.site.chats:
            raise CannotPlay(f"第 {step.number} 行：没有这个群 {step.chat}")
        if not step.edit and not step.tap:
            said = self.spoken.setdefault(step.id, (step.sender, step.text))
            if said != (step.sender, step.text):
                raise CannotPlay(f"第 {step.number} 行：id {step.id} 已经用过")

    def _alarm(self, step: Step) -> Inbound:
        if read_alarms(json.dumps(step.alarm)) is None:
            raise CannotPlay(f"第 {step.number} 行：alarm 不是 Alertmanager 的格式")
        return Inbound(
            channel=NAME,
            chat="work",
            sender="alertmanager",
            sender_name="监控",
            message_id=step.id,
            sent_at=step.at,
            kind=InboundKind.ALARM,
            text=json.dumps(step.alarm, ensure_ascii=False, sort_keys=True),
        )

    async def _tap(self, step: Step) -> Inbound:
        said = await self._pressed(step)
        if step.tap not in said.labels:
            raise CannotPlay(f"第 {step.number} 行：消息 {said.id} 没有按钮“{step.tap}”")
        return Inbound(
            channel=NAME,
            chat=step.chat,
            sender=step.sender,
            message_id=f"tap:{step.number}",
            sent_at=step.at,
            kind=InboundKind.TAP,
            tapped=said.id,
            label=step.tap,
        )

    async def _pressed(self, step: Step) -> Said:
        if step.on:
            key = await self._message(step, step.on, prefers_ours=True)
            found = next((s for s in self.channel.said if s.id == key), None)
        else:
            found = self.channel.newest(step.chat, label=step.tap)
        if found is None:
            raise CannotPlay(f"第 {step.number} 行：没有带按钮“{step.tap}”的消息")
        return found

    async def _message(self, step: Step, ref: str, *, prefers_ours: bool = False) -> str:
        """Return the id of the message that a reference names."""
        if any(said.id == ref for said in self.channel.said):
            return ref
        if not ref.startswith("@") and not prefers_ours:
            return ref
        line, _, kind = ref.removeprefix("@").partition(":")
        number = await self._ticket_of(line)
        found = self.channel.newest(step.chat, ticket=number, kind=kind) if number else None
        if found is None:
            raise CannotPlay(f"第 {step.number} 行：找不到 {ref} 所指的消息")
        return found.id

    async def _was_written(self, line: str) -> bool:
        async with self.desk.unit(self.clock.now) as uow:
            return await uow.inbox.any_by_message(NAME, line) is not None

    async def _ticket_of(self, line: str) -> str | None:
        async with self.desk.unit(self.clock.now) as uow:
            row = await uow.inbox.any_by_message(NAME, line)
            if row is None or not row.tickets:
                return None
            return (await uow.tickets.get(row.tickets[0])).number

    def _photo(self, step: Step, path: str) -> Photo:
        name = "photo.jpg" if path == "true" else Path(path).name
        try:
            data = SAMPLE_JPEG if path == "true" else (self.folder / path).read_bytes()
            picture = check(data, name)
        except OSError as error:
            raise CannotPlay(f"第 {step.number} 行：读不了照片 {path}") from error
        except PictureRefused as refused:
            return Photo("", name, refused.code)
        return Photo(f"{sha256(picture.data).hexdigest()}{SUFFIX}", name)


async def run(
    transcript: Path,
    site: Path,
    *,
    url: str,
    out: TextIO,
    err: TextIO,
    lists_tickets: bool = False,
) -> int:
    """Play the transcript; return 0, or 1 if a line could not be played.

    Raises:
        DatabaseInUse: the database holds tickets.
        SiteFaults: the site directory is faulty.
    """
    hospital = Hospital.load(site)
    steps = list(read_steps(await asyncio.to_thread(transcript.read_text, "utf-8-sig")))
    first = next((step.at for step in steps if isinstance(step, Step)), None)
    if first is None:
        return _complain(steps, err)
    clock = HandClock(first)
    database = Database(url, hospital.files.id)
    channel = ReplayChannel(_printer(out, clock, hospital))
    try:
        desk = Desk(hospital, database, channel, clock, IdMaker.repeatable())
        async with desk.unit(first) as uow:
            if await uow.reads.all_lines():
                raise DatabaseInUse
        await desk.prepare()
        player = Player(desk, channel, clock, transcript.parent)
        failed = await _play_all(player, steps, err)
        if lists_tickets:
            async with desk.unit(clock.now) as uow:
                for line in await uow.reads.all_lines():
                    _print(out, _ticket_line(line, hospital.site))
    finally:
        await database.close()
    return 1 if failed else 0


def _complain(steps: list[Step | BadLine], err: TextIO) -> int:
    for fault in steps:
        print(fault, file=err)
    return 1 if steps else 0


async def _play_all(player: Player, steps: list[Step | BadLine], err: TextIO) -> bool:
    failed = False
    for step in steps:
        if isinstance(step, BadLine):
            failed = True
            print(step, file=err)
            continue
        try:
            await player.play(step)
        except CannotPlay as fault:
            failed = True
            print(fault, file=err)
    await player.finish()
    return failed


def _printer(
    out: TextIO, clock: HandClock, hospital: Hospital
) -> Callable[[str, Outbound, bool], None]:
    def post(key: str, message: Outbound, is_edit: bool) -> None:
        line: dict[str, Any] = {
            "at": _local(clock.now, hospital.site),
            "id": key,
            "chat": message.chat,
            "kind": message.kind,
            "ticket": message.ticket or None,
            "to": list(message.to),
            "text": message.text,
            "buttons": [button.label for button in message.buttons],
            "attachments": list(message.attachments),
        }
        if is_edit:
            line["edit"] = True
        _print(out, line)

    return post


def _print(out: TextIO, line: dict[str, Any]) -> None:
    out.write(json.dumps(line, ensure_ascii=False) + "\n")


def _local(at: datetime | None, site: Site) -> str | None:
    return None if at is None else site.local(at).replace(microsecond=0).isoformat()


def _ticket_line(line: TicketLine, site: Site) -> dict[str, Any]:
    return {
        "ticket": line.number,
        "kind": line.kind,
        "state": line.state,
        "department": line.department,
        "category": line.category,
        "urgency": line.urgency,
        "assignee": line.assignee,
        "opened_at": _local(line.opened_at, site),
        "responded_at": _local(line.responded_at, site),
        "arrived_at": _local(line.arrived_at, site),
        "resolved_at": _local(line.resolved_at, site),
        "accepted_at": _local(line.accepted_at, site),
        "closed_at": _local(line.closed_at, site),
        "breaches": list(line.breaches),
        "rating": line.rating,
        "events": line.events,
    }
