"""A hospital as its site directory describes it: one frozen value, replaced whole on a change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.assets import Asset
from core.calendar import WorkCalendar
from core.callnames import named
from core.contract import Terms
from core.grading import CareRule
from core.holidays import Holidays
from core.ids import ChatId, DepartmentId, PersonId, SiteId
from core.notices import owner_of
from core.people import DESK, SUPERVISOR, Person
from core.places import Department
from core.policy import Policy
from core.reach import Reach
from core.roster import Roster, RosterRow
from core.stock import StockItem

WORK: Final = ChatId("work")


@dataclass(frozen=True, slots=True)
class Zone:
    """The part of a hospital that one engineer looks after."""

    code: str
    name: str
    campus: str
    neighbours: tuple[str, ...] = ()
    """Codes of the zones whose people help out, the first asked first."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long the assistant waits and remembers. What contracts promise is in the policies."""

    burst: timedelta = timedelta(minutes=2)
    """Messages of one author in one chat within it belong together."""
    photo_joins: timedelta = timedelta(minutes=10)
    """A photo without text joins its author's newest ticket, or the next one, within it."""
    same_fault: timedelta = timedelta(minutes=30)
    """The same place, device and symptom within it is the same fault."""
    question_waits: timedelta = timedelta(minutes=5)
    """An open question waits so long, then goes to the desk."""
    undo: timedelta = timedelta(seconds=60)
    regrade: timedelta = timedelta(seconds=60)
    """An edit within it regrades the ticket; later it is an amendment."""
    wait_expires: timedelta = timedelta(hours=24)
    """A wait that was given no date pauses nothing for longer."""
    nudge_interval: timedelta = timedelta(minutes=10)
    """A nudged engineer is pinged at most once in it."""
    sign_off_reminder: timedelta = timedelta(hours=4)
    auto_close: timedelta = timedelta(hours=48)
    reopen: timedelta = timedelta(hours=24)
    """Until then after its resolution a ticket is reopened; later a linked one is opened."""
    catch_up_after: timedelta = timedelta(seconds=60)
    """What is later than this after a stop is told in one roll-up a chat."""


@dataclass(frozen=True, slots=True)
class Schedules:
    """When the assistant speaks by itself, on the wall clock of the site."""

    digest_at: time = time(8)
    survey_day: int = 25
    """Day of the month, 1 to 28."""
    survey_at: time = time(10)
    quiet_from: time = time(22)
    quiet_to: time = time(7)

    def is_quiet(self, local: time) -> bool:
        """Say whether a wall-clock time lies in the quiet hours, their end excluded."""
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= local < self.quiet_to
        return local >= self.quiet_from or local < self.quiet_to


