"""What a person can do with one tap or one word: the moves, and which of them fit a ticket now."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from core.ids import TicketId
from core.kinds import TALK, ClockName, State
from core.ticket import Ticket


class Action(StrEnum):
    """The meaning of a button or of the word that works like it."""

    ACK = "ack"
    ARRIVE = "arrive"
    DONE = "done"
    WAIT = "wait"
    RESUME = "resume"
    AMEND = "amend"
    """Said in words only; has no button."""
    PROGRESS = "progress"
    """Said in words only; has no button."""
    RECORD = "record"
    """Say that a moment of the work has come; said in words only."""
    PLEAD = "plead"
    """Ask for an exemption; said in words only."""
    DISPUTE = "dispute"
    """Say that the grade is wrong; said in words only."""
    TRANSFER = "transfer"
    HELP_ME = "help_me"
    HELP_NEAR = "help_near"
    """Ask the people of the zones next door."""
    ASK_PART = "ask_part"
    ASK_LOANER = "ask_loaner"
    REPLAN = "replan"
    """Say before a limit why it will not be met, and promise another time."""
    ACCEPT = "accept"
    REOPEN = "reopen"
    NUDGE = "nudge"
    CANCEL = "cancel"
    RATE = "rate"
    UNDO = "undo"
    WHY = "why"
    YES = "yes"
    NO = "no"
    TAKE = "take"
    DECLINE = "decline"
    CHOOSE = "choose"
    """One option of an open question."""
    SURVEY = "survey"
    """One answer to one dimension of the periodic survey."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A button: what it does, to what, and its label where the action does not name it."""

    action: Action
    ticket: TicketId | None = None
    arg: str = ""
    """A rating, an option of a question, a person: what the action needs to know."""
    label: str = ""
    version: int = field(default=0, compare=False)
    """Events of the ticket when the button was made."""


def key_of(tap: Tap, place: int) -> str:
    """Return what tells a button from all others of its message and of its ticket's history.

    At most 64 ASCII characters, for platforms that hand it back with a press.
    """
    subject = tap.ticket or hashlib.sha256(tap.arg.encode()).hexdigest()[:32]
    return f"{tap.action}.{subject}.{tap.version}.{place}"


MOST_TAPS: Final = 6
"""Buttons that a message may have on every channel."""

_ENGINEER: dict[State, tuple[Action, ...]] = {
    State.NEW: (Action.ACK, Action.ARRIVE, Action.DONE, Action.TRANSFER),
    State.ASSIGNED: (
        Action.ACK,
        Action.ARRIVE,
        Action.DONE,
        Action.WAIT,
        Action.TRANSFER,
        Action.HELP_ME,
    ),
    State.ACKNOWLEDGED: (
        Action.ARRIVE,
        Action.DONE,
        Action.WAIT,
        Action.TRANSFER,
        Action.HELP_ME,
        Action.UNDO,
    ),
    State.ON_SITE: (
        Action.DONE,
        Action.WAIT,
        Action.TRANSFER,
        Action.HELP_ME,
        Action.UNDO,
    ),
    State.WAITING: (Action.RESUME, Action.DONE, Action.TRANSFER, Action.HELP_ME, Action.UNDO),
    State.RESOLVED: (Action.UNDO,),
}


def _taps(ticket: Ticket, actions: tuple[Action, ...]) -> tuple[Tap, ...]:
    return tuple(Tap(action, ticket.id, version=len(ticket.events)) for action in actions)


def engineer_taps(ticket: Ticket) -> tuple[Tap, ...]:
    """Return the buttons of the assignee's private card, most frequent first; at most six."""
    actions = _ENGINEER.get(ticket.state, ())
    if ticket.kind in TALK:
        actions = tuple(action for action in actions if action not in _ON_SITE)
    return _taps(ticket, actions)


_ON_SITE = frozenset({Action.ARRIVE, Action.HELP_ME})
"""Moves that make no sense where only an answer is wanted."""


def standing_taps(ticket: Ticket) -> tuple[Tap, ...]:
    """Return the engineer's buttons for a reminder, which comes too late to take anything back."""
    return tuple(tap for tap in engineer_taps(ticket) if tap.action is not Action.UNDO)


_RELIEF: dict[ClockName, tuple[Action, ...]] = {
    ClockName.RESPONSE: (Action.HELP_NEAR,),
    ClockName.ARRIVAL: (Action.HELP_NEAR, Action.REPLAN),
    ClockName.DIAGNOSIS: (Action.HELP_NEAR, Action.REPLAN),
    ClockName.PART: (Action.ASK_LOANER, Action.REPLAN),
    ClockName.RESOLUTION: (
        Action.HELP_NEAR,
        Action.ASK_PART,
        Action.ASK_LOANER,
        Action.REPLAN,
    ),
    ClockName.DELIVERY: (Action.HELP_NEAR, Action.REPLAN),
    ClockName.PLAN: (Action.REPLAN,),
    ClockName.REWORK: (Action.HELP_NEAR, Action.REPLAN),
}
"""What may still help with a clock before its limit."""
_KNOWS: Final = frozenset({State.ACKNOWLEDGED, State.ON_SITE})
"""States in which the engineer can know what is missing."""


