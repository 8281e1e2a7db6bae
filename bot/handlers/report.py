"""A request in plain words: a new ticket, part of one just opened, or one more with its fault."""

import re
from collections.abc import Sequence

from bot.context import ASKED, Context, Handled
from core.events import Json
from core.ids import DepartmentId, TicketId
from core.kinds import TicketKind, Urgency
from core.masking import mask
from core.messages import InboxMessage, Outcome
from core.questions import Question, Topic
from core.text import one_line
from core.ticket import Ticket
from core.understanding.result import OPENING_ACTS, Act, Draft, Understanding
from core.usecases.asking import ask
from core.usecases.change_ticket import Amend, apply_amendment, join
from core.usecases.open_ticket import OpenTicket, open_ticket, slots_of
from core.usecases.work_ticket import NO, YES

_MOST_PARTS = 6
_SUMMARY = 200
_ALSO = re.compile(
    r"(我们|我|咱|俺|这边|这里|这儿|科|楼|室|站|窗口)[^，。！,!]{0,6}也[^许要想]|^\+1$|^[加➕]1$|同样的?问题"
)
_LIST_MARK = re.compile(r"^\s*(?:[（(]?\d{1,2}[.、）):：]|[一二三四五六七八九十][、.])\s*")
_RANK = (Urgency.NORMAL, Urgency.IMPORTANT, Urgency.URGENT)
SURE = 0.5
"""Below this confidence the bot asks before it opens anything."""


async def report(ctx: Context, understood: Understanding) -> Handled:
    """Open a ticket for every piece of work, unless it belongs to one that is there."""
    drafts = [draft for draft in understood.drafts if draft.act in OPENING_ACTS][:_MOST_PARTS]
    if len(drafts) == 1:
        known = await _known_ticket(ctx, drafts[0])
        if known is not None:
            return known
    if _is_doubtful(ctx, understood):
        return await ask_whether(ctx)
    opened = [await open_draft(ctx, draft) for draft in drafts]
    return Handled(Outcome.OPENED, tuple(opened))


def _is_doubtful(ctx: Context, understood: Understanding) -> bool:
    """Return whether to ask first: another reading opens nothing, or a thing is all it names."""
    if understood.confidence < SURE and understood.runner_up not in _OPENS_TOO:
        return True
    slots = understood.first.slots
    names_only = slots.device is not None and slots.symptom is None
    return names_only and len(ctx.text.strip()) <= _BARE


_BARE = 4
"""Characters of a message that names a thing and has no room to say what is wrong with it."""
_OPENS_TOO = OPENING_ACTS | {Act.REOPEN}


async def open_draft(
    ctx: Context, draft: Draft, *, kind: TicketKind | None = None, photos: Sequence[str] = ()
) -> TicketId:
    """Open the ticket of one draft, with the photos that came with it or shortly before."""
    kept = await open_ticket(
        OpenTicket(
            actor=ctx.actor,
            kind=kind or TicketKind(draft.act),
            at=ctx.at,
            summary=summary_of(draft, ctx.text),
            department=draft.department or _own_place(ctx, draft),
            options=draft.department_options,
            category=draft.category or "other",
            urgency=draft.urgency or Urgency.NORMAL,
            quantity=draft.quantity,
            slots=slots_of(draft.slots),
            photos=(*ctx.photos, *photos, *await _photos_before(ctx)),
        ),
        uow=ctx.uow,
        now=ctx.now,
    )
    return kept.ticket.id


def _own_place(ctx: Context, draft: Draft) -> DepartmentId | None:
    """Return the sender's own department, unless the words may mean another one."""
    return None if draft.department_options else ctx.actor.department


def summary_of(draft: Draft, text: str) -> str:
    """Return what the card says of the request: masked, on one line."""
    said = draft.text if draft.text and len(draft.text) < len(text) else text
    return one_line(mask(_LIST_MARK.sub("", said)), _SUMMARY)


async def remark(ctx: Context, understood: Understanding) -> Handled | None:
    """Return how words that ask for nothing by themselves joined a ticket: a remark within the
    burst of a report, or "ours too" about an open fault. None where they are just talk.
    """
    draft = understood.first
    mine = await _burst_ticket(ctx)
    if mine is not None and mine.requester == ctx.actor.id:
        says_more = slots_of(draft.slots) or draft.department_named
        if says_more or _higher_urgency(ctx, mine, draft):
            return await _extend(ctx, mine, draft)
        return None
    if _ALSO.search(ctx.text) is None:
        return None
    wider = await _wider_fault(ctx, draft)
    if wider is None:
        return None
    await _join(ctx, wider, draft)
    return Handled(Outcome.JOINED, (wider.id,))


def _hurries(text: str) -> bool:
    return _HURRY.search(text) is not None


_HURRY = re.compile(r"(?:^|[，,。！!、\s])(?:急|很急|好急|挺急|着急|赶紧|马上|快来|快点|病人等)")


async def _known_ticket(ctx: Context, draft: Draft) -> Handled | None:
    """Return how the message joined a ticket that is there already, or None."""
    mine = await _burst_ticket(ctx)
    if mine is not None and _continues(mine, draft):
        return await _extend(ctx, mine, draft)
    same = await _same_fault(ctx, draft)
    if same is None:
        return None
    await _join(ctx, same, draft)
    return Handled(Outcome.JOINED, (same.id,))


