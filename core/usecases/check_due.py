"""What time does to tickets: warnings, breaches, the ladder, reminders, closing; for many at once.

Every threshold is recorded in the log of its ticket, in the transaction that queues its notice,
so it is told once. What a stop made late goes out as one roll-up a chat.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from core.actions import Step, leader_taps, standing_taps, warning_taps
from core.cards import Card, card_facts, card_notice, course_facts, sign_off_notice
from core.events import EventKind, Json
from core.exemptions import excused
from core.ids import ChatId, PersonId, TicketId
from core.kinds import ClockName, State
from core.loaners import loaners_for, wants_loaner
from core.notices import Notice, NoticeKind, owner_of, private_chat
from core.parties import called, neighbours
from core.permissions import Right, Verdict, may
from core.policy import Policy
from core.ports import UnitOfWork
from core.recipients import Occasion
from core.site import WORK, Site
from core.sla import ClockState, states
from core.ticket import Ticket, record
from core.timers import Timer, TimerKind
from core.usecases.keeping import save
from core.usecases.progress_note import ask_for_note


@dataclass
class _Sweep:
    """The notices of one sweep; those that come late are gathered a chat."""

    site: Site
    now: datetime
    prompt: list[Notice] = field(default_factory=list)
    late: dict[ChatId, list[Notice]] = field(default_factory=lambda: defaultdict(list))
    changed_at: datetime | None = None
    """When somebody last did something to the ticket at hand; he may have brought its limit forward
    over an instant that is past."""

    _card: tuple[tuple[TicketId, int], Card] | None = None
    """The newest card that was worked out: most notices of a ticket in one sweep share it."""

    def card(self, ticket: Ticket, clocks: Sequence[ClockState]) -> Card:
        """Return the facts of the ticket's card; that it was warned of or escalated adds none."""
        moved = max(event.seq for event in ticket.events if event.kind not in _SAYS_NOTHING)
        if self._card is None or self._card[0] != (ticket.id, moved):
            self._card = (ticket.id, moved), card_facts(ticket, clocks)
        return self._card[1]

    def tell(self, notice: Notice, timer: Timer) -> None:
        """Say it now, or in the roll-up of its chat if its instant is long past."""
        since = max(timer.due_at, self.changed_at or timer.due_at)
        if self.now - since > self.site.times.catch_up_after:
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
    acts = (event.at for event in reversed(ticket.events) if event.by is not None)
    sweep.changed_at = next(acts, None)
    asks_note = False
    for timer in timers:
        if _is_about_note(timer, clocks) and _names_recipients(terms.policy):
            ticket, asks_note = _noted(ticket, timer, sweep), True
        else:
            ticket = _apply(ticket, clocks, timer, sweep)
    told = {event.kind for event in ticket.new_events}
    if told <= _TELLING and not terms.policy.hears(_TELLING):
        # That something was told moves no clock: of its timers those served here go, no more.
        await uow.tickets.save(ticket, None)
        facts = sweep.card(ticket, clocks)
    else:
        clocks = await save(ticket, uow, sweep.now)
        facts = None
    if asks_note:
        await ask_for_note(ticket, clocks, uow=uow, now=sweep.now)
    if any(timer.kind in _CHANGES_CARD for timer in timers):
        await uow.outbox.put(card_notice(ticket, clocks, facts=facts))


_SAYS_NOTHING = frozenset({EventKind.WARNED, EventKind.ESCALATED})
_TELLING = _SAYS_NOTHING | {EventKind.BREACHED}


def _is_about_note(timer: Timer, clocks: Sequence[ClockState]) -> bool:
    """Return whether the timer warns that a progress note is due again."""
    repeating = {clock.clock for clock in clocks if clock.rule.repeats}
    return timer.kind is TimerKind.WARN and timer.facts.get("clock") in repeating


def _names_recipients(policy: Policy) -> bool:
    return policy.told_of(Occasion.PROGRESS) is not None


def _noted(ticket: Ticket, timer: Timer, sweep: _Sweep) -> Ticket:
    """Return the ticket with the warning on record; the draft of the note stands for its words."""
    return record(ticket, EventKind.WARNED, at=sweep.now, known=timer.facts)


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


def _facts(ticket: Ticket, clocks: Sequence[ClockState], timer: Timer, sweep: _Sweep) -> Card:
    facts = {**sweep.card(ticket, clocks), **timer.facts}
    for clock in clocks:
        known = clock.clock, timer.facts.get("cycle", clock.cycle)
        if known == (timer.facts.get("clock"), clock.cycle) and clock.due_at is not None:
            course = course_facts(clock)
            facts |= {key: course[key] for key in ("due_at", "clause", "limit", "at_least", "stop")}
    return facts


