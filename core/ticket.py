"""The ticket: a fold over its events. Adding one returns a new value; nothing changes in place.

Which events may follow is decided in `core.moves`.
"""

from collections.abc import Callable, Iterable
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final, cast

from core.events import EventKind, Facts, Json, Log, TicketEvent, standing
from core.ids import ChatId, DepartmentId, PersonId, TicketId, TicketNumber
from core.kinds import OPEN, UNRESOLVED, ClockName, State, TicketKind, Urgency


@dataclass(frozen=True)
class Ticket:
    """A ticket as its standing events leave it. Times are aware UTC.

    Without slots: a ticket with one event more is then a copy of one dictionary, not of each field.
    """

    id: TicketId
    number: TicketNumber
    kind: TicketKind
    chat: ChatId
    """Where it came from: the card lives there, the sign-off is asked there."""
    channel: str
    opened_at: datetime
    """When the report was sent; every clock that starts with the report starts here."""
    state: State = State.NEW
    department: DepartmentId | None = None
    category: str | None = None
    urgency: Urgency | None = None
    severity: str | None = None
    """The contract's own word."""
    summary: str = ""
    """What was reported, patient data masked."""
    slots: Facts = field(default_factory=dict)
    quantity: int | None = None
    requester: PersonId | None = None
    """None for a stranger and for a machine."""
    requester_name: str = ""
    assignee: PersonId | None = None
    offered_to: PersonId | None = None
    offered_by: PersonId | None = None
    terms: str = ""
    """Version of the policy and calendars that it began with, or came to with its contract."""
    policy: str = ""
    wait_reason: str | None = None
    wait_until: datetime | None = None
    wait_expires: datetime | None = None
    """When a wait without a date stops pausing anything."""
    responded_at: datetime | None = None
    arrived_at: datetime | None = None
    resolved_at: datetime | None = None
    """Of the last resolution."""
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    rating: int | None = None
    affected: tuple[str, ...] = ()
    """Departments or people who have the same fault."""
    nudges: int = 0
    last_ping_at: datetime | None = None
    photos: tuple[str, ...] = ()
    photo_asked: bool = False
    reminded: bool = False
    asks_department: bool = False
    rounds: int = 1
    """1, and one more for every reopening."""
    linked: TicketNumber | None = None
    """An earlier ticket that this one continues or complains about."""
    merged_into: TicketNumber | None = None
    absorbed: tuple[TicketNumber, ...] = ()
    """Tickets that were merged into this one."""
    parts: tuple[TicketNumber, ...] = ()
    """Tickets that were split off from this one."""
    split_from: TicketNumber | None = None
    """The ticket that this one was a part of."""
    is_wide: bool = False
    """Declared as one fault of many departments: further reports of it join."""
    breaches: tuple[ClockName, ...] = ()
    events: Log = ()
    saved_events: int = 0
    """How many of the events the database already holds."""
    version: int = 0

    @cached_property
    def standing(self) -> Log:
        """The events that still count: without those undone, in order."""
        return standing(self.events)

    @cached_property
    def happened(self) -> frozenset[EventKind]:
        """The kinds of the events that still count."""
        return frozenset(event.kind for event in self.standing)

    @property
    def is_unresolved(self) -> bool:
        """Somebody still owes work."""
        return self.state in UNRESOLVED

    @property
    def is_open(self) -> bool:
        """Not yet closed, cancelled or merged."""
        return self.state in OPEN

    @property
    def wait_ends(self) -> datetime | None:
        """When the wait ends by itself: its date, or what stands in for one."""
        return self.wait_until or self.wait_expires

    @property
    def is_urgent(self) -> bool:
        """Exempt from quiet hours."""
        return self.urgency is Urgency.URGENT

    def slot(self, name: str) -> str | None:
        """Return what the report said of `name`, or None."""
        value = self.slots.get(name)
        return value if isinstance(value, str) else None

    @property
    def new_events(self) -> Log:
        """Events that the database does not hold yet."""
        return self.events[self.saved_events :]


Changes = dict[str, Any]
"""The fields that an event changes, with their new values."""


def _opened(ticket: Ticket, event: TicketEvent) -> Changes:
    return {"state": State.NEW}


_WORK_GOES_ON: Changes = {"wait_reason": None, "wait_until": None, "wait_expires": None}
_NO_OFFER: Changes = {"offered_to": None, "offered_by": None}


def _assigned(ticket: Ticket, event: TicketEvent) -> Changes:
    to = cast("str | None", event.facts.get("to"))
    changes: Changes = {"assignee": None if to is None else PersonId(to), **_NO_OFFER}
    if not event.facts.get("keeps_state"):
        changes |= {"state": State.ASSIGNED, **_WORK_GOES_ON}
    return changes


