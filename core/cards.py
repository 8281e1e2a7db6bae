"""What a card says about a ticket, as plain facts that `bot.replies` puts into words."""

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from core.actions import card_taps, engineer_taps, handover_taps, rating_taps, sign_off_taps
from core.duties import is_duty
from core.events import EventKind, Json, TicketEvent
from core.exemptions import excused, pleas
from core.grading import open_dispute
from core.ids import PersonId
from core.kinds import TALK, State, TicketKind
from core.moments import loaner_of, of_round
from core.notices import Notice, NoticeKind, owner_of, private_chat
from core.replans import newest_replan
from core.sla import ClockState
from core.ticket import Ticket
from core.wider import chats_of, fault_of, joiners_of

Card = dict[str, Json]

CARD: Final = "card"
"""Template of the live card."""

RECORDING: Final = ".ogg"
"""Ends the keys of what was spoken, which are kept among the photos as evidence."""


def card_facts(ticket: Ticket, clocks: Sequence[ClockState]) -> Card:
    """Return the facts of a ticket at the moment of its last move; names are ids."""
    counting = running(clocks)
    return {
        "number": ticket.number,
        "kind": ticket.kind,
        "state": ticket.state,
        "department": ticket.department,
        "category": ticket.category,
        "urgency": ticket.urgency,
        "severity": ticket.severity,
        "summary": ticket.summary,
        "quantity": ticket.quantity,
        "slots": dict(ticket.slots),
        "assignee": ticket.assignee,
        "offered_to": ticket.offered_to,
        "requester": ticket.requester,
        "requester_name": ticket.requester_name,
        "opened_at": ticket.opened_at.isoformat(),
        "arrived_at": _iso(ticket.arrived_at),
        "resolved_at": _iso(ticket.resolved_at),
        "due": [due_facts(clock) for clock in counting],
        "breaches": [str(clock) for clock in ticket.breaches],
        "excused": [str(clock) for clock in excused(ticket)],
        "plea": _plea(ticket),
        "dispute": _dispute(ticket),
        "affected": list(ticket.affected),
        "nudges": ticket.nudges,
        "photos": sum(not key.endswith(RECORDING) for key in ticket.photos),
        "note": newest_note(ticket),
        "is_recovery": _has_recovered(ticket),
        "done_by": _finisher(ticket),
        "is_accepted": ticket.accepted_at is not None,
        "wait_reason": ticket.wait_reason,
        "wait_until": _iso(ticket.wait_until),
        "wait_expires": _iso(ticket.wait_expires),
        "wait_evidence": _evidence(clocks),
        "replan": _replan(ticket),
        "rating": ticket.rating,
        "rounds": ticket.rounds,
        "linked": ticket.linked,
        "asks_department": ticket.asks_department,
        "merged_into": ticket.merged_into,
        "absorbed": list(ticket.absorbed),
        "is_wide": ticket.is_wide,
        "moments": [moment_facts(event) for event in of_round(ticket)],
        "loaner": loaner_of(ticket),
        "least": [due_facts(clock) for clock in clocks if clock.rule.at_least and clock.is_running],
        "duties": [due_facts(clock) for clock in counting if is_duty(clock)],
        "parts": list(ticket.parts),
        "split_from": ticket.split_from,
    }


def moment_facts(event: TicketEvent) -> Card:
    """Return which moment it was, when, and in whose words."""
    facts = event.facts
    return {
        "kind": event.kind,
        "at": event.at.isoformat(),
        "note": facts.get("note"),
        "until": facts.get("until"),
        "asset": facts.get("asset"),
    }


def running(clocks: Sequence[ClockState]) -> list[ClockState]:
    """Return the clocks that still count towards a limit, the nearest first."""
    return sorted(
        (
            clock
            for clock in clocks
            if clock.due_at is not None and clock.is_running and not clock.rule.at_least
        ),
        key=lambda clock: (clock.due_at or clock.as_of, clock.clock),
    )


def due_facts(clock: ClockState) -> Json:
    """Return a clock and its limit; it has to have one."""
    assert clock.due_at is not None
    return {
        "clock": str(clock.clock),
        "at": clock.due_at.isoformat(),
        "clause": clock.rule.clause,
        "paused": clock.paused,
        "over": clock.breached_at is not None,
    }


