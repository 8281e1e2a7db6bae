"""What a ward says about its requests: urge, change, withdraw, accept, rate, complain."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.context import ANSWERED, SILENT, Context, Handled
from bot.handlers import lookup
from bot.handlers.asking import ask_what
from bot.handlers.binding import MEMORY, Ambiguous, Bound, ask_which, bind, unresolved_here
from bot.handlers.examples import CORRECTS, keep_change
from bot.handlers.moves import Doing, perform
from bot.handlers.report import report
from bot.handlers.summary import summary_of
from bot.handlers.things import is_of_another, with_trade
from bot.handlers.unnamed import is_vague
from bot.handlers.unsigned import ask_to_sign
from bot.handlers.why import explain_assignee
from core.actions import Action
from core.errors import OthersWait
from core.events import Json
from core.ids import TicketId
from core.kinds import SERVED, URGENCY_RANK, State, TicketKind, Urgency
from core.messages import Outcome
from core.people import LEADING_ROLES
from core.ratings import rating_in
from core.site import WORK
from core.ticket import Ticket
from core.understanding.result import Act, Draft, Understanding
from core.usecases.change_ticket import Amend, amend
from core.usecases.run_survey import answer_next
from core.wider import shared_reach

_REOPENABLE = frozenset({State.RESOLVED, State.ACCEPTED, State.CLOSED})
_RATABLE = frozenset({State.ACCEPTED, State.RESOLVED})

_FITS: dict[Action, Callable[[Ticket], bool]] = {
    Action.NUDGE: lambda ticket: ticket.is_unresolved,
    Action.CANCEL: lambda ticket: ticket.is_unresolved,
    Action.ACCEPT: lambda ticket: ticket.state is State.RESOLVED,
    Action.REOPEN: lambda ticket: ticket.state in _REOPENABLE,
    Action.RATE: lambda ticket: ticket.state in _RATABLE,
    Action.WHY: lambda ticket: ticket.is_open,
    Action.DISPUTE: lambda ticket: ticket.is_open,
}

_ACTIONS = {
    Act.NUDGE: Action.NUDGE,
    Act.CANCEL: Action.CANCEL,
    Act.ACCEPT: Action.ACCEPT,
    Act.REOPEN: Action.REOPEN,
}


_ENDS = frozenset({Action.ACCEPT, Action.CANCEL, Action.RATE})


async def candidates(ctx: Context, action: Action, draft: Draft | None) -> list[Ticket]:
    """Return the sender's own tickets that the action fits, else those of his department."""
    fits = _FITS[action]
    since = ctx.at - MEMORY
    own: list[Ticket] = []
    if ctx.actor.id is not None:
        own = await ctx.uow.tickets.latest_of_requester(ctx.actor.id, since)
    elif ctx.actor.reported:
        own = (await ctx.uow.tickets.get_many(sorted(ctx.actor.reported)))[::-1]
    found = [ticket for ticket in own if fits(ticket)]
    place = draft.department if draft and draft.department_named else ctx.actor.department
    if place is not None and (not found or (draft and draft.department_named)):
        known = {ticket.id for ticket in found}
        theirs = await ctx.uow.tickets.latest_of_department(place, since)
        found += [t for t in theirs if fits(t) and t.id not in known]
    if action is Action.REOPEN:
        return _freshest([*found, *await _shared(ctx, action, found)])
    if not found and action in _OF_OTHERS and ctx.actor.id is not None:
        touched = await ctx.uow.tickets.touched_by(ctx.actor.id, since)
        found = [t for t in touched if fits(t) and _is_affected(ctx, t)]
        found = found or await _shared(ctx, action, found)
    if not found and action in _OF_LEADERS and ctx.actor.role in LEADING_ROLES:
        place = draft.department if draft and draft.department_named else None
        found = [t for t in await unresolved_here(ctx) if fits(t)]
        found = [t for t in found if place in (None, t.department)]
    return found