def _acknowledged(ticket: Ticket, event: TicketEvent) -> Changes:
    return {"state": State.ACKNOWLEDGED, "responded_at": ticket.responded_at or event.at}


def _arrived(ticket: Ticket, event: TicketEvent) -> Changes:
    return {
        "state": State.ON_SITE,
        "responded_at": ticket.responded_at or event.at,
        "arrived_at": ticket.arrived_at or event.at,
        **_WORK_GOES_ON,
    }


def _waited(ticket: Ticket, event: TicketEvent) -> Changes:
    return {
        "state": State.WAITING,
        "responded_at": ticket.responded_at or event.at,
        "wait_reason": event.facts.get("reason"),
        "wait_until": _instant(event.facts.get("until")),
        "wait_expires": _instant(event.facts.get("expires")),
    }


def _instant(written: Json) -> datetime | None:
    return datetime.fromisoformat(written) if isinstance(written, str) else None


def _resumed(ticket: Ticket, event: TicketEvent) -> Changes:
    state = State.ON_SITE if ticket.arrived_at else State.ACKNOWLEDGED
    return {"state": state, **_WORK_GOES_ON}


def _resolved(ticket: Ticket, event: TicketEvent) -> Changes:
    return {
        "state": State.RESOLVED,
        "responded_at": ticket.responded_at or event.at,
        "resolved_at": event.at,
        "reminded": False,
        **_NO_OFFER,
        **_WORK_GOES_ON,
    }


def _accepted(ticket: Ticket, event: TicketEvent) -> Changes:
    return {"state": State.ACCEPTED, "accepted_at": event.at}


def _reopened(ticket: Ticket, event: TicketEvent) -> Changes:
    return {"state": State.ASSIGNED, "photo_asked": False, "rounds": ticket.rounds + 1}


_AMENDABLE: Final = (
    *("category", "severity", "summary", "quantity", "requester_name"),
    *("policy", "terms"),
)


def _amended(ticket: Ticket, event: TicketEvent) -> Changes:
    facts = event.facts
    slots = {**ticket.slots, **cast("dict[str, Json]", facts.get("slots") or {})}
    changes: Changes = {"slots": slots}
    for name in _AMENDABLE:
        if name in facts:
            changes[name] = facts[name]
    if "department" in facts:
        changes |= {"department": facts["department"], "asks_department": False}
    if "kind" in facts:
        changes["kind"] = TicketKind(cast("str", facts["kind"]))
    if "urgency" in facts:
        urgency = cast("str | None", facts["urgency"])
        changes["urgency"] = Urgency(urgency) if urgency else None
    if "absorbed" in facts:
        more = cast("list[TicketNumber]", facts["absorbed"])
        changes["absorbed"] = tuple(dict.fromkeys((*ticket.absorbed, *more)))
    if "wide" in facts:
        changes["is_wide"] = bool(facts["wide"])
    return changes


def _joined(ticket: Ticket, event: TicketEvent) -> Changes:
    who = cast("str", event.facts["who"])
    return {} if who in ticket.affected else {"affected": (*ticket.affected, who)}


def _breached(ticket: Ticket, event: TicketEvent) -> Changes:
    clock = ClockName(cast("str", event.facts["clock"]))
    return {} if clock in ticket.breaches else {"breaches": (*ticket.breaches, clock)}


def _nudged(ticket: Ticket, event: TicketEvent) -> Changes:
    changes: Changes = {"nudges": ticket.nudges + 1}
    if event.facts.get("pinged"):
        changes["last_ping_at"] = event.at
    return changes


def _offered(ticket: Ticket, event: TicketEvent) -> Changes:
    return {"offered_to": PersonId(cast("str", event.facts["to"])), "offered_by": event.by}


def _photo_added(ticket: Ticket, event: TicketEvent) -> Changes:
    return {"photos": (*ticket.photos, cast("str", event.facts["key"]))}


def _split(ticket: Ticket, event: TicketEvent) -> Changes:
    facts = event.facts
    if "from" in facts:
        return {"split_from": TicketNumber(cast("str", facts["from"]))}
    more = cast("list[TicketNumber]", facts.get("parts") or [])
    return {"parts": (*ticket.parts, *more)}


def _merged(ticket: Ticket, event: TicketEvent) -> Changes:
    return {
        "state": State.MERGED,
        "merged_into": TicketNumber(cast("str", event.facts["into"])),
        **_NO_OFFER,
    }