async def _join(ctx: Context, ticket: Ticket, draft: Draft) -> None:
    """Add the sender to the fault; his photos and a higher urgency come with him."""
    kept = await join(ctx.actor, ticket.id, ctx.at, note=ctx.note, uow=ctx.uow, now=ctx.now)
    changes = _higher_urgency(ctx, ticket, draft)
    if changes or ctx.photos:
        change = Amend(ctx.actor, ticket.id, ctx.at, changes, photos=ctx.photos)
        await apply_amendment(kept.ticket, change, uow=ctx.uow, now=ctx.now)


def _higher_urgency(ctx: Context, ticket: Ticket, draft: Draft) -> dict[str, Json]:
    known = ticket.urgency or Urgency.NORMAL
    said = Urgency.URGENT if _hurries(ctx.text) else draft.urgency or Urgency.NORMAL
    return {"urgency": said} if _RANK.index(said) > _RANK.index(known) else {}


async def _burst_ticket(ctx: Context) -> Ticket | None:
    """Return the unresolved ticket that the author's last messages here made."""
    if len(ctx.quote.tickets) == 1:
        quoted = await ctx.uow.tickets.get(ctx.quote.tickets[0])
        return quoted if quoted.is_unresolved and quoted.requester == ctx.actor.id else None
    since = ctx.at - ctx.site.times.burst
    for row in await ctx.said_lately(since):
        if row.outcome in (Outcome.OPENED, Outcome.JOINED) and len(row.tickets) == 1:
            ticket = await ctx.uow.tickets.get(row.tickets[0])
            return ticket if ticket.is_unresolved else None
        if row.outcome is Outcome.OPENED:
            return None
    return None


def _continues(ticket: Ticket, draft: Draft) -> bool:
    """Return whether the words may speak of the same work: nothing that they name differs."""
    if draft.department_named and ticket.department not in (None, draft.department):
        return False
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
    return (
        draft.slots.symptom is not None
        and draft.category not in (None, "other", ticket.category)
        and ticket.slot("symptom") is not None
    )


async def _extend(ctx: Context, ticket: Ticket, draft: Draft) -> Handled:
    changes = _better(ticket, draft) | _higher_urgency(ctx, ticket, draft)
    slots = {name: value for name, value in slots_of(draft.slots).items() if not ticket.slot(name)}
    if slots:
        changes["slots"] = slots
    await apply_amendment(
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
    return Handled(Outcome.JOINED, (ticket.id,))


def _better(ticket: Ticket, draft: Draft) -> dict[str, Json]:
    """Return what the new words know better: a place, a thing, a higher urgency."""
    changes: dict[str, Json] = {}
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
    return await _wider_fault(ctx, draft) if _ALSO.search(ctx.text) else None


async def _recent_faults(ctx: Context, place: DepartmentId | None = None) -> list[Ticket]:
    since = ctx.at - ctx.site.times.same_fault
    return await ctx.uow.tickets.open_faults(ctx.chat, since, place)


async def _wider_fault(ctx: Context, draft: Draft) -> Ticket | None:
    """Return the newest open fault of another place that "ours too" can mean."""
    own = draft.department if draft.department_named else ctx.actor.department
    return next(
        (
            ticket
            for ticket in await _recent_faults(ctx)
            if (own is None or ticket.department != own) and _spreads(ticket, draft)
        ),
        None,
    )


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
    shared = ticket.category in _SHARED and draft.category in _SHARED
    device, symptom = draft.slots.device, draft.slots.symptom
    if device is None:
        return shared or draft.category in (None, "other", ticket.category)
    if shared and symptom is not None and ticket.slot("symptom") == symptom:
        return True
    return ticket.category in _SHARED and ticket.slot("device") == device


_SHARED = frozenset({"network", "clinical", "account", "phone", "software", "data", "facility"})


async def _photos_before(ctx: Context) -> tuple[str, ...]:
    """Return the photos without words that the author sent shortly before."""
    since = ctx.at - ctx.site.times.photo_joins
    rows = await ctx.said_lately(since)
    found: list[str] = []
    for row in rows:
        if row.outcome is not Outcome.SILENT or not row.body.get("photos"):
            break
        found[:0] = _keys(row)
    return tuple(found)


def _keys(row: InboxMessage) -> list[str]:
    photos = row.body.get("photos")
    items = photos if isinstance(photos, list) else []
    return [str(item["key"]) for item in items if isinstance(item, dict) and item.get("key")]


async def ask_whether(ctx: Context) -> Handled:
    """Ask whether the words are a request at all; the clocks count from the words if they are."""
    await ask(
        Question(
            id=ctx.uow.ids.new(ctx.now),
            topic=Topic.IS_REPORT,
            chat=ctx.chat,
            person=ctx.actor.key,
            asked_at=ctx.now,
            expires_at=ctx.now + ctx.site.times.question_waits,
            options=(YES, NO),
            facts={
                "name": ctx.actor.name,
                "channel": ctx.message.channel,
                "message": ctx.message.message_id,
                "text": one_line(ctx.note, _SUMMARY),
            },
        ),
        uow=ctx.uow,
    )
    return ASKED
