"""What time does to tickets: warnings, breaches, the ladder, reminders, closing; for many at once.

Every threshold is recorded in the log of its ticket, in the transaction that queues its notice,
so it is told once. What a stop made late goes out as one roll-up a chat.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from core.cards import Card, card_edit, card_facts, sign_off_notice
from core.due_words import Clocks, Word, notice_of, roll_up
from core.events import TELLING, EventKind, Json
from core.ids import ChatId, PersonId, TicketId
from core.kinds import State
from core.notices import Notice, NoticeKind, private_chat
from core.parties import called
from core.policy import Policy
from core.ports import UnitOfWork
from core.recipients import Occasion
from core.site import WORK, Site
from core.ticket import Ticket, record
from core.timers import Timer, TimerKind
from core.usecases.keeping import clocks_of, save
from core.usecases.progress_note import ask_for_note


@dataclass
class _Sweep:
    """The notices of one sweep; those that come late are gathered a chat."""

    site: Site
    now: datetime
    prompt: list[Notice] = field(default_factory=list)
    late: dict[ChatId, list[Word]] = field(default_factory=lambda: defaultdict(list))
    changed_at: datetime | None = None
    """When somebody last did something to the ticket at hand; he may have brought its limit forward
    over an instant that is past."""

    _card: tuple[tuple[TicketId, int], Card] | None = None
    """The newest card that was worked out: most notices of a ticket in one sweep share it."""

    def card(self, ticket: Ticket, clocks: Clocks) -> Card:
        """Return the facts of the ticket's card; that it was warned of or escalated adds none."""
        moved = max(event.seq for event in ticket.events if event.kind not in _SAYS_NOTHING)
        if self._card is None or self._card[0] != (ticket.id, moved):
            self._card = (ticket.id, moved), card_facts(ticket, clocks.states)
        return self._card[1]

    def tell(self, word: Word) -> None:
        """Say it now, or in the roll-up of its chat if its instant is long past."""
        since = max(word.timer.due_at, self.changed_at or word.timer.due_at)
        if self.now - since > self.site.times.catch_up_after:
            self.late[word.chat].append(word)
        else:
            card = self.card(word.ticket, word.clocks)
            self.prompt.append(notice_of(word, card, self.site))


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
    for chat, words in sweep.late.items():
        await uow.outbox.put(roll_up(chat, words))
    return len(tickets)


def _worst_first(ticket: Ticket) -> tuple[bool, datetime, str]:
    return (not ticket.is_urgent, ticket.opened_at, ticket.number)


async def _check_one(
    ticket: Ticket, timers: Sequence[Timer], sweep: _Sweep, uow: UnitOfWork
) -> None:
    terms = await uow.terms.get(ticket.terms)
    clocks = Clocks(ticket, terms, sweep.now)
    acts = (event.at for event in reversed(ticket.events) if event.by is not None)
    sweep.changed_at = next(acts, None)
    asks_note = False
    for timer in timers:
        if _is_about_note(timer, clocks) and _names_recipients(terms.policy):
            ticket, asks_note = _noted(ticket, timer, sweep), True
        else:
            ticket = _apply(ticket, clocks, timer, sweep)
    tells_only = TELLING.issuperset(event.kind for event in ticket.new_events)
    if tells_only and not terms.policy.hears(TELLING):
        # No clock moves: of its timers those served here go, no more.
        await uow.tickets.save_told(ticket)
    else:
        await save(ticket, uow, sweep.now)
    if asks_note:
        after = await clocks_of(ticket, uow, sweep.now)
        await ask_for_note(ticket, after, uow=uow, now=sweep.now)
    if any(timer.kind in _CHANGES_CARD for timer in timers):
        await uow.outbox.put(card_edit(ticket))


_SAYS_NOTHING = TELLING - {EventKind.BREACHED}


def _is_about_note(timer: Timer, clocks: Clocks) -> bool:
    """Return whether the timer warns that a progress note is due again."""
    if timer.kind is not TimerKind.WARN:
        return False
    return timer.facts.get("clock") in {
        clock.clock for clock in clocks.states if clock.rule.repeats
    }


def _names_recipients(policy: Policy) -> bool:
    return policy.told_of(Occasion.PROGRESS) is not None