_FOLD: dict[EventKind, Callable[[Ticket, TicketEvent], Changes]] = {
    EventKind.OPENED: _opened,
    EventKind.ASSIGNED: _assigned,
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.ARRIVED: _arrived,
    EventKind.WAITED: _waited,
    EventKind.RESUMED: _resumed,
    EventKind.RESOLVED: _resolved,
    EventKind.ACCEPTED: _accepted,
    EventKind.REOPENED: _reopened,
    EventKind.AMENDED: _amended,
    EventKind.JOINED: _joined,
    EventKind.BREACHED: _breached,
    EventKind.NUDGED: _nudged,
    EventKind.PHOTO_ADDED: _photo_added,
    EventKind.PHOTO_ASKED: lambda ticket, event: {"photo_asked": True},
    EventKind.REMINDED: lambda ticket, event: {"reminded": True},
    EventKind.HANDOVER_OFFERED: _offered,
    EventKind.HANDOVER_DECLINED: lambda ticket, event: _NO_OFFER,
    EventKind.RATED: lambda ticket, event: {"rating": event.facts["rating"]},
    EventKind.CLOSED: lambda ticket, event: {"state": State.CLOSED, "closed_at": event.at},
    EventKind.CANCELLED: lambda ticket, event: {"state": State.CANCELLED, **_NO_OFFER},
    EventKind.MERGED: _merged,
    EventKind.SPLIT: _split,
}


def _blank(ticket_id: TicketId, opened: TicketEvent) -> Ticket:
    facts = opened.facts
    text = cast("dict[str, str]", facts)
    urgency = facts.get("urgency")
    ticket = object.__new__(Ticket)
    _set(ticket, _DEFAULTS)
    _set(
        ticket,
        {
            "id": ticket_id,
            "number": text["number"],
            "kind": TicketKind(text["kind"]),
            "chat": text["chat"],
            "channel": text["channel"],
            "opened_at": opened.at,
            "department": facts.get("department"),
            "category": facts.get("category"),
            "urgency": Urgency(cast("str", urgency)) if urgency else None,
            "severity": facts.get("severity"),
            "summary": text.get("summary", ""),
            "slots": facts.get("slots") or {},
            "quantity": facts.get("quantity"),
            "requester": facts.get("requester"),
            "requester_name": text.get("requester_name", ""),
            "terms": text.get("terms", ""),
            "policy": text.get("policy", ""),
            "asks_department": bool(facts.get("asks_department")),
            "linked": facts.get("linked"),
            "photos": tuple(cast("list[str]", facts.get("photos") or [])),
        },
    )
    return ticket


_DEFAULTS: Final[Changes] = {
    each.name: each.default for each in fields(Ticket) if each.default is not MISSING
}


def fold(
    ticket_id: TicketId, events: Iterable[TicketEvent], *, saved: bool = False, version: int = 0
) -> Ticket:
    """Return the ticket that the events make; the first must be `opened`.

    With `saved` the events count as held by the database already.
    """
    log = tuple(events)
    ticket, still = _blank(ticket_id, log[0]), standing(log)
    for event in still:
        step = _FOLD.get(event.kind)
        if step is not None:
            _set(ticket, step(ticket, event))
    held = len(log) if saved else 0
    _set(ticket, {"events": log, "standing": still, "saved_events": held, "version": version})
    return ticket


def _set(ticket: Ticket, changes: Changes) -> None:
    """Change a value that nobody else has seen yet."""
    vars(ticket).update(changes)


def _with(ticket: Ticket, changes: Changes) -> Ticket:
    """Return a copy with these fields, in a tenth of the time of `replace`."""
    copy = object.__new__(Ticket)
    _set(copy, vars(ticket))
    vars(copy).pop("happened", None)
    _set(copy, changes)
    return copy


def record(
    ticket: Ticket,
    kind: EventKind,
    *,
    at: datetime,
    by: PersonId | None = None,
    known: Facts | None = None,
    **facts: Json,
) -> Ticket:
    """Return the ticket with one more event, whose facts are `known` and those named."""
    event = TicketEvent(len(ticket.events) + 1, kind, at, by, {**(known or {}), **facts})
    log = (*ticket.events, event)
    if kind is EventKind.UNDONE:
        again = fold(ticket.id, log, version=ticket.version)
        return replace(again, saved_events=ticket.saved_events)
    step = _FOLD.get(kind)
    changes = {} if step is None else step(ticket, event)
    still = log if ticket.standing is ticket.events else (*ticket.standing, event)
    return _with(ticket, {**changes, "events": log, "standing": still})


def open_ticket(ticket_id: TicketId, *, at: datetime, by: PersonId | None, **facts: Json) -> Ticket:
    """Return a new ticket; `facts` are those of the `opened` event."""
    return fold(ticket_id, (TicketEvent(1, EventKind.OPENED, at, by, facts),))
