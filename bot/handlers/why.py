"""Why: how a message was read, who goes and why he, and where each instant comes from."""

from collections.abc import Sequence

from bot.context import ANSWERED, Context, Handled, body_text
from bot.handlers.summary import reading_of
from core.actor import permit
from core.cards import card_facts, course_facts
from core.contract import Terms
from core.events import EventKind, Json
from core.exemptions import key_of, pleas
from core.ids import TicketId
from core.permissions import Right
from core.sla import ClockState, Span, beside, explain
from core.ticket import Ticket
from core.usecases.keeping import clocks_of


async def explain_ticket(ctx: Context, ticket_id: TicketId) -> Handled:
    """Answer with how the report was read, and with the clocks of the ticket: start, what counts
    and what does not, limit, clause.

    Raises:
        TicketNotFound, ActionNotAllowed.
    """
    ticket = await ctx.uow.tickets.get(ticket_id)
    permit(ctx.actor, Right.SEE, ticket)
    terms = await ctx.uow.terms.get(ticket.terms)
    clocks = await clocks_of(ticket, ctx.uow, ctx.now)
    others = beside(terms.policy, terms.calendars, events=ticket.events, now=ctx.now)
    facts = card_facts(ticket, clocks)
    facts["clocks"] = [_line(ticket, clock, terms, others) for clock in clocks]
    facts["reading"] = ticket.events[0].facts.get("reading")
    facts["tier"] = _tier(ticket)
    facts["contract"] = terms.policy.contract
    facts["contract_title"] = terms.policy.title
    facts["terms"] = ticket.terms
    facts["ground"] = (_all(ticket, "ground") or [None])[-1]
    facts["grades"] = _all(ticket, "grade")
    facts["earlier"] = _all(ticket, "earlier")
    await ctx.say("why", facts, ticket=ticket.id)
    return ANSWERED


async def explain_assignee(ctx: Context, ticket: Ticket) -> Handled:
    """Answer with the rule by which the ticket came to whoever has it.

    Raises:
        ActionNotAllowed.
    """
    permit(ctx.actor, Right.SEE, ticket)
    facts: dict[str, Json] = {
        "number": ticket.number,
        "assignee": ticket.assignee,
        "tier": _tier(ticket),
        "department": ticket.department,
    }
    await ctx.say("why_him", facts, ticket=ticket.id)
    return ANSWERED


def _excuse(ticket: Ticket, clock: ClockState) -> Json:
    """Return who excused the clock and why, None where nobody did."""
    key = key_of(clock.clock, clock.cycle)
    for plea in pleas(ticket):
        if plea.is_granted and key in plea.keys:
            return {"by": plea.decided_by, "reason": plea.reason}
    return None


def _gap(span: Span, clock: ClockState) -> Json:
    """Return a span that does not count; of a pause also who answers for it."""
    within = [hold for hold in clock.holds if span.start <= hold.start < span.end]
    held = [hold for hold in within if hold.reason == span.reason and hold.by is not None]
    return {
        "from": span.start.isoformat(),
        "to": span.end.isoformat(),
        "reason": span.reason,
        "by": held[-1].by if held else None,
        "evidence": max((hold.evidence for hold in held), default=0),
    }


def _line(ticket: Ticket, clock: ClockState, terms: Terms, others: Sequence[ClockState]) -> Json:
    """Return the course of a clock with what does not count, and with the other readings."""
    calendar = terms.calendars[clock.rule.calendar]
    spans = explain(clock, calendar)
    return {
        **course_facts(clock),
        "excuse": _excuse(ticket, clock),
        "unsettled": list(calendar.unsettled(clock.started_at, clock.due_at or clock.as_of)),
        "left_out": [_gap(span, clock) for span in spans if not span.counted],
        "beside": _beside(clock, others),
    }


def _beside(clock: ClockState, others: Sequence[ClockState]) -> Json:
    """Return what the other readings come to, each once however often the grade changed."""
    found: dict[tuple[Json, Json, Json], Json] = {}
    for other in others:
        if other.rule.collides_with(clock.rule) and other.cycle == clock.cycle:
            facts = course_facts(other)
            found[facts["clause"], facts["due_at"], facts["breached"]] = facts
    return list(found.values())


def _all(ticket: Ticket, fact: str) -> list[Json]:
    """Return all that is on record about something, in order."""
    return [event.facts[fact] for event in ticket.standing if fact in event.facts]


async def explain_words(ctx: Context) -> Handled | None:
    """Answer with how the quoted message was read that made no ticket; None if there is none.

    Only to whoever wrote it: the words of others are not ours to explain.
    """
    quoted = await ctx.uow.inbox.by_message(
        ctx.message.channel, ctx.message.chat, body_text(ctx.message, "reply_to")
    )
    if quoted is None or quoted.sender != ctx.message.sender:
        return None
    await ctx.say("reading", reading_of((await ctx.again(quoted)).read().first))
    return ANSWERED


def _tier(ticket: Ticket) -> Json:
    """Return by which rule the ticket came to whoever has it."""
    for event in reversed(ticket.standing):
        if event.kind is EventKind.ASSIGNED:
            return event.facts.get("tier")
    return None
