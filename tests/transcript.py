"""Conversations as text: the lines that people read are the lines that are played.

A transcript alternates what people do and, indented, what the bot says to it. Playing one drops
the bot's lines, runs the rest through the whole bot and prints both again; a conversation that
holds is printed as it was written. The steps are those of the `replay` command.

    # a comment                      @ 2026-11-23 08:05, +8m, +1h30m      time
    黄丽: 打印机卡纸了               in the work group; `黄丽(私聊):` in private
    黄丽 r1: …                       the message is called r1; the same name again is a redelivery
    黄丽 回复 @r1: …                 quotes what the bot last said of the ticket that r1 opened
    黄丽 改 r1: …                    edits r1
    黄丽: [照片×2] …                 with photos; [语音] spoken
    钱峰(私聊) 按 接单 @r1:dispatch  presses a button; without a reference the newest that has it
    ? 工单                           prints every ticket
    ⟪字⟫×20000, \\u200b              much of the same, and what cannot be seen
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from app.clock import HandClock
from app.desk import Desk
from app.hospital import Hospital
from app.replay import CannotPlay, Player
from app.settings import DEMO_SITE
from app.transcript import Step
from bot.channels.base import Outbound
from bot.channels.replay import ReplayChannel
from core.ids import IdMaker
from core.notices import owner_of
from core.ports import TicketLine
from core.site import WORK, Site
from storage.uow import Database

_LIST = "? 工单"
_AT = re.compile(r"@ (?P<at>\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)")
_PLUS = re.compile(r"\+(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s)?")
_WHO = r"(?P<who>[^\s:()]+)(?P<private>\(私聊\))?"
_SAYS = re.compile(
    rf"{_WHO}(?: (?P<id>[a-z]\w*))?(?: 改 (?P<edit>\w+))?(?: 回复 (?P<reply>@?[\w:]+))?"
    r": ?(?P<text>.*)"
)
_TAPS = re.compile(rf"{_WHO} 按 (?P<label>\S+)(?: (?P<on>@?[\w:]+))?")
_PHOTOS = re.compile(r"^\[照片(?:×(?P<n>\d+))?\] ?")
_VOICE = re.compile(r"^\[语音\] ?")
_MUCH = re.compile(r"⟪(?P<what>.+?)⟫×(?P<n>\d+)")
_ESCAPE = re.compile(r"\\u(?P<code>[0-9a-f]{4})")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LONGEST = 600
"""Characters of a message that are printed; of a longer one the length is."""


class Unreadable(ValueError):
    """A line that is no transcript."""


@dataclass
class _Reader:
    """Reads lines into steps; keeps what time it is."""

    site: Site
    at: datetime | None = None
    number: int = 0

    def step(self, line: str) -> Step | None:
        """Return what the line does; None for comments, blank lines and lists."""
        if not line.strip() or line.startswith("#") or line == _LIST:
            return None
        self.number += 1
        if self._moves_time(line):
            return self._step()
        if found := _TAPS.fullmatch(line):
            return replace(self._by(found), tap=found["label"], on=found["on"] or "")
        if found := _SAYS.fullmatch(line):
            return self._says(found)
        raise Unreadable(line)

    def _moves_time(self, line: str) -> bool:
        if found := _AT.fullmatch(line):
            local = datetime.fromisoformat(found["at"])
            self.at = local.replace(tzinfo=ZoneInfo(self.site.zone))
            return True
        found = _PLUS.fullmatch(line)
        if found is None or self.at is None:
            return False
        days, hours, minutes, seconds = (int(found[unit] or 0) for unit in "dhms")
        self.at += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return True

    def _step(self) -> Step:
        if self.at is None:
            raise Unreadable("the first line must say what time it is")
        return Step(number=self.number, at=self.at, id=f"m{self.number}")

    def _by(self, found: re.Match[str]) -> Step:
        people = [person for person in self.site.people.values() if person.name == found["who"]]
        sender = people[0].id if people else found["who"]
        return replace(
            self._step(), sender=sender, chat=f"dm:{sender}" if found["private"] else WORK
        )

    def _says(self, found: re.Match[str]) -> Step:
        text = found["text"]
        photos = _PHOTOS.match(text)
        if photos is not None:
            text = text[photos.end() :]
        voice = _VOICE.match(text)
        if voice is not None:
            text = text[voice.end() :]
        step = self._by(found)
        return replace(
            step,
            text=_spelt_out(text),
            id=found["id"] or step.id,
            reply_to=found["reply"] or "",
            edit=found["edit"] or "",
            photos=("true",) * int(photos["n"] or 1) if photos else (),
            voice=voice is not None,
        )


def _spelt_out(text: str) -> str:
    text = _MUCH.sub(lambda found: found["what"] * int(found["n"]), text)
    text = _ESCAPE.sub(lambda found: chr(int(found["code"], 16)), text)
    return text.replace("⏎", "\n")


@dataclass
class _Printer:
    """Writes what people did and what the bot said, as they come."""

    site: Site
    clock: HandClock
    lines: list[str] = field(default_factory=list)
    shown: datetime | None = None
    """The instant that a reader knows to be now."""
    day: date | None = None

    def said(self, key: str, message: Outbound, is_edit: bool) -> None:
        """Print one message of the bot."""
        text = message.text.replace("\n", "⏎")
        text = _UNSEEN.sub(lambda unseen: f"\\u{ord(unseen[0]):04x}", text)
        if len(text) > _LONGEST:
            text = f"{text[:_LONGEST]}…（{len(message.text)}字）"
        buttons = "".join(f"［{button.label}］" for button in message.buttons)
        photos = f" 📷{len(message.attachments)}" if message.attachments else ""
        head = f"{self._time()}bot{' ✎' if is_edit else ''} <{message.kind}>{self._to(message)}"
        self.lines.append(f"  {head}: {text}{' ' if buttons else ''}{buttons}{photos}")

    def _time(self) -> str:
        """Return the time where a reader does not know it from the line above."""
        now = self.clock.now
        if now == self.shown:
            return ""
        local = self.site.local(now)
        day = "" if local.date() == self.day else f"{local:%m-%d} "
        self.shown, self.day = now, local.date()
        return f"{day}{local:%H:%M:%S} " if local.second else f"{day}{local:%H:%M} "

    def time_is(self, at: datetime) -> None:
        """Take it that the reader knows the time."""
        self.shown, self.day = at, self.site.local(at).date()

    def _to(self, message: Outbound) -> str:
        names = "、".join(self._name(key) for key in message.to)
        if owner_of(message.chat):  # type: ignore[arg-type]
            return f" → {self._name(message.chat[3:])}"
        return f" @{names}" if names else ""

    def ticket(self, line: TicketLine) -> None:
        """Print one ticket as the register has it."""
        instants = (
            ("响应", line.responded_at),
            ("到场", line.arrived_at),
            ("解决", line.resolved_at),
            ("确认", line.accepted_at),
            ("关闭", line.closed_at),
        )
        times = " ".join(f"{name}{self._instant(at)}" for name, at in instants)
        facts = (line.number, line.kind, line.state, line.department, line.category, line.urgency)
        self.lines.append(
            f"  = {' '.join(str(fact or '—') for fact in facts)} {self._name(line.assignee or '—')}"
            f" {times} 超时{list(map(str, line.breaches))} 评分{line.rating or '—'}"
        )

    def _instant(self, at: datetime | None) -> str:
        return "—" if at is None else f"{self.site.local(at):%d日%H:%M:%S}"

    def _name(self, key: str) -> str:
        person = self.site.find_person(key)
        return person.name if person else key


def asked_lines(text: str) -> Iterator[str]:
    """Yield the lines that people wrote: all but the bot's."""
    for line in text.splitlines():
        if not line.startswith("  "):
            yield line.rstrip()


