"""What there is to say of a ticket whose time has come: a message of its own, or a line of the
roll-up that tells what a stop made late.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from core.actions import Step, Tap, leader_taps, standing_taps, warning_taps
from core.cards import Card, course_facts
from core.contract import Terms
from core.events import Json
from core.exemptions import excused
from core.ids import ChatId, PersonId
from core.kinds import ClockName
from core.loaners import loaners_for, wants_loaner
from core.notices import Notice, NoticeKind, owner_of
from core.parties import neighbours
from core.permissions import Right, Verdict, may
from core.site import Site
from core.sla import ClockState, states
from core.ticket import Ticket
from core.timers import Timer


class Clocks:
    """The clocks of a ticket as it stood, worked out when somebody asks for them."""

    def __init__(self, ticket: Ticket, terms: Terms, now: datetime) -> None:
        self._ticket, self._terms, self._now = ticket, terms, now

    @cached_property
    def states(self) -> tuple[ClockState, ...]:
        """Every clock that has started."""
        terms = self._terms
        return states(terms.policy, terms.calendars, events=self._ticket.events, now=self._now)


@dataclass(frozen=True, slots=True)
class Word:
    """Something to say in a chat of a ticket for which a timer fell due."""

    kind: NoticeKind
    chat: ChatId
    to: tuple[PersonId, ...]
    ticket: Ticket
    """As it stood when it was to be said."""
    clocks: Clocks
    timer: Timer

    @property
    def run(self) -> ClockState | None:
        """The run of a clock that the timer is about, None where it has no limit."""
        facts = self.timer.facts
        name, cycle = facts.get("clock"), facts.get("cycle")
        for each in reversed(self.clocks.states):
            if each.clock == name and cycle in (None, each.cycle) and each.due_at is not None:
                return each
        return None

    @property
    def due_at(self) -> str | None:
        """The limit of that clock, ISO 8601."""
        known = self.timer.facts.get("due_at")
        if isinstance(known, str):
            return known
        run = self.run
        return run.due_at.isoformat() if run and run.due_at else None

    @property
    def summary(self) -> str:
        """What was reported; empty where the hospital would read what was said in private."""
        is_public = self.kind is NoticeKind.SLA_BREACH
        return "" if is_public and owner_of(self.ticket.chat) else self.ticket.summary


def notice_of(word: Word, card: Card, site: Site) -> Notice:
    """Return it as a message of its own; `card` holds the facts of the ticket's card."""
    facts = {**card, **word.timer.facts, "summary": word.summary}
    if word.run is not None:
        course = course_facts(word.run)
        facts |= {key: course[key] for key in ("due_at", "clause", "limit", "at_least", "stop")}
    return _NOTICES[word.kind](word, facts, site)


def _breach(word: Word, facts: Card, site: Site) -> Notice:
    facts["is_excused"] = facts["clock"] in excused(word.ticket)
    return _notice(word, "breach", facts)


def _warning(word: Word, facts: Card, site: Site) -> Notice:
    ticket = word.ticket
    taps = warning_taps(
        ticket,
        ClockName(str(facts["clock"])),
        has_neighbours=bool(neighbours(ticket, site)),
        has_loaners=bool(loaners_for(ticket, site)) and not wants_loaner(ticket),
    )
    return _notice(word, "warning", facts, taps, urgent=ticket.is_urgent)


def _escalation(word: Word, facts: Card, site: Site) -> Notice:
    (person,) = word.to
    step = _step_of(person, word.ticket, site)
    taps = () if person == word.ticket.requester else leader_taps(word.ticket, step)
    return _notice(word, "escalation", {**facts, "can": step}, taps)


def _step_of(person: PersonId, ticket: Ticket, site: Site) -> Step:
    """Return what somebody can do about a ticket that came up to him."""
    found = site.find_person(person)
    if may(found, Right.TRANSFER, ticket) is Verdict.YES:
        return Step.TRANSFER
    return Step.TAKE if may(found, Right.WORK, ticket) is Verdict.ASK else Step.LOOK


def _progress(word: Word, facts: Card, site: Site) -> Notice:
    template = "replan_over" if word.timer.facts.get("replan") else "wait_over"
    return _notice(word, template, facts, standing_taps(word.ticket), urgent=False)


def _notice(
    word: Word, template: str, facts: Card, taps: tuple[Tap, ...] = (), *, urgent: bool = True
) -> Notice:
    return Notice(
        word.kind,
        word.chat,
        template,
        facts,
        to=word.to,
        taps=taps,
        ticket=word.ticket.id,
        urgent=urgent,
    )


_NOTICES: Final[dict[NoticeKind, Callable[[Word, Card, Site], Notice]]] = {
    NoticeKind.SLA_BREACH: _breach,
    NoticeKind.ESCALATION: _escalation,
    NoticeKind.SLA_WARNING: _warning,
    NoticeKind.PROGRESS_REQUEST: _progress,
}
"""The gravest first."""
_GRAVITY: Final = tuple(_NOTICES)


MOST_LINES: Final = 250
"""What a chat can bear in one message."""


def roll_up(chat: ChatId, words: Sequence[Word]) -> Notice:
    """Return one message for everything that a stop made late in a chat, worst first."""
    told = sorted(words, key=_worst_first)
    people = dict.fromkeys(person for word in told for person in word.to)
    lines: list[Json] = [_line(word) for word in told[:MOST_LINES]]
    facts: Card = {"lines": lines, "total": len(told)}
    return Notice(NoticeKind.NOTICE, chat, "roll_up", facts, to=tuple(people), urgent=True)


def _worst_first(word: Word) -> tuple[int, bool, str]:
    """Order by what was missed, then what is urgent, then what is longest overdue."""
    return _GRAVITY.index(word.kind), not word.ticket.is_urgent, word.due_at or "~"


def _line(word: Word) -> Card:
    ticket, facts = word.ticket, word.timer.facts
    return {
        "what": word.kind,
        "number": ticket.number,
        "department": ticket.department,
        "assignee": ticket.assignee,
        "clock": facts.get("clock"),
        "due_at": word.due_at,
        "since": facts.get("since"),
    }
