"""Refusals: one class each, facts as fields, no words.

`bot.replies.errors` words every one of them; a test proves that none is without words.
"""

from collections.abc import Sequence
from typing import ClassVar

from core.ids import TicketNumber


class DeskError(Exception):
    """Something a person asked for that cannot be done; never a bug."""

    code: ClassVar[str] = "refused"


class TicketNotFound(DeskError):
    """No ticket fits what was said."""

    code = "ticket_not_found"

    def __init__(self, said: str = "") -> None:
        super().__init__(said)
        self.said = said


class ActionNotAllowed(DeskError):
    """The table of rights says no."""

    code = "action_not_allowed"

    def __init__(self, action: str, number: TicketNumber | None = None) -> None:
        super().__init__(action)
        self.action = action
        self.number = number


class DepartmentUnknown(DeskError):
    """No department, or more than one, fits what was said."""

    code = "department_unknown"

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class AliasUnusable(DeskError):
    """A word that cannot stand for one department: too short, too general, or another's name."""

    code = "alias_unusable"

    def __init__(self, alias: str, department: str | None = None) -> None:
        super().__init__(alias)
        self.alias = alias
        self.department = department


class WrongState(DeskError):
    """The move does not fit the state of the ticket."""

    code = "wrong_state"

    def __init__(
        self, action: str, number: TicketNumber, state: str, into: TicketNumber | None = None
    ) -> None:
        super().__init__(action)
        self.action = action
        self.number = number
        self.state = state
        self.into = into


class CannotMerge(DeskError):
    """The same ticket twice, or work of two kinds."""

    code = "cannot_merge"

    def __init__(self, number: TicketNumber, into: TicketNumber) -> None:
        super().__init__(number)
        self.number = number
        self.into = into


class OthersWait(DeskError):
    """Other departments wait for the same repair, so that one of them cannot withdraw it."""

    code = "others_wait"

    def __init__(self, number: TicketNumber) -> None:
        super().__init__(number)
        self.number = number


class AlreadyTaken(DeskError):
    """Somebody else answers for the ticket."""

    code = "already_taken"

    def __init__(self, number: TicketNumber, assignee: str) -> None:
        super().__init__(number)
        self.number = number
        self.assignee = assignee


class NothingToUndo(DeskError):
    """The person did nothing lately that can be taken back."""

    code = "nothing_to_undo"


class UndoTooLate(DeskError):
    """The time in which a move can be taken back is over."""

    code = "undo_too_late"

    def __init__(self, number: TicketNumber, seconds: int) -> None:
        super().__init__(number)
        self.number = number
        self.seconds = seconds


class UndoOvertaken(DeskError):
    """Somebody acted on the ticket since."""

    code = "undo_overtaken"

    def __init__(self, number: TicketNumber) -> None:
        super().__init__(number)
        self.number = number


class ReasonMissing(DeskError):
    """An exemption was asked for without a reason."""

    code = "reason_missing"

    def __init__(self, number: TicketNumber) -> None:
        super().__init__(number)
        self.number = number


class ExemptionTooLate(DeskError):
    """An exemption was asked for after the limit."""

    code = "exemption_too_late"

    def __init__(self, number: TicketNumber, clock: str, due_at: str) -> None:
        super().__init__(number)
        self.number = number
        self.clock = clock
        self.due_at = due_at
        """ISO."""


class NothingToExempt(DeskError):
    """No limit of the ticket is running that is not excused already."""

    code = "nothing_to_exempt"

    def __init__(self, number: TicketNumber) -> None:
        super().__init__(number)
        self.number = number


class NotOfContract(DeskError):
    """The contract of the ticket does not count with such a moment."""

    code = "not_of_contract"

    def __init__(
        self, number: TicketNumber, moment: str, contract: str, grades: tuple[str, ...]
    ) -> None:
        super().__init__(number)
        self.number = number
        self.moment = moment
        self.contract = contract
        self.grades = list(grades)
        """Words of the contract for which it does."""


class AlreadySaid(DeskError):
    """A moment that the running round has already."""

    code = "already_said"

    def __init__(self, number: TicketNumber, moment: str) -> None:
        super().__init__(number)
        self.number = number
        self.moment = moment


class NothingAwaited(DeskError):
    """No ticket waits for the moment that was said."""

    code = "nothing_awaited"

    def __init__(self, moment: str) -> None:
        super().__init__(moment)
        self.moment = moment


class WordsMissing(DeskError):
    """A plan without a word of it."""

    code = "words_missing"

    def __init__(self, number: TicketNumber, moment: str) -> None:
        super().__init__(number)
        self.number = number
        self.moment = moment


class AssetNotFound(DeskError):
    """No device that the hospital keeps to be lent has the tag."""

    code = "asset_not_found"

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class NothingLent(DeskError):
    """A device is said to be back that nobody lent."""

    code = "nothing_lent"

    def __init__(self, number: TicketNumber) -> None:
        super().__init__(number)
        self.number = number


class NothingToSplit(DeskError):
    """A ticket was to be split, but nothing was said that could be a part of it."""

    code = "nothing_to_split"

    def __init__(self, number: TicketNumber) -> None:
        super().__init__(number)
        self.number = number


class GradeUnknown(DeskError):
    """A grade that the contract of the ticket does not have."""

    code = "grade_unknown"

    def __init__(self, number: TicketNumber, words: Sequence[str]) -> None:
        super().__init__(number)
        self.number = number
        self.words = list(words)
        """Those that it has, the gravest first."""


class ReplanTooLate(DeskError):
    """A new time was promised after the limit."""

    code = "replan_too_late"

    def __init__(self, number: TicketNumber, clock: str, due_at: str) -> None:
        super().__init__(number)
        self.number = number
        self.clock = clock
        self.due_at = due_at
        """ISO."""


class NothingToReplan(DeskError):
    """The new time keeps every limit of the ticket."""

    code = "nothing_to_replan"

    def __init__(self, number: TicketNumber) -> None:
        super().__init__(number)
        self.number = number


class AlreadyAsked(DeskError):
    """The same was asked for before, and nobody has answered yet."""

    code = "already_asked"

    def __init__(self, number: TicketNumber) -> None:
        super().__init__(number)
        self.number = number


class PersonNotFound(DeskError):
    """No person fits the name, or more than one does."""

    code = "person_not_found"

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class NotTheirTrade(DeskError):
    """Work was offered to somebody who cannot take any."""

    code = "not_their_trade"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class OfferGone(DeskError):
    """A hand-over that is no longer open."""

    code = "offer_gone"

    def __init__(self, number: TicketNumber) -> None:
        super().__init__(number)
        self.number = number


class QuestionGone(DeskError):
    """A question that was answered or has run out."""

    code = "question_gone"


class RatingOutOfRange(DeskError):
    """A rating other than 1 to 5."""

    code = "rating_out_of_range"


class InvitationUnusable(DeskError):
    """A code that is unknown, used, or too old."""

    code = "invitation_unusable"


class PrivateOnly(DeskError):
    """Something that is said in private was said in a group."""

    code = "private_only"


class GroupMissing(DeskError):
    """Something that is said in a group was said elsewhere."""

    code = "group_missing"


class UnknownButton(DeskError):
    """A button that is not, or no longer, on that message."""

    code = "unknown_button"


class StaleTicket(DeskError):
    """Somebody else saved the ticket since it was read; the worker tries again."""

    code = "stale_ticket"
