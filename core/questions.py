"""What the bot asked and still waits for: kept with the chat, answered by one tap or one word."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.actions import Action, Tap
from core.events import Facts
from core.ids import ChatId, TicketId


class Topic(StrEnum):
    """What a question is about."""

    DEPARTMENT = "department"
    """Which department is the work for?"""
    IS_REPORT = "is_report"
    """Is this a request at all?"""
    WHICH_TICKET = "which_ticket"
    """Which of these does your word mean?"""
    WAIT_REASON = "wait_reason"
    WAIT_UNTIL = "wait_until"
    TRANSFER_TO = "transfer_to"
    TAKE_OVER = "take_over"
    """May a colleague take your ticket?"""
    ALIAS = "alias"
    """Is that what a department is called?"""
    PAUSE = "pause"
    """May a wait pause clocks?"""
    EXEMPTION = "exemption"
    """Is a limit that may be missed excused?"""
    VOICE = "voice"
    """What is a recording: urgent work, ordinary work, only a message?"""
    CLINICAL = "clinical"
    """Does it affect patients now?"""
    GRADE = "grade"
    """Which grade is right?"""
    HELP = "help"
    """Will you, of the zone next door, take it?"""
    REPLAN = "replan"
    """Until when instead, and why?"""
    PROGRESS_NOTE = "progress_note"
    """Shall this go to those whom the contract names?"""
    WHAT = "what"
    """What is broken?"""
    ALIKE = "alike"
    """Is it the same with you as elsewhere?"""
    RECOVERED = "recovered"
    """Does it work again, and nobody need come?"""
    WIDER = "wider"
    """Are these reports one fault of many departments?"""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: what it stands for, and what the button says where the value does not tell."""

    value: str
    label: str = ""
    """A department's name, a ticket's number; fixed answers are worded in `bot.replies`."""


YES, NO = Option("yes"), Option("no")
ALL = Option("all")
TAKE, PASS = Option("take"), Option("pass")
SEND, EDIT = Option("send"), Option("edit")
APPROVE, REFUSE = Option("approve"), Option("refuse")


@dataclass(frozen=True, slots=True)
class Question:
    """One open question to one person in one chat."""

    id: str
    topic: Topic
    chat: ChatId
    person: str
    """A person id, or the name of a stranger."""
    asked_at: datetime
    expires_at: datetime
    ticket: TicketId | None = None
    options: tuple[Option, ...] = ()
    facts: Facts = field(default_factory=dict)

    @property
    def slot(self) -> str:
        """Names the message that asks it."""
        return f"question:{self.id}"

    @property
    def taps(self) -> tuple[Tap, ...]:
        """One button for each option."""
        return tuple(
            Tap(Action.CHOOSE, self.ticket, f"{self.id}:{option.value}", option.label)
            for option in self.options
        )

    def chosen(self, said: str, label_of: Callable[[Option], str]) -> Option | None:
        """Return the option that the words name: its label, its value or its place in the list."""
        wanted = said.strip()
        if wanted.isdecimal() and len(wanted) == 1 and 1 <= int(wanted) <= len(self.options):
            return self.options[int(wanted) - 1]
        return next((o for o in self.options if wanted in (label_of(o), o.value)), None)

    def mentioned(self, said: str, label_of: Callable[[Option], str]) -> Option | None:
        """Return the only option whose label stands somewhere in the words, or holds them.

        Labels of one character decide nothing: 不是 holds 是.
        """
        found = [o for o in self.options if len(label_of(o)) > 1 and label_of(o) in said]
        if not found and len(said.strip()) > 1:
            found = [o for o in self.options if said.strip() in label_of(o)]
        return found[0] if len(found) == 1 else None