_OF_LEADERS = frozenset({Action.NUDGE, Action.CANCEL})
"""What those who lead say of anybody's request."""
_OF_OTHERS = frozenset({Action.NUDGE, Action.WHY})
"""What one may ask about a fault that one only shares."""


async def _shared(ctx: Context, action: Action, known: Sequence[Ticket]) -> list[Ticket]:
    """Return further faults of the work chat that the sender's department is affected by."""
    chat = WORK if ctx.is_private else ctx.chat
    found = await ctx.uow.tickets.shared_faults(chat, ctx.at - shared_reach(ctx.site.times))
    ids = {ticket.id for ticket in known}
    return [t for t in found if t.id not in ids and _FITS[action](t) and _is_affected(ctx, t)]


def _is_affected(ctx: Context, ticket: Ticket) -> bool:
    """Return whether the sender or his department joined the ticket."""
    return ctx.actor.department in ticket.affected or ctx.actor.key in ticket.affected


def _freshest(tickets: list[Ticket]) -> list[Ticket]:
    """Return finished work that still waits for an answer, else the newest finished one."""
    waiting = [ticket for ticket in tickets if ticket.state is State.RESOLVED]
    if waiting:
        return waiting
    newest = max(tickets, key=lambda t: (t.resolved_at or t.opened_at, t.number), default=None)
    return [newest] if newest else []


async def act_on_request(ctx: Context, understood: Understanding) -> Handled:
    """Nudge, cancel, accept or reopen the request that is meant."""
    return await do_to_request(ctx, _ACTIONS[understood.act], understood.first, understood)


async def do_to_request(
    ctx: Context,
    action: Action,
    draft: Draft | None,
    understood: Understanding | None = None,
    *,
    number: str | None = None,
    rating: int = 0,
    note: str | None = None,
) -> Handled:
    """Do it to the ticket that is meant; ask if several may be; say so if there is none.

    Raises:
        DeskError: it cannot be done.
    """
    found = await candidates(ctx, action, draft)
    if draft is not None and action in _ENDS:
        draft = with_trade(ctx, draft)
    if draft is not None and action is Action.REOPEN and not ctx.quote.tickets:
        # 心电图机又打不出来了 is nothing about the telephone that was repaired.
        named = with_trade(ctx, draft)
        found = [ticket for ticket in found if not is_of_another(ctx, ticket, named)]
    meant = await bind(ctx, found, draft, number, is_strict=action in _ENDS)
    match meant:
        case Bound(ticket):
            if action in _FOLLOWS:
                action, ticket = await _followed(ctx, action, ticket)
            said = ctx.note if note is None else note
            doing = Doing(action, ticket, ctx.at, said, ctx.photos, rating)
            return await perform(ctx, doing)
        case Ambiguous(tickets):
            return await ask_which(ctx, action, tickets, rating=rating)
    return await _nothing_fits(ctx, action, understood)


async def why_him(ctx: Context) -> Handled:
    """Say why this engineer was sent to the request that is meant, the newest where several are."""
    found = await candidates(ctx, Action.WHY, None)
    quoted = [t for t in found if t.id in ctx.quote.tickets]
    sent = [t for t in quoted or found if t.assignee is not None and t.kind in SERVED]
    if not sent:
        return await _nothing_fits(ctx, Action.WHY, None)
    return await explain_assignee(ctx, max(sent, key=lambda t: (t.opened_at, t.number)))


_FOLLOWS = frozenset({Action.NUDGE, Action.REOPEN})
"""What is said to a merged ticket is meant for the one that it became part of."""


async def _followed(ctx: Context, action: Action, ticket_id: TicketId) -> tuple[Action, TicketId]:
    """Return what to do to the ticket, or to the one into which it was merged, however often.

    Where another department was first to say that it is not fixed, saying so again is a nudge.
    """
    ticket = await ctx.uow.tickets.get(ticket_id)
    while ticket.merged_into is not None:
        into = await ctx.uow.tickets.newest_numbered(ticket.merged_into)
        if into is None:
            break
        ticket = into
    is_again = action is Action.REOPEN and ticket.is_unresolved and _is_affected(ctx, ticket)
    return Action.NUDGE if is_again else action, ticket.id