@cache
def _demo() -> Hospital:
    return Hospital.load(DEMO_SITE)


async def play(text: str, url: str, folder: Path) -> str:
    """Return the conversation as it goes in a fresh, migrated database.

    Raises:
        Unreadable: a line is no transcript.
    """
    hospital = replace(_demo())
    reader = _Reader(hospital.site)
    lines = list(asked_lines(text))
    steps = [(line, reader.step(line)) for line in lines]
    first = next(step.at for _, step in steps if step is not None)
    clock = HandClock(first)
    printer = _Printer(hospital.site, clock)
    printer.time_is(first)
    database = Database(url, hospital.files.id)
    channel = ReplayChannel(printer.said)
    try:
        desk = Desk(hospital, database, channel, clock, IdMaker.repeatable())
        await desk.prepare()
        player = Player(desk, channel, clock, folder)
        for line, step in steps:
            await _play_line(line, step, player, printer)
        await player.finish()
    finally:
        await database.close()
    return "\n".join(printer.lines) + "\n"


async def _play_line(line: str, step: Step | None, player: Player, printer: _Printer) -> None:
    printer.lines.append(line)
    if step is None:
        if line == _LIST:
            await _list_tickets(player, printer)
        return
    if step.is_pause:
        printer.shown = None
    try:
        await player.play(step)
    except CannotPlay as fault:
        printer.lines.append(f"  ! {fault}")
    printer.time_is(step.at)


async def _list_tickets(player: Player, printer: _Printer) -> None:
    async with player.desk.unit(player.clock.now) as uow:
        for line in await uow.reads.all_lines():
            printer.ticket(line)
