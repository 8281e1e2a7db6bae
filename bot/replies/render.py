"""From a template's name and its facts to the words and buttons of one message."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.replies import (
    clocks,
    errors,
    exemptions,
    learning,
    lists,
    merging,
    pauses,
    questions,
    reading,
    rooms,
    tickets,
    timeline,
    wecom,
)
from bot.replies.labels import label_of
from bot.replies.layout import Names
from core.events import Facts
from core.masking import mask
from core.messages import OutboxMessage
from core.site import Site

Template = Callable[[Facts, Names], str]

TEMPLATES: Final[Mapping[str, Template]] = {
    "card": tickets.card,
    "dispatch": tickets.dispatch,
    "ticket": tickets.ticket,
    "ticket_state": tickets.ticket_state,
    "sign_off": tickets.sign_off,
    "sign_off_again": tickets.sign_off_again,
    "sign_off_moved": tickets.sign_off_moved,
    "ask_rating": tickets.ask_rating,
    "sign_off_over": tickets.sign_off_over,
    "reopened": tickets.reopened,
    "nudged": tickets.nudged,
    "ping": tickets.ping,
    "cancelled": tickets.cancelled,
    "cancelled_for": tickets.cancelled_for,
    "undone_for_you": tickets.undone_for_you,
    "taken_off": tickets.taken_off,
    "regraded": tickets.regraded,
    "moved": tickets.moved,
    "undone": tickets.undone,
    "handover": tickets.handover,
    "handover_taken": tickets.handover_taken,
    "handover_declined": tickets.handover_declined,
    "offered": tickets.offered,
    "reassigned": tickets.reassigned,
    "takeover_asked": tickets.takeover_asked,
    "takeover_granted": tickets.takeover_granted,
    "takeover_refused": tickets.takeover_refused,
    "merged": merging.merged,
    "absorbed": merging.absorbed,
    "merged_for_desk": merging.merged_for_desk,
    "parted": merging.parted,
    "ask_wider": merging.wider,
    "joined_wide": merging.joined_wide,
    "repaired": merging.repaired,
    "poor_rating": tickets.poor_rating,
    "ask_photo": tickets.ask_photo,
    "warning": clocks.warning,
    "breach": clocks.breach,
    "escalation": clocks.escalation,
    "wait_over": clocks.wait_over,
    "roll_up": clocks.roll_up,
    "why": clocks.why,
    "times": timeline.times,
    "reading": reading.reading,
    "ask_department": questions.department,
    "ask_is_report": questions.is_report,
    "ask_which_ticket": questions.which_ticket,
    "ask_wait_reason": questions.wait_reason,
    "ask_wait_until": questions.wait_until,
    "ask_transfer_to": questions.transfer_to,
    "ask_take_over": questions.take_over,
    "ask_pause": pauses.ask_pause,
    "pause_asked": pauses.pause_asked,
    "pause_confirmed": pauses.pause_confirmed,
    "pause_refused": pauses.pause_refused,
    "ask_exemption": exemptions.ask_exemption,
    "exemption_asked": exemptions.exemption_asked,
    "exemption_granted": exemptions.exemption_granted,
    "exemption_refused": exemptions.exemption_refused,
    "exemption_lapsed": exemptions.exemption_lapsed,
    "asked": questions.asked,
    "ask_alias": learning.ask_alias,
    "alias_kept": learning.alias_kept,
    "alias_confirmed": learning.alias_confirmed,
    "alias_unknown": learning.alias_unknown,
    "alias_asked": learning.alias_asked,
    "alias_known": learning.alias_known,
    "alias_declined": learning.alias_declined,
    "alias_forgotten": learning.alias_forgotten,
    "corrected": learning.corrected,
    "already_so": learning.already_so,
    "survey_question": questions.survey_question,
    "survey_thanks": questions.survey_thanks,
    "survey_comment": questions.survey_comment,
    "survey_result": questions.survey_result,
    "comment_kept": questions.comment_kept,
    "own_work": lists.own_work,
    "department_open": lists.department_open,
    "backlog": lists.backlog,
    "period": lists.period,
    "help": lists.help_text,
    "register": lists.register,
    "duty": lists.duty,
    "leave_kept": lists.leave_kept,
    "stock": lists.stock,
    "holidays_missing": clocks.holidays_missing,
    "photo_refused": lists.photo_refused,
    "nothing_open": lists.nothing_open,
    "voice_unread": lists.voice_unread,
    "parked": lists.parked,
    "parked_for_desk": lists.parked_for_desk,
    "unanswered": lists.unanswered,
    "digest": lists.digest,
    "wecom_trouble": wecom.trouble,
    "refusal": errors.explain,
    "room_bound": rooms.room_bound,
    "room_unbound": rooms.room_unbound,
    "room_unknown": rooms.room_unknown,
    "invitation": rooms.invitation,
    "invitation_sent": rooms.invitation_sent,
    "account_bound": rooms.account_bound,
    "unreachable": rooms.unreachable,
}


def render(message: OutboxMessage, site: Site) -> tuple[str, tuple[str, ...]]:
    """Return the text and the labels of the buttons, in the order of the message's taps.

    The last gate of patient data: nothing is posted that was not masked here.

    Raises:
        KeyError: the template is unknown.
    """
    names = Names(site, message.created_at)
    text = TEMPLATES[message.template](message.facts, names)
    return mask(text), tuple(label_of(tap) for tap in message.taps)
