"""Words that belong to a ticket which is there already: the rest of a burst, the same fault again,
"ours too". Decided on place, thing, symptom and time, never on likeness alone.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.context import Context, Handled
from bot.handlers.examples import keep_change
from bot.handlers.moves import Doing, perform
from bot.handlers.summary import summary_of, tells_of_more
from core.actions import Action
from core.cards import card_facts
from core.events import Json
from core.ids import ChatId, DepartmentId, TicketId
from core.kinds import URGENCY_RANK, TicketKind, Urgency
from core.messages import Outcome
from core.ticket import Ticket
from core.understanding.result import OPENING_ACTS, Act, Draft, Understanding
from core.usecases.change_ticket import Amend, apply_amendment, join
from core.usecases.propose_wider import propose_wider
from core.wider import SHARED, Fault, fault_of, is_same_fault, said_last_at, shared_reach

ALSO = re.compile(
    r"(我们|我|咱|俺|这边|这里|这儿|科|楼|室|站|窗口)[^，。！,!]{0,6}也(?!许|要|想|好了?|可以|能|行了|恢复|正常|没事)"
    r"|^\+1$|^[加➕]1$|同样的?问题"
)
_SURE_TALK = 0.75
"""How sure a reading as chatter is where even within a burst the words add nothing: “好” is .86,
“白色那台” .39.
"""


def is_sure_talk(understood: Understanding) -> bool:
    """Return whether the words are so surely talk that they add to no report and ask for none."""
    return understood.act is Act.CHATTER and understood.confidence >= _SURE_TALK


async def remark(ctx: Context, understood: Understanding) -> Handled | None:
    """Return how words that ask for nothing by themselves joined a ticket of the sender's: a
    remark within the burst of a report. None where they are just talk.
    """
    draft = understood.first
    mine = await _burst_ticket(ctx, draft)
    if mine is not None and ctx.actor.reported_by_me(mine):
        return await _extend(ctx, mine, draft) if _says_more(ctx, mine, understood) else None
    hastened = await _hastened(ctx, understood)
    if hastened is not None:
        return await _extend(ctx, hastened, draft)
    return None


def _says_more(ctx: Context, ticket: Ticket, understood: Understanding) -> bool:
    """Return whether words within a burst belong to its report: what may be more than talk does,
    whatever it names; sure talk does only as a reply, though it names a thing.
    """
    if understood.act is Act.CHATTER and not ctx.quote.tickets:
        return not is_sure_talk(understood)
    draft = understood.first
    says_more = draft.slots.filled() or draft.department_named
    return bool(says_more or _higher_urgency(ctx, ticket, draft))


async def _hastened(ctx: Context, understood: Understanding) -> Ticket | None:
    """Return the one fresh request of the sender's that is said to be more urgent than it is
    known to be: 抢救要用，快. Whoever only urges has a nudge for it.
    """
    if (
        is_sure_talk(understood)
        or understood.first.haste is not Urgency.URGENT
        or ctx.actor.id is None
    ):
        return None
    since = ctx.at - ctx.site.times.same_fault
    own = await ctx.uow.tickets.latest_of_requester(ctx.actor.id, since)
    fresh = [t for t in own if t.is_unresolved and t.opened_at >= since]
    if len(fresh) != 1 or not _higher_urgency(ctx, fresh[0], understood.first):
        return None
    return fresh[0]


async def quoted_fault(ctx: Context) -> Ticket | None:
    """Return the unresolved ticket that "ours too" quotes."""
    if len(ctx.quote.tickets) != 1:
        return None
    quoted = await ctx.uow.tickets.get(ctx.quote.tickets[0])
    return quoted if quoted.is_unresolved else None


async def known_ticket(ctx: Context, draft: Draft) -> Handled | None:
    """Return how the message joined a ticket that is there already, or None.

    Who reports his own fault again wants to know where the engineer is.
    """
    mine = await _burst_ticket(ctx, draft)
    if mine is not None and _continues(mine, draft):
        return await _extend(ctx, mine, draft)
    same = await _same_fault(ctx, draft) or await _same_order(ctx, draft)
    if same is None:
        return None
    if ctx.actor.reported_by_me(same):
        return await perform(ctx, Doing(Action.NUDGE, same.id, ctx.at, ctx.note))
    await join_fault(ctx, same, draft)
    return Handled(Outcome.JOINED, (same.id,))


async def join_fault(ctx: Context, ticket: Ticket, draft: Draft) -> None:
    """Add the sender to the fault; his photos and a higher urgency come with him.

    Of a wide fault he is told that it is in hand; of another the desk is asked whether it is one.
    """
    kept = await join(
        ctx.actor,
        ticket.id,
        ctx.at,
        note=ctx.note,
        department=draft.department if draft.department_named else None,
        uow=ctx.uow,
        now=ctx.now,
    )
    changes = _higher_urgency(ctx, ticket, draft)
    if changes or ctx.photos:
        change = Amend(ctx.actor, ticket.id, ctx.at, changes, photos=ctx.photos)
        kept = await apply_amendment(kept.ticket, change, uow=ctx.uow, now=ctx.now)
    if ticket.is_wide:
        facts = card_facts(kept.ticket, kept.clocks)
        await ctx.say("joined_wide", facts, ticket=ticket.id)
    else:
        await propose_wider(kept.ticket, ctx.at, uow=ctx.uow, now=ctx.now)


def _higher_urgency(ctx: Context, ticket: Ticket, draft: Draft) -> dict[str, Json]:
    known = ticket.urgency or Urgency.NORMAL
    said = draft.urgency or draft.haste
    return {"urgency": said} if URGENCY_RANK.index(said) > URGENCY_RANK.index(known) else {}


async def _burst_ticket(ctx: Context, draft: Draft) -> Ticket | None:
    """Return the unresolved ticket that the author's last messages here made; of several that one
    made, the one for the thing that the draft names.
    """
    if len(ctx.quote.tickets) == 1:
        quoted = await ctx.uow.tickets.get(ctx.quote.tickets[0])
        owned = quoted.is_unresolved and ctx.actor.reported_by_me(quoted)
        return quoted if owned else None
    since = ctx.at - ctx.site.times.burst
    for row in await ctx.said_lately(since):
        if row.outcome in (Outcome.OPENED, Outcome.JOINED):
            ticket = await _made_for(ctx, row.tickets, draft)
            if ticket is not None:
                goes_on = ticket.is_unresolved and ticket.kind is not TicketKind.COMPLAINT
                return ticket if goes_on else None
        if row.outcome is Outcome.OPENED:
            return None
    return None


async def _made_for(ctx: Context, made: Sequence[TicketId], draft: Draft) -> Ticket | None:
    """Return the only one of the tickets, or the only one for the thing that the draft names."""
    if len(made) == 1:
        return await ctx.uow.tickets.get(made[0])
    device = draft.slots.device
    if device is None:
        return None
    same = [t for t in await ctx.uow.tickets.get_many(made) if t.slot("device") == device]
    return same[0] if len(same) == 1 else None


_NARROWS = re.compile(r"(?:只有|就只|只是|除了|其它?他?的?都|别的都)")
"""Says how far the fault goes that was told before: 只有医生站卡，护士站还行."""


def _continues(ticket: Ticket, draft: Draft) -> bool:
    """Return whether the words may speak of the same work: nothing that they name differs."""
    if draft.department_named and ticket.department not in (None, draft.department):
        return False
    if _NARROWS.match(draft.text):
        return True
    known, said = ticket.slot("device"), draft.slots.device
    if known and said and known != said:
        return False
    if known and said is None and _names_other_work(ticket, draft):
        return False
    for name in ("device_no", "bed", "room"):
        before, now = ticket.slot(name), getattr(draft.slots, name)
        if before and now and before != now:
            return False
    return True


def _names_other_work(ticket: Ticket, draft: Draft) -> bool:
    """Return whether the words name a symptom of another kind of thing."""
    if ticket.category in SHARED and draft.category in SHARED:
        return False
    if draft.slots.symptom == ticket.slot("symptom"):
        return False
    return (
        draft.slots.symptom is not None
        and draft.category not in (None, "other", ticket.category)
        and ticket.slot("symptom") is not None
    )


async def _extend(ctx: Context, ticket: Ticket, draft: Draft) -> Handled:
    changes = _better(ticket, draft) | _higher_urgency(ctx, ticket, draft)
    slots = {name: value for name, value in draft.slots.filled().items() if not ticket.slot(name)}
    if slots:
        changes["slots"] = slots
    kept = await apply_amendment(
        ticket,
        Amend(
            ctx.actor,
            ticket.id,
            ctx.at,
            changes,
            addition=summary_of(draft, ctx.text),
            photos=ctx.photos,
        ),
        uow=ctx.uow,
        now=ctx.now,
    )
    if changes:
        await propose_wider(kept.ticket, ctx.at, uow=ctx.uow, now=ctx.now)
    await keep_change(ctx, ticket, changes)
    return Handled(Outcome.JOINED, (ticket.id,))


def _better(ticket: Ticket, draft: Draft) -> dict[str, Json]:
    """Return what the new words know better: a place, a thing, that it is work after all."""
    changes: dict[str, Json] = {}
    if ticket.kind is TicketKind.QUESTION and draft.act in OPENING_ACTS:
        changes["kind"] = TicketKind(draft.act)
    if draft.department_named and draft.department is not None:
        changes["department"] = draft.department
    if ticket.category in (None, "other") and draft.category not in (None, "other"):
        changes["category"] = draft.category
    if ticket.quantity is None and draft.quantity is not None:
        changes["quantity"] = draft.quantity
    return changes


async def _same_fault(ctx: Context, draft: Draft) -> Ticket | None:
    """Return the open fault that this one is, decided on place, device, symptom and time."""
    if draft.act is not Act.REPORT:
        return None
    if draft.department is not None:
        for ticket in await _recent_faults(ctx, draft.department):
            if _is_same(ticket, draft):
                return ticket
    meant = None
    if ALSO.search(ctx.text) is not None:
        meant = await quoted_fault(ctx) or await _wider_fault(ctx, draft)
    meant = meant or await _declared(ctx, draft)
    return None if meant is None or _tells_of_more(ctx, draft) else meant


_ORDERS = OPENING_ACTS - {Act.REPORT}
_MORE = re.compile("再|又|还要|还需|另外|另要|加|多")
"""Orders more of what was ordered before."""


async def _same_order(ctx: Context, draft: Draft) -> Ticket | None:
    """Return the sender's own open order that this one repeats: as many of the same for the same
    place, or the same words.
    """
    if draft.act not in _ORDERS or ctx.actor.id is None or _MORE.search(ctx.text):
        return None
    since = ctx.at - ctx.site.times.same_fault
    known = await ctx.uow.tickets.latest_of_requester(ctx.actor.id, since)
    thing = (str(draft.act), draft.department, draft.slots.device, draft.quantity)
    words = summary_of(draft, ctx.text)
    for ticket in known:
        ordered = (str(ticket.kind), ticket.department, ticket.slot("device"), ticket.quantity)
        is_alike = ordered == thing and (draft.slots.device is not None or words == ticket.summary)
        if is_alike and ticket.is_unresolved and ticket.opened_at >= since:
            return ticket
    return None


async def join_declared(ctx: Context, draft: Draft) -> TicketId | None:
    """Return the wide fault that the report joined as one more of it; None where there is none."""
    if draft.act is not Act.REPORT:
        return None
    wide = await _declared(ctx, draft)
    if wide is None or _tells_of_more(ctx, draft):
        return None
    await join_fault(ctx, wide, draft)
    return wide.id


async def join_same(ctx: Context, draft: Draft) -> TicketId | None:
    """Return the open fault that the report is, of its own department or wide; the sender joins it
    where it is not his own. None where there is none.
    """
    same = await _same_fault(ctx, draft)
    if same is None:
        return None
    if not ctx.actor.reported_by_me(same):
        await join_fault(ctx, same, draft)
    return same.id


async def _declared(ctx: Context, draft: Draft) -> Ticket | None:
    """Return the wide fault, declared and not yet repaired, that the report is one more of."""
    if draft.category not in SHARED:
        return None
    said = Fault(draft.category, draft.slots.device, draft.slots.symptom)
    same = [each for each in await _wide_faults(ctx) if is_same_fault(fault_of(each), said)]
    return same[0] if same else None


def _tells_of_more(ctx: Context, draft: Draft) -> bool:
    return tells_of_more(ctx, draft.text or ctx.text, draft.category)


async def _wide_faults(ctx: Context, chat: ChatId | None = None) -> list[Ticket]:
    """Return the wide faults of the chat that are not yet repaired, newest first."""
    since = ctx.at - shared_reach(ctx.site.times)
    found = await ctx.uow.tickets.shared_faults(chat or ctx.chat, since)
    return [ticket for ticket in found if ticket.is_wide and ticket.is_unresolved]


async def _recent_faults(ctx: Context, place: DepartmentId | None = None) -> list[Ticket]:
    since = ctx.at - ctx.site.times.same_fault
    return await ctx.uow.tickets.open_faults(ctx.chat, since, department=place)


async def _wider_fault(ctx: Context, draft: Draft) -> Ticket | None:
    """Return the open fault of another place that "ours too" can mean in a report."""
    own = draft.department if draft.department_named else ctx.actor.department
    meant = await newest_of(ctx, draft, ctx.chat)
    is_shared = meant is not None and (meant.category in SHARED or meant.is_wide)
    return meant if is_shared and meant and (own is None or meant.department != own) else None


async def newest_of(ctx: Context, draft: Draft, chat: ChatId) -> Ticket | None:
    """Return the open fault that "ours too" can mean, the one last spoken of: a recent one that
    somebody else reported, or one that is declared as wide.
    """
    since = ctx.at - ctx.site.times.same_fault
    recent = await recent_faults(ctx, chat, since)
    known = (*recent, *await _wide_faults(ctx, chat))
    return next(
        (
            ticket
            for ticket in sorted(known, key=said_last_at, reverse=True)
            if not ctx.actor.reported_by_me(ticket) and _spreads(ticket, draft)
        ),
        None,
    )


async def recent_faults(ctx: Context, chat: ChatId, since: datetime) -> list[Ticket]:
    """Return the faults of a chat reported since then and not yet repaired, newest first."""
    return await ctx.uow.tickets.open_faults(chat, since)


def _is_same(ticket: Ticket, draft: Draft) -> bool:
    if draft.department is None or ticket.department != draft.department:
        return False
    for name in ("device_no", "room", "bed"):
        before, now = ticket.slot(name), getattr(draft.slots, name)
        if before and now and before != now:
            return False
    device, symptom = draft.slots.device, draft.slots.symptom
    if device is None:
        if draft.category in (None, "other"):
            return True
        known = ticket.slot("symptom")
        return draft.category == ticket.category and symptom in (None, known or symptom)
    same_symptom = symptom is None or ticket.slot("symptom") in (None, symptom)
    return ticket.slot("device") == device and same_symptom


def _spreads(ticket: Ticket, draft: Draft) -> bool:
    """Return whether "ours too" can mean that fault: nothing named, or a thing shared by all."""
    shared = ticket.category in SHARED and draft.category in SHARED
    device, symptom = draft.slots.device, draft.slots.symptom
    if device is None and symptom is None:
        return draft.category in (None, "other", ticket.category)
    if shared and device is None:
        return True
    if shared and symptom is not None and ticket.slot("symptom") == symptom:
        return True
    return ticket.category in SHARED and ticket.slot("device") == device