async def _nothing_fits(ctx: Context, action: Action, understood: Understanding | None) -> Handled:
    if ctx.has_no_person and action is not Action.REOPEN:
        asked = await ask_to_sign(ctx)
        if asked is not None:
            return asked
    if action is Action.REOPEN and understood is not None:
        draft = with_trade(ctx, understood.first)
        waiting = await candidates(ctx, Action.NUDGE, draft)
        if any(not is_of_another(ctx, ticket, draft) for ticket in waiting):
            return await do_to_request(ctx, Action.NUDGE, understood.first, understood)
        return await _again(ctx)
    if action is Action.REOPEN and (shared := await _shared(ctx, Action.NUDGE, ())):
        return await perform(ctx, Doing(Action.NUDGE, shared[0].id, ctx.at))
    if action is Action.CANCEL and (shared := await _shared(ctx, action, ())):
        raise OthersWait(shared[0].number)
    if action is Action.NUDGE and is_vague(ctx):
        return await ask_what(ctx)
    if action in (Action.NUDGE, Action.CANCEL, Action.WHY):
        await ctx.say("nothing_open", {"name": ctx.actor.name})
        return ANSWERED
    return SILENT


async def _again(ctx: Context) -> Handled:
    """Do what "again" means where no work was finished: what was withdrawn lately is asked for
    anew; else what is named is reported, and where nothing is, the bot asks what is broken.
    """
    read = ctx.read_as(Act.REPORT)
    draft = read.first
    is_told = not is_vague(ctx) and draft.category not in (None, "other")
    names_one = draft.slots.device is not None or is_told
    for ticket in await _withdrawn(ctx):
        if not names_one or draft.slots.device in (None, ticket.slot("device")):
            return await perform(ctx, Doing(Action.REOPEN, ticket.id, ctx.at, ctx.note))
    return await report(ctx, read) if names_one else await ask_what(ctx)


async def _withdrawn(ctx: Context) -> list[Ticket]:
    """Return what the sender withdrew within the time in which work may be reopened, the newest
    first; not what never was a request.
    """
    since = ctx.at - ctx.site.times.reopen
    if ctx.actor.id is not None:
        own = await ctx.uow.tickets.latest_of_requester(ctx.actor.id, since)
    else:
        own = (await ctx.uow.tickets.get_many(sorted(ctx.actor.reported)))[::-1]
    return [t for t in own if t.state is State.CANCELLED and t.opened_at >= since and _was_one(t)]


def _was_one(ticket: Ticket) -> bool:
    return not any(event.facts.get("misread") for event in ticket.standing)


async def change_request(ctx: Context, understood: Understanding) -> Handled:
    """Amend the newest request that the words can mean."""
    draft = understood.first
    if not draft.slots.filled() and _ASKS.search(ctx.text):
        return await lookup.query(ctx, understood)
    since = ctx.at - MEMORY
    own: list[Ticket] = []
    if ctx.actor.id is not None:
        own = await ctx.uow.tickets.latest_of_requester(ctx.actor.id, since)
        own += await ctx.uow.tickets.unresolved_of_assignee(ctx.actor.id)
    open_ones = [ticket for ticket in own if ticket.is_unresolved]
    fresh = [t for t in open_ones if ctx.at - t.opened_at <= ctx.site.times.photo_joins]
    number = draft.slots.ticket or _leading_number(ctx)
    meant = await bind(ctx, fresh[:1] or open_ones, None, number)
    match meant:
        case Bound(ticket_id):
            ticket = await ctx.uow.tickets.get(ticket_id)
            draft = _with_corrected_place(ctx, draft)
            changes = amendment(ticket, draft)
            is_order = number is not None and "department" in changes
            await amend(
                Amend(
                    ctx.actor,
                    ticket_id,
                    ctx.at,
                    changes,
                    addition="" if is_order else summary_of(draft, _without_number(ctx.text)),
                    photos=ctx.photos,
                ),
                uow=ctx.uow,
                now=ctx.now,
            )
            await keep_change(ctx, ticket, changes)
            return Handled(Outcome.MOVED, (ticket_id,))
        case Ambiguous(tickets):
            return await ask_which(ctx, Action.AMEND, tickets)
    if draft.slots.device or draft.slots.symptom:
        return await report(ctx, ctx.read_as(Act.REPORT))
    return SILENT