def course_facts(clock: ClockState) -> Card:
    """Return how a clock ran: start, limit, end, and the clause."""
    return {
        "clock": clock.clock,
        "cycle": clock.cycle,
        "started_at": clock.started_at.isoformat(),
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
        "stopped_at": clock.stopped_at.isoformat() if clock.stopped_at else None,
        "breached": clock.breached_at is not None,
        "limit": None if clock.rule.limit is None else clock.rule.limit.total_seconds(),
        "at_least": clock.rule.at_least,
        "stop": [str(kind) for kind in clock.rule.stop],
        "clause": clock.rule.clause,
    }


def _evidence(clocks: Sequence[ClockState]) -> int:
    """Return how many photos were given for the pause that holds now."""
    held = [clock.holds[-1].evidence for clock in clocks if clock.paused]
    return max(held, default=0)


def _plea(ticket: Ticket) -> Json:
    """Return the newest plea for an exemption that is open or granted, None where there is none."""
    for plea in reversed(pleas(ticket)):
        if plea.is_granted is not False:
            clocks: list[Json] = [str(clock) for clock in plea.clocks]
            return {"clocks": clocks, "is_granted": plea.is_granted}
    return None


def _dispute(ticket: Ticket) -> Json:
    """Return what somebody says of the grade while nobody has decided, None otherwise."""
    dispute = open_dispute(ticket)
    return None if dispute is None else {"by": dispute.by, "wanted": dispute.wanted}


def _replan(ticket: Ticket) -> Json:
    """Return the newest time that was promised instead of a limit, None where there is none."""
    replan = newest_replan(ticket)
    if replan is None:
        return None
    keys: list[Json] = list(replan.keys)
    return {"until": replan.until.isoformat(), "reason": replan.reason, "clocks": keys}


def newest_note(ticket: Ticket) -> str:
    """Return the engineer's newest words of the running round, masked as they were kept."""
    if ticket.happened.isdisjoint(_NOTED):
        return ""
    for event in reversed(ticket.standing):
        if event.kind is EventKind.REOPENED:
            return ""
        note = event.facts.get("note")
        if isinstance(note, str) and note and event.kind in _NOTED:
            return note
    return ""


def _finisher(ticket: Ticket) -> PersonId | None:
    """Return who finished the work on record for the assignee, None where he did himself."""
    if EventKind.RESOLVED not in ticket.happened:
        return None
    for event in reversed(ticket.standing):
        if event.kind is EventKind.RESOLVED:
            return event.by if event.facts.get("on_record") else None
    return None


def _has_recovered(ticket: Ticket) -> bool:
    """Return whether the newest note is the monitoring's word that the alarm is over."""
    noted = [event for event in ticket.standing if event.facts.get("note")]
    return bool(noted) and bool(noted[-1].facts.get("is_recovery"))


_NOTED = frozenset({EventKind.PROGRESSED, EventKind.WAITED, EventKind.RESOLVED})


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def named_on_card(ticket: Ticket) -> tuple[PersonId, ...]:
    """Return whom the card speaks to: who is to go, or who asked and is answered."""
    named = ticket.requester if ticket.kind in TALK else ticket.assignee
    return (named,) if named else ()


def card_notice(ticket: Ticket, clocks: Sequence[ClockState]) -> Notice:
    """Return the live card of a new ticket, for the chat that it came from."""
    kind = NoticeKind.ANSWER if ticket.kind in TALK else NoticeKind.TICKET_OPENED
    return replace(
        card_edit(ticket),
        kind=kind,
        facts=card_facts(ticket, clocks),
        to=named_on_card(ticket),
        taps=card_taps(ticket),
    )


def card_edit(ticket: Ticket) -> Notice:
    """Return that the live card has to change.

    What it says is worked out when it goes out: in a chat that is behind, a card that changed five
    times is written once, and says what is true by then.
    """
    return Notice(
        NoticeKind.TICKET_UPDATED,
        ticket.chat,
        CARD,
        ticket=ticket.id,
        slot=f"card:{ticket.id}",
        urgent=ticket.is_urgent,
    )


def dispatch_notice(ticket: Ticket, clocks: Sequence[ClockState]) -> Notice | None:
    """Return the assignee's private card; later ones of the same round edit it."""
    if ticket.assignee is None:
        return None
    is_complaint = ticket.kind is TicketKind.COMPLAINT
    return Notice(
        NoticeKind.NOTICE if is_complaint else NoticeKind.DISPATCH,
        private_chat(ticket.assignee),
        "dispatch",
        card_facts(ticket, clocks),
        to=(ticket.assignee,),
        taps=engineer_taps(ticket),
        ticket=ticket.id,
        slot=_dispatch_slot(ticket),
        urgent=True,
        attachments=ticket.photos,
    )


