"""Instants at which something falls due, as rows that a query finds."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.events import Facts


class TimerKind(StrEnum):
    """What is to be done when the instant comes."""

    WARN = "warn"
    """Facts: clock, cycle, milestone, due_at (the limit)."""
    BREACH = "breach"
    """Facts: clock, cycle, milestone, due_at. Due a second after the limit: at it, it is met."""
    ESCALATE = "escalate"
    """Facts: step, to (roles), clock, due_at; since, after, basis where it is about no breach."""
    SIGN_OFF_REMINDER = "sign_off_reminder"
    AUTO_CLOSE = "auto_close"
    WAIT_OVER = "wait_over"
    """A wait has come to its date. Facts: replan, where it is the time promised instead of a
    limit."""
    QUESTION = "question"
    """An open question has waited long enough."""
    JOB = "job"
    """A job of the timetable. Facts: job."""


@dataclass(frozen=True, slots=True)
class Timer:
    """One due instant. `owner` is a ticket or question id; a save replaces an owner's timers."""

    key: str
    """Unique for the site, e.g. `breach:TICKET:response:1`."""
    kind: TimerKind
    owner: str
    due_at: datetime
    urgent: bool = False
    """Not held back in quiet hours."""
    facts: Facts = field(default_factory=dict)