@dataclass(frozen=True, slots=True)
class Site:
    """A hospital: its places, people, promises and habits."""

    id: SiteId
    name: str
    prefix: str
    """Begins every ticket number."""
    zone: str
    """zoneinfo name of the wall clock that everybody reads."""
    version: str
    """Hash of the contents of all files; equal files give equal versions."""
    bot_names: tuple[str, ...]
    campuses: Mapping[str, str]
    """Code to name."""
    zones: Mapping[str, Zone]
    chats: Mapping[ChatId, str]
    """Group chats, `work` among them, with their titles; private chats need no row."""
    departments: Mapping[DepartmentId, Department]
    people: Mapping[PersonId, Person]
    roster: Roster
    calendars: Mapping[str, WorkCalendar]
    """As their section says them; `terms_of` gives them the holidays of a year."""
    policies: Mapping[str, Policy]
    default_policy: str
    """Key of the policy for what no other policy covers."""
    assets: tuple[Asset, ...] = ()
    stock: tuple[StockItem, ...] = ()
    times: Times = Times()
    schedules: Schedules = Schedules()
    holidays: Holidays = field(default_factory=Holidays)
    reach: Reach = field(default_factory=Reach)
    grading: tuple[CareRule, ...] = ()
    """Where what may be urgent counts as urgent; the first that fits is named."""
    _terms: dict[tuple[str, str | None, int], Terms] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """Worked out once a policy, campus and year: hashing it takes longer than opening a ticket."""
    _by_roles: dict[tuple[str, ...], tuple[Person, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """Looked up once among all people: every ticket that is due asks for the supervisors."""

    def terms_of(self, policy: Policy, at: datetime, campus: str | None = None) -> Terms:
        """Return the terms under which a ticket of one of the site's policies begins then."""
        year = self.local(at).year
        key = policy.key, campus if policy.differs_by_campus else None, year
        known = self._terms.get(key)
        if known is None:
            calendars = self.calendars.items()
            dated = {name: self.holidays.dated(each, year) for name, each in calendars}
            known = self._terms[key] = Terms.of(policy.at_campus(campus), dated)
        return known

    def missing_holidays(self, at: datetime) -> tuple[int, ...]:
        """Return the years that should be known by then and are provisional.

        Empty where no clock counts by a calendar that keeps the holidays.
        """
        counted = {rule.calendar for each in self.policies.values() for rule in each.clocks}
        if counted.isdisjoint(self.holidays.hours):
            return ()
        return self.holidays.missing(self.local(at).date())

    def local(self, at: datetime) -> datetime:
        """Return an instant on the wall clock of the site, still aware."""
        return at.astimezone(ZoneInfo(self.zone))

    def person(self, key: PersonId) -> Person:
        """Return a person.

        Raises:
            KeyError: nobody has this id.
        """
        return self.people[key]

    def find_person(self, key: str | None) -> Person | None:
        """Return the person of an id, None where nobody has it."""
        return self.people.get(PersonId(key)) if key else None

    def find_handle(self, channel: str, handle: str) -> Person | None:
        """Return who has an account on a channel, None for a stranger."""
        return next(
            (person for person in self.people.values() if person.handles.get(channel) == handle),
            None,
        )

    def ways(self, chat: ChatId) -> tuple[str, ...]:
        """Return the channels on which the chat can be reached, as `Reach.ways` does."""
        owner = self.find_person(owner_of(chat))
        return self.reach.ways(chat, owner.handles if owner else {})

    def posts_to(self, chat: ChatId) -> tuple[str, ...]:
        """Return the channels on which what is said to the chat is posted: a group's all, of a
        private chat's the first.
        """
        ways = self.ways(chat)
        return ways[:1] if owner_of(chat) else ways

    def find_department(self, key: str | None) -> Department | None:
        """Return the department of an id, None where there is none."""
        return self.departments.get(DepartmentId(key)) if key else None

    def named(self, word: str) -> Department | None:
        """Return the department whose name or alias the word is."""
        return next(
            (d for d in self.departments.values() if word == d.name or word in d.aliases), None
        )

    def with_role(self, *roles: str) -> tuple[Person, ...]:
        """Return everybody who has one of the roles, in the order of the file."""
        known = self._by_roles.get(roles)
        if known is None:
            known = tuple(person for person in self.people.values() if person.role in roles)
            self._by_roles[roles] = known
        return known

    @property
    def supervisors(self) -> tuple[Person, ...]:
        """Those to whom everything goes up; at least one."""
        return self.with_role(SUPERVISOR)

    @property
    def desks(self) -> tuple[Person, ...]:
        """The people of the service desk; a hospital may have none."""
        return self.with_role(DESK)

    def person_named(self, text: str) -> tuple[Person, ...]:
        """Return who is meant by a name that stands alone: 李伟, 小李, 李工, @赵强."""
        return named(text, self.people.values())

    def policy_for(
        self, category: str | None, campus: str | None, asset: str | None = None
    ) -> Policy:
        """Return the contract that covers a category on a campus and an asset, else the default.

        Of several that cover it, one that names the asset wins, then the one of the narrower
        scope, then the default one, then the first by key.
        """

        def rank(policy: Policy) -> tuple[bool, int, bool, str]:
            width = (not policy.categories) + (not policy.campuses)
            return not policy.assets, width, policy.key != self.default_policy, policy.key

        fitting = [each for each in self.policies.values() if each.covers(category, campus, asset)]
        return min(fitting, key=rank) if fitting else self.policies[self.default_policy]

    def with_roster(self, rows: Iterable[RosterRow]) -> "Site":
        """Return the site with rows that were said in the chat laid over its roster."""
        return replace(self, roster=self.roster.with_rows(rows))

    def with_aliases(self, aliases: Iterable[tuple[DepartmentId, str]]) -> "Site":
        """Return the site with further names of departments; unknown departments are left out."""
        departments = dict(self.departments)
        for key, alias in aliases:
            known = departments.get(key)
            if known and alias not in known.aliases:
                departments[key] = replace(known, aliases=(*known.aliases, alias))
        return replace(self, departments=departments)

    def with_chats(self, chats: Mapping[ChatId, str]) -> "Site":
        """Return the site with further bound group chats and their titles."""
        return replace(self, chats={**self.chats, **chats})

    def with_reach(self, reach: Reach) -> "Site":
        """Return the site as the channels reach it."""
        return replace(self, reach=reach)

    def with_handles(self, handles: Mapping[tuple[str, str], PersonId]) -> "Site":
        """Return the site with accounts, by channel and handle, that were bound in the chat.

        An account that the files give to somebody else is no longer his.
        """
        if not handles:
            return self

        def accounts(person: Person) -> dict[str, str]:
            kept = person.handles.items()
            mine = {c: h for c, h in kept if handles.get((c, h), person.id) == person.id}
            return mine | {c: h for (c, h), owner in handles.items() if owner == person.id}

        people = {key: replace(each, handles=accounts(each)) for key, each in self.people.items()}
        return replace(self, people=people)
