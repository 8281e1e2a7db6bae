"""What time does to tickets: warnings, breaches, the ladder, reminders, closing; for many at once.

Every threshold is recorded in the log of its ticket, in the transaction that queues its notice,
so it is told once. What a stop made late goes out as one roll-up a chat.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from core.actions import leader_taps, standing_taps
from core.cards import Card, card_facts, card_notice, course_facts, sign_off_notice
from core.events import EventKind, Json
from core.exemptions import excused
from core.ids import ChatId, PersonId, TicketId
from core.kinds import State
from core.notices import Notice, NoticeKind, owner_of, private_chat
from core.people import SUPERVISOR
from core.ports import UnitOfWork
from core.site import WORK, Site
from core.sla import ClockState, states
from core.ticket import Ticket, record
from core.timers import Timer, TimerKind
from core.usecases.keeping import save


@dataclass
class _Sweep:
    """The notices of one sweep; those that come late are gathered a chat."""

    site: Site
    now: datetime
    prompt: list[Notice] = field(default_factory=list)
    late: dict[ChatId, list[Notice]] = field(default_factory=lambda: defaultdict(list))

    def tell(self, notice: Notice, timer: Timer) -> None:
        """Say it now, or in the roll-up of its chat if its instant is long past."""
        if self.now - timer.due_at > self.site.times.catch_up_after:
            self.late[notice.chat].append(notice)
        else:
            self.prompt.append(notice)


async def check_tickets(timers: Sequence[Timer], *, uow: UnitOfWork, now: datetime) -> int:
    """Do what is due to tickets and queue its notices, worst first; return how many tickets.

    Raises:
        StaleTicket: somebody moved one of them meanwhile; nothing of the sweep may be kept.
    """
    by_ticket: dict[str, list[Timer]] = defaultdict(list)
    for timer in timers:
        by_ticket[timer.owner].append(timer)
    sweep = _Sweep(uow.site, now)
    tickets = await uow.tickets.get_many(TicketId(owner) for owner in by_ticket)
    for ticket in sorted(tickets, key=_worst_first):
        await _check_one(ticket, by_ticket[ticket.id], sweep, uow)
    for notice in sweep.prompt:
        await uow.outbox.put(notice)
    for chat, notices in sweep.late.items():
        await uow.outbox.put(_roll_up(chat, notices))
    return len(tickets)


def _worst_first(ticket: Ticket) -> tuple[bool, datetime, str]:
    return (not ticket.is_urgent, ticket.opened_at, ticket.number)


async def _check_one(
    ticket: Ticket, timers: Sequence[Timer], sweep: _Sweep, uow: UnitOfWork
) -> None:
    terms = await uow.terms.get(ticket.terms)
    clocks = states(terms.policy, terms.calendars, events=ticket.events, now=sweep.now)
    for timer in timers:
        ticket = _apply(ticket, clocks, timer, sweep)
    told = {event.kind for event in ticket.new_events}
    if told <= _TELLING and not terms.policy.hears(_TELLING):
        # That something was told moves no clock: of its timers those served here go, no more.
        await uow.tickets.save(ticket, None)
    else:
        clocks = await save(ticket, uow, sweep.now)
    if any(timer.kind in _CHANGES_CARD for timer in timers):
        await uow.outbox.put(card_notice(ticket, clocks))


_TELLING = frozenset({EventKind.WARNED, EventKind.BREACHED, EventKind.ESCALATED})
_CHANGES_CARD = frozenset({TimerKind.BREACH, TimerKind.AUTO_CLOSE})


def _apply(ticket: Ticket, clocks: Sequence[ClockState], timer: Timer, sweep: _Sweep) -> Ticket:
    match timer.kind:
        case TimerKind.WARN:
            return _warn(ticket, clocks, timer, sweep)
        case TimerKind.BREACH:
            return _breach(ticket, clocks, timer, sweep)
        case TimerKind.ESCALATE:
            return _escalate(ticket, clocks, timer, sweep)
        case TimerKind.WAIT_OVER:
            return _ask_progress(ticket, clocks, timer, sweep)
        case TimerKind.SIGN_OFF_REMINDER:
            return _remind(ticket, clocks, timer, sweep)
        case TimerKind.AUTO_CLOSE:
            return _close(ticket, clocks, timer, sweep)
        case _:
            return ticket


def _facts(ticket: Ticket, clocks: Sequence[ClockState], timer: Timer) -> Card:
    facts = card_facts(ticket, clocks)
    facts.update(cast("dict[str, Json]", dict(timer.facts)))
    for clock in clocks:
        known = clock.clock, timer.facts.get("cycle", clock.cycle)
        if known == (timer.facts.get("clock"), clock.cycle) and clock.due_at is not None:
            course = course_facts(clock)
            facts |= {key: course[key] for key in ("due_at", "clause", "limit", "at_least")}
    return facts


def _public(ticket: Ticket, facts: Card) -> Card:
    """Return the facts without the words of what was reported in private."""
    return {**facts, "summary": ""} if owner_of(ticket.chat) else facts


def _warn(ticket: Ticket, clocks: Sequence[ClockState], timer: Timer, sweep: _Sweep) -> Ticket:
    warned = record(ticket, EventKind.WARNED, at=sweep.now, known=timer.facts)
    for person in _responsible(ticket, sweep.site):
        sweep.tell(
            Notice(
                NoticeKind.SLA_WARNING,
                private_chat(person),
                "warning",
                _facts(ticket, clocks, timer),
                to=(person,),
                taps=standing_taps(ticket),
                ticket=ticket.id,
                urgent=ticket.is_urgent,
            ),
            timer,
        )
    return warned


def _responsible(ticket: Ticket, site: Site) -> tuple[PersonId, ...]:
    """Return the assignee, or the supervisors while nobody answers for the ticket."""
    if ticket.assignee is not None:
        return (ticket.assignee,)
    return tuple(person.id for person in site.supervisors)


def _breach(ticket: Ticket, clocks: Sequence[ClockState], timer: Timer, sweep: _Sweep) -> Ticket:
    breached = record(ticket, EventKind.BREACHED, at=sweep.now, known=timer.facts)
    named = dict.fromkeys(
        (*_responsible(ticket, sweep.site), *(person.id for person in sweep.site.supervisors))
    )
    facts = _facts(ticket, clocks, timer)
    facts["is_excused"] = timer.facts["clock"] in excused(breached)
    sweep.tell(
        Notice(
            NoticeKind.SLA_BREACH,
            WORK,
            "breach",
            _public(ticket, facts),
            to=tuple(named),
            ticket=ticket.id,
            urgent=True,
        ),
        timer,
    )
    return breached


def _escalate(ticket: Ticket, clocks: Sequence[ClockState], timer: Timer, sweep: _Sweep) -> Ticket:
    roles = tuple(cast("list[str]", timer.facts["to"]))
    escalated = record(ticket, EventKind.ESCALATED, at=sweep.now, known=timer.facts)
    for person in _called(ticket, roles, sweep.site):
        if person == ticket.assignee:
            continue
        sweep.tell(
            Notice(
                NoticeKind.ESCALATION,
                private_chat(person),
                "escalation",
                _facts(ticket, clocks, timer),
                to=(person,),
                taps=() if person == ticket.requester else leader_taps(ticket),
                ticket=ticket.id,
                urgent=True,
            ),
            timer,
        )
    return escalated


def _called(ticket: Ticket, roles: Sequence[str], site: Site) -> tuple[PersonId, ...]:
    """Return whom the step names: roles of people, or what people are to the ticket."""
    found: list[PersonId] = []
    for role in roles:
        if role == "assignee":
            found += [ticket.assignee] if ticket.assignee else []
        elif role == "requester":
            found += [ticket.requester] if ticket.requester else []
        elif role == "neighbour":
            found += _neighbours(ticket, site)
        else:
            found += [person.id for person in site.with_role(role)]
    if not found:
        found = [person.id for person in site.with_role(SUPERVISOR)]
    return tuple(dict.fromkeys(found))


def _neighbours(ticket: Ticket, site: Site) -> list[PersonId]:
    department = site.find_department(ticket.department)
    zone = site.zones.get(department.zone) if department else None
    around = zone.neighbours if zone else ()
    return [person.id for person in site.people.values() if person.zone in around]


def _ask_progress(
    ticket: Ticket, clocks: Sequence[ClockState], timer: Timer, sweep: _Sweep
) -> Ticket:
    until = ticket.wait_ends.isoformat() if ticket.wait_ends else None
    for person in _responsible(ticket, sweep.site):
        sweep.tell(
            Notice(
                NoticeKind.PROGRESS_REQUEST,
                private_chat(person),
                "wait_over",
                _facts(ticket, clocks, timer),
                to=(person,),
                taps=standing_taps(ticket),
                ticket=ticket.id,
            ),
            timer,
        )
    return record(ticket, EventKind.QUESTION_ASKED, at=sweep.now, wait_until=until)


def _remind(ticket: Ticket, clocks: Sequence[ClockState], timer: Timer, sweep: _Sweep) -> Ticket:
    reminded = record(ticket, EventKind.REMINDED, at=sweep.now)
    first = sign_off_notice(ticket, clocks)
    # Never part of a roll-up: the buttons move with it.
    sweep.prompt.append(
        replace(first, template="sign_off_moved", taps=(), attachments=(), edit_only=True)
    )
    sweep.prompt.append(replace(sign_off_notice(reminded, clocks), template="sign_off_again"))
    return reminded


def _close(ticket: Ticket, clocks: Sequence[ClockState], timer: Timer, sweep: _Sweep) -> Ticket:
    if ticket.state not in (State.RESOLVED, State.ACCEPTED):
        return ticket
    closed = record(ticket, EventKind.CLOSED, at=sweep.now, why="silence")
    sweep.prompt.append(sign_off_notice(closed, clocks))
    return closed


def _roll_up(chat: ChatId, notices: Sequence[Notice]) -> Notice:
    """Return one message for everything that a stop made late in a chat, worst first."""
    people = dict.fromkeys(person for notice in notices for person in notice.to)
    lines: list[Json] = [
        {
            "what": notice.kind,
            "number": notice.facts.get("number"),
            "department": notice.facts.get("department"),
            "summary": notice.facts.get("summary"),
            "assignee": notice.facts.get("assignee"),
            "clock": notice.facts.get("clock"),
            "due_at": notice.facts.get("due_at"),
            "state": notice.facts.get("state"),
        }
        for notice in notices
    ]
    return Notice(
        NoticeKind.NOTICE, chat, "roll_up", {"lines": lines}, to=tuple(people), urgent=True
    )