def _noted(ticket: Ticket, timer: Timer, sweep: _Sweep) -> Ticket:
    """Return the ticket with the warning on record; the draft of the note stands for its words."""
    return record(ticket, EventKind.WARNED, at=sweep.now, known=timer.facts)


_CHANGES_CARD = frozenset({TimerKind.BREACH, TimerKind.AUTO_CLOSE})


def _apply(ticket: Ticket, clocks: Clocks, timer: Timer, sweep: _Sweep) -> Ticket:
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


def _warn(ticket: Ticket, clocks: Clocks, timer: Timer, sweep: _Sweep) -> Ticket:
    # Where a stricter grade has it over already, the breach is told.
    if not _is_over(clocks, timer):
        _tell_responsible(NoticeKind.SLA_WARNING, ticket, clocks, timer, sweep)
    return record(ticket, EventKind.WARNED, at=sweep.now, known=timer.facts)


def _is_over(clocks: Clocks, timer: Timer) -> bool:
    run = timer.facts["clock"], timer.facts["cycle"]
    return any((c.clock, c.cycle) == run and c.breached_at and c.is_running for c in clocks.states)


def _tell_responsible(
    kind: NoticeKind,
    ticket: Ticket,
    clocks: Clocks,
    timer: Timer,
    sweep: _Sweep,
) -> None:
    for person in _responsible(ticket, sweep.site):
        sweep.tell(Word(kind, private_chat(person), (person,), ticket, clocks, timer))


def _responsible(ticket: Ticket, site: Site) -> tuple[PersonId, ...]:
    """Return the assignee, or the supervisors while nobody answers for the ticket."""
    if ticket.assignee is not None:
        return (ticket.assignee,)
    return tuple(person.id for person in site.supervisors)


def _breach(ticket: Ticket, clocks: Clocks, timer: Timer, sweep: _Sweep) -> Ticket:
    breached = record(ticket, EventKind.BREACHED, at=sweep.now, known=timer.facts)
    named = (*_responsible(ticket, sweep.site), *(each.id for each in sweep.site.supervisors))
    to = tuple(dict.fromkeys(named))
    sweep.tell(Word(NoticeKind.SLA_BREACH, WORK, to, breached, clocks, timer))
    return breached


def _escalate(ticket: Ticket, clocks: Clocks, timer: Timer, sweep: _Sweep) -> Ticket:
    roles = tuple(cast("list[str]", timer.facts["to"]))
    for person in called(ticket, roles, sweep.site):
        if person != ticket.assignee:
            chat = private_chat(person)
            sweep.tell(Word(NoticeKind.ESCALATION, chat, (person,), ticket, clocks, timer))
    return record(ticket, EventKind.ESCALATED, at=sweep.now, known=timer.facts)


def _ask_progress(ticket: Ticket, clocks: Clocks, timer: Timer, sweep: _Sweep) -> Ticket:
    _tell_responsible(NoticeKind.PROGRESS_REQUEST, ticket, clocks, timer, sweep)
    replanned = timer.facts.get("replan")
    until = ticket.wait_ends.isoformat() if ticket.wait_ends else None
    asked: dict[str, Json] = {"replan": replanned} if replanned else {"wait_until": until}
    return record(ticket, EventKind.QUESTION_ASKED, at=sweep.now, known=asked)


def _remind(ticket: Ticket, clocks: Clocks, timer: Timer, sweep: _Sweep) -> Ticket:
    reminded = record(ticket, EventKind.REMINDED, at=sweep.now)
    first = sign_off_notice(ticket, clocks.states)
    # Never part of a roll-up: the buttons move with it.
    sweep.prompt.append(
        replace(first, template="sign_off_moved", taps=(), attachments=(), edit_only=True)
    )
    sweep.prompt.append(
        replace(sign_off_notice(reminded, clocks.states), template="sign_off_again")
    )
    return reminded


def _close(ticket: Ticket, clocks: Clocks, timer: Timer, sweep: _Sweep) -> Ticket:
    if ticket.state not in (State.RESOLVED, State.ACCEPTED):
        return ticket
    closed = record(ticket, EventKind.CLOSED, at=sweep.now, why="silence")
    sweep.prompt.append(sign_off_notice(closed, clocks.states))
    return closed
