"""`whatif`: a period again under another contract, from the event log; nothing is written."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final, TextIO
from zoneinfo import ZoneInfo

from app.database import check_schema, url_of
from app.settings import Settings
from bot.replies.layout import Names
from bot.replies.whatif import change_line, sum_line, untold_line
from core.contract import Terms
from core.ids import IdMaker
from core.people import ROLES
from core.policy import Policy
from core.site import Site
from core.ticket import Ticket
from core.whatif import Tally, is_as_told, pairs_of, policy_under, sums, tally, with_policy
from storage.site.faults import SiteFaults
from storage.site.hospital import read_hospital
from storage.site.policies import PolicyFrame, read_policy
from storage.site.reader import read_site
from storage.uow import Database

OK: Final = 0
_BATCH: Final = 1000
"""Tickets that are read in one transaction; a line of progress follows each full one."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Which contract is tried on which days, both included, of the site's zone."""

    policy: Path
    first: date
    last: date


async def run(settings: Settings, trial: Trial, now: datetime, out: TextIO, err: TextIO) -> int:
    """Print what would change, ticket by ticket and in sum.

    Raises:
        Unable: there is no database of this version.
        SiteFaults: the site's files or the contract's cannot be used.
    """
    site = read_site(settings.site.dir)
    given = _policy(trial.policy, site, settings.site.dir)
    await check_schema(url_of(settings))
    database = Database(url_of(settings), site.id)
    course = _Course(site, given, now, out)
    try:
        async for batch in _batches(database, course, trial, err):
            for ticket, terms in batch:
                course.take(ticket, terms)
    finally:
        await database.close()
    course.conclude(trial)
    return OK


def _policy(path: Path, site: Site, folder: Path) -> Policy:
    """Return the contract of the file, with the readings that the site has chosen for it."""
    roles = {*ROLES, *(person.role for person in site.people.values())}
    hospital = read_hospital(folder, [])
    readings = hospital.readings if hospital else {}
    frame = PolicyFrame(site.calendars, site.campuses, roles, readings=readings)
    policy, found = read_policy(path, frame)
    faults = [fault for fault in found if not fault.note]
    if policy is None or faults:
        raise SiteFaults(faults)
    return policy


_Batch = list[tuple[Ticket, Terms]]


async def _batches(
    database: Database, course: "_Course", trial: Trial, err: TextIO
) -> AsyncIterator[_Batch]:
    """Yield the tickets opened in the period with the terms that they began with, oldest first."""
    start, end = (_midnight(day, course.site) for day in (trial.first, trial.last + _DAY))
    async with database.unit(course.site, IdMaker(), course.now) as uow:
        ids = await uow.reads.opened_between(start, end)
    for at in range(0, len(ids), _BATCH):
        # One transaction a batch: the assistant may be writing meanwhile.
        async with database.unit(course.site, IdMaker(), course.now) as uow:
            tickets = await uow.tickets.get_many(ids[at : at + _BATCH])
            batch = [(ticket, await uow.terms.get(ticket.terms)) for ticket in tickets]
        yield batch
        if len(batch) == _BATCH:
            print(f"已算 {at + _BATCH}/{len(ids)} 单", file=err, flush=True)


_DAY: Final = timedelta(days=1)


def _midnight(day: date, site: Site) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(site.zone))


@dataclass
class _Course:
    """What has come out so far; changes are printed as they are found."""

    site: Site
    given: Policy
    now: datetime
    out: TextIO
    n_opened: int = 0
    n_tried: int = 0
    n_changed: int = 0
    counted: Tally = field(default_factory=Tally)
    untold: list[str] = field(default_factory=list)
    _terms: dict[tuple[str, str, int], Terms] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._trial = with_policy(self.site, self.given)
        self._names = Names(self.site, self.now)

    def take(self, ticket: Ticket, recorded: Terms) -> None:
        """Count a ticket, and print what would change of it."""
        self.n_opened += 1
        policy = policy_under(ticket, self.site, self.given, self._trial)
        if policy is None:
            return
        self.n_tried += 1
        # The simulator's clock may be ahead of ours.
        at = max(self.now, max(event.at for event in ticket.events))
        pairs = pairs_of(ticket, recorded, self._terms_under(policy, ticket, recorded), at)
        self.counted += tally(pairs)
        if not is_as_told(ticket, pairs):
            self.untold.append(ticket.number)
        changed = [pair for pair in pairs if pair.differs]
        self.n_changed += bool(changed)
        for pair in changed:
            self._say(change_line(ticket.number, pair, self._names))

    def conclude(self, trial: Trial) -> None:
        """Print the sums."""
        policy = self.given
        self._say(
            f"{trial.first} 至 {trial.last} 登记 {self.n_opened} 单，"
            f"按 {policy.key}（版本 {policy.version}）重算 {self.n_tried} 单，" + self._outcome()
        )
        for clock, (recorded, other) in sums(self.counted).items():
            self._say(sum_line(clock, recorded, other))
        if self.untold:
            self._say(untold_line(self.untold))

    def _outcome(self) -> str:
        if not self.n_tried:
            return "没有归它管的单子"
        return f"{self.n_changed} 单有变化" if self.n_changed else "没有变化，与记录一致"

    def _terms_under(self, policy: Policy, ticket: Ticket, recorded: Terms) -> Terms:
        """Return the policy on the calendars of the ticket, further ones as the site has them."""
        year = self.site.local(ticket.opened_at).year
        key = recorded.version, policy.key, year
        if key not in self._terms:
            ours = self._trial.terms_of(policy, ticket.opened_at).calendars
            self._terms[key] = Terms.of(policy, {**ours, **recorded.calendars})
        return self._terms[key]

    def _say(self, line: str) -> None:
        print(line, file=self.out)