def _proof(ticket: Ticket) -> tuple[str, ...]:
    """Return the photos that came with, or after, the newest resolution, from who made it."""
    log = ticket.standing
    done = next((e for e in reversed(log) if e.kind is EventKind.RESOLVED), None)
    if done is None or ticket.is_unresolved:
        return ()
    return tuple(
        str(event.facts["key"])
        for event in log
        if event.kind is EventKind.PHOTO_ADDED and event.seq > done.seq and event.by == done.by
    )


def _dispatch_slot(ticket: Ticket) -> str:
    return f"dispatch:{ticket.id}:{_count(ticket, EventKind.ASSIGNED, EventKind.REOPENED)}"


def released_notice(before: Ticket, after: Ticket, clocks: Sequence[ClockState]) -> Notice | None:
    """Return what becomes of the card of whoever had the ticket before; None if nobody lost it."""
    if before.assignee is None or before.assignee == after.assignee:
        return None
    return Notice(
        NoticeKind.DISPATCH,
        private_chat(before.assignee),
        "taken_off",
        card_facts(after, clocks),
        to=(before.assignee,),
        ticket=after.id,
        slot=_dispatch_slot(before),
        edit_only=True,
    )


def sign_off_slot(ticket: Ticket) -> str:
    """Name the sign-off message of the newest resolution; the reminder takes its place."""
    newest = _count(ticket, EventKind.RESOLVED)
    return f"signoff:{ticket.id}:{newest}{':reminder' if ticket.reminded else ''}"


def sign_off_notice(ticket: Ticket, clocks: Sequence[ClockState]) -> Notice:
    """Return the question whether it is fixed, in the requester's chat, naming him.

    Accepting, rating and reopening edit the same message.
    """
    if ticket.state is State.ACCEPTED:
        kind, template, taps = NoticeKind.SURVEY, "ask_rating", rating_taps(ticket)
    elif ticket.state is State.RESOLVED:
        kind, template, taps = NoticeKind.SIGN_OFF_REQUEST, "sign_off", sign_off_taps(ticket)
    else:
        was_accepted = ticket.state is State.CLOSED and ticket.accepted_at is not None
        kind = NoticeKind.SURVEY if was_accepted else NoticeKind.SIGN_OFF_REQUEST
        template, taps = "sign_off_over", ()
    return Notice(
        kind,
        ticket.chat,
        template,
        card_facts(ticket, clocks),
        to=(ticket.requester,) if ticket.requester else (),
        taps=taps,
        ticket=ticket.id,
        slot=sign_off_slot(ticket),
        urgent=ticket.is_urgent,
        attachments=_proof(ticket),
        edit_only=ticket.state not in (State.ACCEPTED, State.RESOLVED),
    )


def repaired_notices(ticket: Ticket, departments: Container[str]) -> list[Notice]:
    """Return the request to try it, to all who have the fault too: one a chat that told of it,
    once a resolution; none where no other department has it.
    """
    if not any(who in departments for who in ticket.affected):
        return []
    fault, chats = fault_of(ticket), chats_of(ticket)
    told_apart = {owner_of(chat) for chat in chats[1:]}
    facts: Card = {
        "number": ticket.number,
        "affected": list(ticket.affected),
        "category": fault.category,
        "device": fault.device,
        "symptom": fault.symptom,
    }
    return [
        Notice(
            NoticeKind.NOTICE,
            chat,
            "repaired",
            facts,
            to=tuple(each for each in joiners_of(ticket) if each not in told_apart)
            if chat == ticket.chat
            else (),
            ticket=ticket.id,
            once=f"repaired:{ticket.id}:{ticket.rounds}:{chat}",
            urgent=ticket.is_urgent,
        )
        for chat in chats
    ]


def _count(ticket: Ticket, *kinds: EventKind) -> int:
    """Return how often it happened, undone or not: a new message for each time."""
    return sum(event.kind in kinds for event in ticket.events)


def handover_notice(ticket: Ticket, clocks: Sequence[ClockState], reason: str) -> Notice:
    """Return the offer to whom the ticket was offered."""
    assert ticket.offered_to is not None
    facts = card_facts(ticket, clocks)
    facts["reason"] = reason
    facts["offered_by"] = ticket.offered_by
    return Notice(
        NoticeKind.HANDOVER,
        private_chat(ticket.offered_to),
        "handover",
        facts,
        to=(ticket.offered_to,),
        taps=handover_taps(ticket),
        ticket=ticket.id,
        slot=f"handover:{ticket.id}:{len(ticket.events)}",
        urgent=True,
    )


def minutes(span: timedelta) -> int:
    """Return whole minutes, rounded up."""
    return -int(-span.total_seconds() // 60)
