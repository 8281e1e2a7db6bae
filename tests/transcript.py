"""Conversations as text: what people read is what is played.

A transcript alternates what people do and, indented, what the bot says to it. Playing one drops
the bot's lines, runs the rest through the whole bot and prints both again, so a conversation that
holds is printed as it was written. `transcript_reader` describes the notation of the people's
lines; the steps, and what plays them, are those of the `replay` command.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

from app.clock import HandClock
from app.desk import Desk
from app.hospital import Hospital
from app.replay import Player
from app.settings import DEMO_SITE
from app.transcript import Step
from bot.channels.base import Outbound
from bot.channels.replay import ReplayChannel
from core.figures import TicketLine
from core.ids import ChatId, IdMaker
from core.notices import owner_of
from core.site import Site
from storage.uow import Database
from tests.transcript_reader import LIST, NEW_SITE, STOPPED, Reader

_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


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
        text = _UNSEEN.sub(lambda unseen: f"\\u{ord(unseen[0]):04x}", message.text)
        buttons = "".join(f"［{button.label}］" for button in message.buttons)
        photos = f" 📷{len(message.attachments)}" if message.attachments else ""
        self.lines.append(
            f"  {self._time()}bot{' ✎' if is_edit else ''} <{message.kind}>{self._to(message)}: "
            f"{text.replace(chr(10), '⏎')}{' ' if buttons else ''}{buttons}{photos}"
        )

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
        owner = owner_of(ChatId(message.chat))
        if owner:
            return f" → {self._name(owner)}"
        return f" @{'、'.join(map(self._name, message.to))}" if message.to else ""

    def _name(self, key: str) -> str:
        person = self.site.find_person(key)
        return person.name if person else key

    def ticket(self, line: TicketLine) -> None:
        """Print one ticket as the register has it."""
        facts = (line.number, line.kind, line.state, line.department, line.category, line.urgency)
        instants = (
            ("响应", line.responded_at),
            ("到场", line.arrived_at),
            ("解决", line.resolved_at),
            ("确认", line.accepted_at),
            ("关闭", line.closed_at),
        )
        what = " ".join(str(fact or "—") for fact in facts)
        when = " ".join(f"{name}{self._instant(at)}" for name, at in instants)
        self.lines.append(
            f"  = {what} {self._name(line.assignee or '—')}｜{when}"
            f"｜超时{'、'.join(line.breaches) or '—'}｜评分{line.rating or '—'}"
        )

    def _instant(self, at: datetime | None) -> str:
        return "—" if at is None else f"{self.site.local(at):%d日%H:%M:%S}"


def lines_of_people(text: str) -> Iterator[str]:
    """Yield what was written by hand: all but the bot's lines."""
    return (line.rstrip() for line in text.splitlines() if not line.startswith("  "))


_NEW_SITE = Path(__file__).parents[1] / "storage" / "site" / "template"


@cache
def _hospital(folder: Path) -> Hospital:
    return Hospital.load(folder)


async def play(text: str, url: str, folder: Path, site: Path = DEMO_SITE) -> str:
    """Return the conversation as it goes at a hospital, in a fresh, migrated database.

    Raises:
        Unreadable: a line is no transcript.
        CannotPlay: there is no such message or button.
    """
    hospital = replace(_hospital(_NEW_SITE if NEW_SITE in text.splitlines() else site))
    reader = Reader(hospital.site)
    steps = [(line, reader.step(line)) for line in lines_of_people(text)]
    clock = HandClock(next(step.at for _, step in steps if step is not None))
    printer = _Printer(hospital.site, clock)
    printer.time_is(clock.now)
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
        if line == LIST:
            await _list_tickets(player, printer)
        return
    if step.is_pause:
        printer.shown = None
    if line.startswith(STOPPED):
        player.clock.now = step.at  # what fell due meanwhile finds it so late
    await player.play(step)
    printer.time_is(step.at)


async def _list_tickets(player: Player, printer: _Printer) -> None:
    async with player.desk.unit(player.clock.now) as uow:
        for line in await uow.reads.all_lines():
            printer.ticket(line)