def _with_corrected_place(ctx: Context, draft: Draft) -> Draft:
    """Return the draft with the department that stands where a correction puts what is right."""
    if draft.department_named:
        return draft
    found = _RIGHT_PLACE.search(ctx.text)
    department = ctx.reader.place(found[1]).department if found else None
    if department is None:
        return draft
    return replace(draft, department=department, department_named=True)


_RIGHT_PLACE = re.compile(r"(?:改成|改到|改为|应该是|(?<!不)是)\s*([^，。,.！!？?]{2,14})")
_ASKS = re.compile(r"是不是|了吗|了没|[？?吗]\s*$")


def corrects(ctx: Context) -> bool:
    """Return whether somebody of the staff corrects or adds to a ticket that he names or quotes."""
    names_one = len(ctx.quote.tickets) == 1 or _leading_number(ctx) is not None
    return names_one and _ADDS.search(ctx.text) is not None


def _leading_number(ctx: Context) -> str | None:
    """Return the ticket number with which a correction begins: 001 改成骨科."""
    found = _LEADING.match(ctx.text)
    return found[1] if found else None


def _without_number(text: str) -> str:
    """Return the text after the ticket number with which it begins; other numbers stay."""
    found = _LEADING.match(text)
    return text[found.end() :].lstrip() if found else text


_LEADING = re.compile(
    r"[#＃]?((?:[A-Za-z]{1,6}-)?(?:\d{6}-|\d{4}-)?\d{3,4})(?![\d.]|\s*[房床楼室诊分])"
)
_ADDS = re.compile(r"改成|改到|改为|改派到|更正|补充|不是.{1,12}是|应该是")


def amendment(ticket: Ticket, draft: Draft) -> dict[str, Json]:
    """Return what the words replace: a place, a thing, a number; what they only mention stays."""
    changes: dict[str, Json] = {}
    if draft.department_named and draft.department not in (None, ticket.department):
        changes["department"] = draft.department
    slots = draft.slots.filled()
    slots.pop("ticket", None)
    if slots:
        changes["slots"] = slots
    if draft.quantity is not None and ticket.kind is TicketKind.SUPPLY:
        changes["quantity"] = draft.quantity
    said = draft.urgency or draft.haste
    if URGENCY_RANK.index(said) > URGENCY_RANK.index(ticket.urgency or Urgency.NORMAL):
        changes["urgency"] = said
    device = draft.slots.device
    corrected = device and device != ticket.slot("device") and CORRECTS.search(draft.text)
    if corrected and draft.category not in (None, "other", ticket.category):
        changes["category"] = draft.category
    return changes


async def rate(ctx: Context, understood: Understanding) -> Handled:
    """Keep the rating that the words give, if the sender has work to rate."""
    rating = rating_in(ctx.text)
    if rating is None:
        return SILENT
    may_be_survey = ctx.is_private and not ctx.quote.tickets
    if may_be_survey and await answer_next(ctx.actor, rating, uow=ctx.uow, now=ctx.now):
        return ANSWERED
    is_bare = ctx.text.strip().isdigit() and ctx.quote.posted is None
    if is_bare and not await _is_asked_to_rate(ctx):
        return SILENT
    return await do_to_request(ctx, Action.RATE, understood.first, rating=rating)


async def _is_asked_to_rate(ctx: Context) -> bool:
    """Return whether a bare figure can be a rating: others are told to answer with a 1, too."""
    found = await candidates(ctx, Action.RATE, None)
    return any(ticket.state is State.ACCEPTED for ticket in found)
