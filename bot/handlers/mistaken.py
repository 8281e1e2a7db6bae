"""The wrong thing was reported: 不是空调，是电脑. The ticket becomes one about the right thing."""

import re

from bot.context import Context, Handled
from bot.handlers.binding import MEMORY
from bot.handlers.examples import keep_example
from bot.handlers.report import category_of
from bot.handlers.summary import LONGEST
from core.actor import is_permitted
from core.events import Json
from core.examples import Field
from core.kinds import URGENCY_RANK, TicketKind, Urgency
from core.messages import Outcome
from core.people import WORKING_ROLES
from core.permissions import Right
from core.text import one_line
from core.ticket import Ticket
from core.understanding.result import OPENING_ACTS, Act, Draft
from core.usecases.change_ticket import Amend, amend

_SORRY = r"(?:(?:不好意思|抱歉|对不起|(?:我)?(?:说|搞|弄|看|打|报)错了?|更正)[\s,，:：。]*)*"
_NOT_BUT = re.compile(
    rf"{_SORRY}(?:(?:打印机|电脑|机器|它|这个?)?没有?坏|不是(?P<wrong>[^，,。；;是吗]{{1,12}}))"
    r"[\s,，。；;]*"
    r"(?:而|应该|其实|就|只|原来|好像)?是(?P<right>[^吗？?]{1,40})"
)
_BUT_NOT = re.compile(
    rf"{_SORRY}(?:应该|其实|原来)?是(?P<right>[^，,。；;吗]{{1,20}}?)[\s,，]*(?:而)?"
    r"不是(?P<wrong>[^吗？?]{1,12})"
)
_OF_WORK = frozenset({TicketKind.REPORT, TicketKind.SUPPLY})
"""Kinds of which one becomes the other with the thing: 不是打印机坏了，是要墨盒."""


async def put_thing_right(ctx: Context) -> Handled | None:
    """Return how the ticket that was about the wrong thing became one about the right one; None
    where the words say no such thing, or mean no ticket that the sender may change.

    Raises:
        WrongState, StaleTicket.
    """
    match = _NOT_BUT.fullmatch(ctx.text) or _BUT_NOT.fullmatch(ctx.text)
    if match is None or (ctx.actor.role in WORKING_ROLES and not ctx.quote.tickets):
        return None  # what an engineer finds to be the cause is the work, not what was reported
    right = _read(ctx, match["right"])
    category = category_of(ctx.reader, right)
    if right.slots.device is None or category in (None, "other"):
        return None
    ticket = await _meant(ctx, _read(ctx, match["wrong"] or "").slots.device)
    if ticket is None:
        return None
    changes = _changes(ticket, right, str(category))
    if not changes:
        return None
    change = Amend(
        ctx.actor,
        ticket.id,
        ctx.at,
        changes,
        addition=one_line(ctx.note, LONGEST),
        photos=ctx.photos,
    )
    kept = await amend(change, uow=ctx.uow, now=ctx.now)
    await _keep(ctx, ticket, changes)
    if "category" in changes:
        facts: dict[str, Json] = {
            "number": ticket.number,
            "field": Field.CATEGORY,
            "value": category,
            "assignee": kept.ticket.assignee,
        }
        await ctx.say("corrected", facts, ticket=ticket.id)
    return Handled(Outcome.MOVED, (ticket.id,))


def _read(ctx: Context, text: str) -> Draft:
    actor = ctx.actor
    return ctx.reader.read(text, role=actor.role, sender_department=actor.department).first


async def _meant(ctx: Context, wrong: str | None) -> Ticket | None:
    """Return the ticket meant: the one quoted, else that of the thing that it is said not to be,
    else what the sender reported last, if that was lately.
    """
    if len(ctx.quote.tickets) == 1:
        quoted = await ctx.uow.tickets.get(ctx.quote.tickets[0])
        return quoted if _is_open_to(ctx, quoted) else None
    since = ctx.at - ctx.site.times.photo_joins
    if ctx.actor.id is not None:
        found = await ctx.uow.tickets.latest_of_requester(ctx.actor.id, ctx.at - MEMORY)
    else:
        found = (await ctx.uow.tickets.get_many(sorted(ctx.actor.reported)))[::-1]
    known = [t for t in found if _is_open_to(ctx, t)]
    named = [t for t in known if wrong is not None and wrong == t.slot("device")]
    fresh = [t for t in known if t.opened_at >= since and ctx.actor.reported_by_me(t)]
    return next(iter(named or fresh), None)


def _is_open_to(ctx: Context, ticket: Ticket) -> bool:
    """Return whether the ticket can still be amended, and by the sender."""
    return ticket.is_unresolved and is_permitted(ctx.actor, Right.AMEND, ticket)


def _changes(ticket: Ticket, right: Draft, category: str) -> dict[str, Json]:
    """Return what the right thing changes; nothing where it is the ticket's own."""
    changes: dict[str, Json] = {}
    slots = right.slots.filled()
    if slots.get("device") == ticket.slot("device"):
        return changes
    if category != ticket.category:
        changes["category"] = category
    if right.department_named and right.department not in (None, ticket.department):
        changes["department"] = right.department
    is_work = right.act in (Act.REPORT, Act.SUPPLY) and ticket.kind in _OF_WORK
    if is_work and str(right.act) != str(ticket.kind):
        changes["kind"] = str(right.act)
    if right.quantity is not None:
        changes["quantity"] = right.quantity
    said = right.urgency or right.haste if right.act in OPENING_ACTS else right.haste
    if URGENCY_RANK.index(said) > URGENCY_RANK.index(ticket.urgency or Urgency.NORMAL):
        changes["urgency"] = said
    # What was wrong with the other thing is wrong with this one only where it is said again.
    return {**changes, "slots": {"symptom": None, "device_no": None, **slots}}


async def _keep(ctx: Context, ticket: Ticket, changes: dict[str, Json]) -> None:
    """Keep what this says about the reading of a ticket."""
    fields = {"category": Field.CATEGORY, "kind": Field.ACT}
    right = {field: str(changes[name]) for name, field in fields.items() if name in changes}
    if right:
        await keep_example(ctx, ticket, right)