def _public(ticket: Ticket, facts: Card) -> Card:
    """Return the facts without the words of what was reported in private."""
    return {**facts, "summary": ""} if owner_of(ticket.chat) else facts


def _warn(ticket: Ticket, clocks: Sequence[ClockState], timer: Timer, sweep: _Sweep) -> Ticket:
    warned = record(ticket, EventKind.WARNED, at=sweep.now, known=timer.facts)
    if _is_over(clocks, timer):
        return warned  # a stricter grade has it; the breach is told
    taps = warning_taps(
        ticket,
        ClockName(str(timer.facts["clock"])),
        has_neighbours=bool(neighbours(ticket, sweep.site)),
        has_loaners=bool(loaners_for(ticket, sweep.site)) and not wants_loaner(ticket),
    )
    for person in _responsible(ticket, sweep.site):
        sweep.tell(
            Notice(
                NoticeKind.SLA_WARNING,
                private_chat(person),
                "warning",
                _facts(ticket, clocks, timer, sweep),
                to=(person,),
                taps=taps,
                ticket=ticket.id,
                urgent=ticket.is_urgent,
            ),
            timer,
        )
    return warned


def _is_over(clocks: Sequence[ClockState], timer: Timer) -> bool:
    run = timer.facts["clock"], timer.facts["cycle"]
    return any((c.clock, c.cycle) == run and c.breached_at and c.is_running for c in clocks)


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
    facts = _facts(breached, clocks, timer, sweep)
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
    for person in called(ticket, roles, sweep.site):
        if person == ticket.assignee:
            continue
        step = _step_of(person, ticket, sweep.site)
        sweep.tell(
            Notice(
                NoticeKind.ESCALATION,
                private_chat(person),
                "escalation",
                {**_facts(ticket, clocks, timer, sweep), "can": step},
                to=(person,),
                taps=() if person == ticket.requester else leader_taps(ticket, step),
                ticket=ticket.id,
                urgent=True,
            ),
            timer,
        )
    return escalated


def _step_of(person: PersonId, ticket: Ticket, site: Site) -> Step:
    """Return what somebody can do about a ticket that came up to him."""
    found = site.find_person(person)
    if may(found, Right.TRANSFER, ticket) is Verdict.YES:
        return Step.TRANSFER
    return Step.TAKE if may(found, Right.WORK, ticket) is Verdict.ASK else Step.LOOK


def _ask_progress(
    ticket: Ticket, clocks: Sequence[ClockState], timer: Timer, sweep: _Sweep
) -> Ticket:
    replanned = timer.facts.get("replan")
    until = ticket.wait_ends.isoformat() if ticket.wait_ends else None
    for person in _responsible(ticket, sweep.site):
        sweep.tell(
            Notice(
                NoticeKind.PROGRESS_REQUEST,
                private_chat(person),
                "replan_over" if replanned else "wait_over",
                _facts(ticket, clocks, timer, sweep),
                to=(person,),
                taps=standing_taps(ticket),
                ticket=ticket.id,
            ),
            timer,
        )
    asked: dict[str, Json] = {"replan": replanned} if replanned else {"wait_until": until}
    return record(ticket, EventKind.QUESTION_ASKED, at=sweep.now, known=asked)


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


_GRAVITY = (
    NoticeKind.SLA_BREACH,
    NoticeKind.ESCALATION,
    NoticeKind.SLA_WARNING,
    NoticeKind.PROGRESS_REQUEST,
)


def _worst_told_first(notice: Notice) -> tuple[int, bool, str]:
    """Order by what was missed, then what is urgent, then what is longest overdue."""
    known = notice.kind in _GRAVITY
    rank = _GRAVITY.index(notice.kind) if known else len(_GRAVITY)
    is_urgent = notice.facts.get("urgency") == "urgent"
    return rank, not is_urgent, str(notice.facts.get("due_at") or "~")


def _roll_up(chat: ChatId, notices: Sequence[Notice]) -> Notice:
    """Return one message for everything that a stop made late in a chat, worst first."""
    notices = sorted(notices, key=_worst_told_first)
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
            "since": notice.facts.get("since"),
            "state": notice.facts.get("state"),
        }
        for notice in notices
    ]
    return Notice(
        NoticeKind.NOTICE, chat, "roll_up", {"lines": lines}, to=tuple(people), urgent=True
    )
