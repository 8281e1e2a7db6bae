"""Dull values for laws of the core; every field that matters is an argument."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from core.calendar import WorkCalendar
from core.events import EventKind, Json
from core.ids import ChatId, DepartmentId, IdMaker, PersonId, SiteId, TicketId
from core.people import NURSE, Person
from core.places import Department
from core.policy import Policy
from core.roster import Roster, RosterRow
from core.site import WORK, Site, Zone
from core.ticket import Ticket, open_ticket, record

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""09:00 on a Monday in the hospital's zone."""
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SHANGHAI = "Asia/Shanghai"

_ids = IdMaker.repeatable()


def a_person(
    key: str = "n-1",
    role: str = NURSE,
    *,
    name: str = "",
    department: str | None = None,
    campus: str = "main",
    zone: str = "",
    skills: Iterable[str] = (),
) -> Person:
    """Return somebody of the hospital."""
    return Person(
        id=PersonId(key),
        name=name or key,
        role=role,
        department=None if department is None else DepartmentId(department),
        campus=campus,
        zone=zone,
        skills=tuple(skills),
    )


def a_department(key: str, *, zone: str = "A", campus: str = "main", name: str = "") -> Department:
    """Return a department."""
    return Department(DepartmentId(key), name or key, campus=campus, zone=zone)


def a_ticket(
    *,
    at: datetime = NINE,
    by: str | None = "n-1",
    assignee: str | None = None,
    chat: ChatId = WORK,
    **facts: Json,
) -> Ticket:
    """Return a new ticket, given to `assignee` at once; facts are those of its first event."""
    told: dict[str, Json] = {
        "number": "JN-261123-001",
        "kind": "report",
        "chat": chat,
        "channel": "fake",
        "department": "ward-1",
        "category": "printer",
        "urgency": "normal",
        "severity": "一般",
        "summary": "打印机卡纸",
        "requester": by,
        "requester_name": by or "路人",
        "terms": "t1",
        "policy": "office",
    }
    author = None if by is None else PersonId(by)
    ticket = open_ticket(TicketId(_ids.new(at)), at=at, by=author, **(told | facts))
    if assignee is None:
        return ticket
    return record(ticket, EventKind.ASSIGNED, at=at, to=assignee)


def a_site(
    *people: Person,
    departments: Iterable[Department] = (),
    rows: Iterable[RosterRow] = (),
    zones: Iterable[Zone] = (),
    policy: Policy | None = None,
    zone: str = SHANGHAI,
) -> Site:
    """Return a hospital of two campuses with these people and places."""
    known = policy or Policy("office", "000", "办公设备", (), ())
    return Site(
        id=SiteId("s"),
        name="医院",
        prefix="JN",
        zone=zone,
        version="v",
        bot_names=("呼应",),
        campuses={"main": "本部", "east": "东湖"},
        zones={each.code: each for each in zones},
        chats={WORK: "工作群"},
        departments={each.id: each for each in departments},
        people={person.id: person for person in people},
        roster=Roster(zone, tuple(rows)),
        calendars={"24x7": WorkCalendar.always(zone)},
        policies={known.key: known},
        default_policy=known.key,
    )