def warning_taps(
    ticket: Ticket, clock: ClockName, *, has_neighbours: bool, has_loaners: bool
) -> tuple[Tap, ...]:
    """Return the engineer's buttons for a warning: his moves, and what helps with that clock; at
    most six. What makes room for them stays on his card: 求助 where the neighbours are offered,
    then 转派, then 等待.
    """
    fits = {
        Action.HELP_NEAR: has_neighbours and ticket.kind not in TALK,
        Action.ASK_PART: ticket.state in _KNOWS and ticket.kind not in TALK,
        Action.ASK_LOANER: has_loaners and ticket.state not in (State.NEW, State.ASSIGNED),
        Action.REPLAN: True,
    }
    relief = [each for each in _RELIEF.get(clock, ()) if fits[each]]
    if ticket.assignee is None or not ticket.is_unresolved:
        relief = []
    moves = [tap.action for tap in standing_taps(ticket)]
    if Action.HELP_NEAR in relief:
        moves = [each for each in moves if each is not Action.HELP_ME]
    for spare in (Action.TRANSFER, Action.WAIT):
        if len(moves) + len(relief) > MOST_TAPS and spare in moves:
            moves.remove(spare)
    return (*_taps(ticket, tuple(moves)), *(Tap(each, ticket.id, clock) for each in relief))


class Step(StrEnum):
    """What somebody to whom a ticket went up can do about it."""

    TRANSFER = "transfer"
    TAKE = "take"
    """Take it himself, once its assignee agrees."""
    LOOK = "look"


_STEPS: dict[Step, tuple[Action, ...]] = {
    Step.TRANSFER: (Action.TRANSFER, Action.WHY),
    Step.TAKE: (Action.ACK, Action.WHY),
    Step.LOOK: (Action.WHY,),
}


def leader_taps(ticket: Ticket, step: Step) -> tuple[Tap, ...]:
    """Return the buttons of whoever a ticket went up to."""
    moves = _STEPS[step]
    if not ticket.is_unresolved:
        moves = tuple(each for each in moves if each is Action.WHY)
    return _taps(ticket, moves)


def card_taps(ticket: Ticket) -> tuple[Tap, ...]:
    """Return the buttons of the card in the chat that the report came from."""
    if ticket.is_unresolved:
        withdraw = () if ticket.kind in TALK else (Action.CANCEL,)
        return _taps(ticket, (Action.NUDGE, *withdraw, Action.WHY, Action.UNDO))
    if ticket.state in (State.RESOLVED, State.ACCEPTED):
        return _taps(ticket, (Action.WHY, Action.UNDO))
    if ticket.state is State.CANCELLED:
        return _taps(ticket, (Action.UNDO,))
    return ()


def sign_off_taps(ticket: Ticket) -> tuple[Tap, ...]:
    """Return the two answers to "is it fixed?"."""
    return _taps(ticket, (Action.ACCEPT, Action.REOPEN))


def rating_taps(ticket: Ticket) -> tuple[Tap, ...]:
    """Return one tap for each rating, 1 to 5, and the way back."""
    version = len(ticket.events)
    rates = (Tap(Action.RATE, ticket.id, str(score), version=version) for score in range(1, 6))
    return (*rates, *_taps(ticket, (Action.UNDO,)))


def handover_taps(ticket: Ticket) -> tuple[Tap, ...]:
    """Return take and decline."""
    return _taps(ticket, (Action.TAKE, Action.DECLINE))


def ticket_in(key: str) -> TicketId | None:
    """Return the ticket that the key of a button may be about."""
    _, *subject = key.split(".")
    return TicketId(subject[0]) if subject else None


def tap_of(ticket: Ticket, key: str) -> Tap | None:
    """Return the button of a ticket's message that a key stands for, None unless the ticket is
    still what it was when the button was made.
    """
    offered = (
        *engineer_taps(ticket),
        *card_taps(ticket),
        *sign_off_taps(ticket),
        *handover_taps(ticket),
        *(tap for step in Step for tap in leader_taps(ticket, step)),
    )
    for tap in offered:
        if _but_for_its_place(key_of(tap, 0)) == _but_for_its_place(key):
            return tap
    ratings = enumerate(rating_taps(ticket))
    return next((tap for place, tap in ratings if key_of(tap, place) == key), None)


def _but_for_its_place(key: str) -> str:
    """Return what stays the same where a message shows only some of the buttons."""
    return key.rpartition(".")[0]
