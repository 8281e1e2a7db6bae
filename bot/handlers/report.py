"""A request in plain words: a ticket for each piece of work, or a question where it is in doubt."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.context import ASKED, MOST_LATELY, SILENT, Context, Handled
from bot.handlers.apart import by_department, is_one_fault
from bot.handlers.asking import ask_what_about
from bot.handlers.joining import join_declared, join_fault, join_same, known_ticket
from bot.handlers.summary import LONGEST, reading_of, summary_of
from bot.handlers.whereabouts import with_doubt
from bot.replies.tickets import FORWARDED
from core.ids import DepartmentId, TicketId
from core.kinds import TicketKind, Urgency
from core.masking import mask
from core.messages import InboxMessage, Outcome
from core.people import NURSE, WORKING_ROLES
from core.questions import NO, YES, Question, Topic
from core.text import one_line
from core.understanding.read import Reader
from core.understanding.result import OPENING_ACTS, Act, Draft, Understanding
from core.usecases.asking import ask
from core.usecases.open_ticket import OpenTicket, open_ticket
from core.usecases.propose_wider import propose_wider

Joiner = Callable[[Context, Draft], Awaitable[TicketId | None]]

_MOST_PARTS = 30
_BARE = 4
"""Characters of a message that names a thing and has no room to say what is wrong with it."""
_OPENS_TOO = OPENING_ACTS | {Act.REOPEN}
SURE = 0.6
"""Below this confidence the bot asks before it opens anything."""


async def report(ctx: Context, understood: Understanding) -> Handled:
    """Open a ticket for every piece of work, unless it belongs to one that is there."""
    asked_for = [draft for draft in understood.drafts if draft.act in OPENING_ACTS]
    drafts = [with_doubt(ctx, draft) for draft in asked_for[:_MOST_PARTS]]
    if apart := by_department(ctx, understood):
        if is_one_fault(apart):
            return await _open_for_all(ctx, understood.first, apart)
        return await open_or_join(ctx, apart, join=join_same)
    if len(drafts) == 1:
        known = await known_ticket(ctx, drafts[0])
        if known is not None:
            return known
    is_bare = understood.act in _OF_THINGS and _is_bare(ctx, understood.first)
    if is_bare or is_unsure(understood):
        if ctx.actor.role in WORKING_ROLES:
            return SILENT
        is_supply = understood.first.category == "consumable"
        return await (ask_what_about(ctx, is_supply=is_supply) if is_bare else ask_whether(ctx))
    if len(drafts) == 1:
        return Handled(
            Outcome.OPENED, (await open_draft(ctx, drafts[0], is_piece=len(understood.drafts) > 1),)
        )
    return await open_or_join(ctx, drafts)


async def open_or_join(
    ctx: Context, drafts: Sequence[Draft], *, join: Joiner = join_declared
) -> Handled:
    """Open a ticket for every draft but those of a fault that is known, which `join` adds to it:
    a wide one where nothing else is said.
    """
    opened: list[TicketId] = []
    joined: list[TicketId] = []
    for draft in drafts:
        known = await join(ctx, draft)
        if known is None:
            opened.append(await open_draft(ctx, draft, is_piece=len(drafts) > 1))
        else:
            joined.append(known)
    if not opened:
        return Handled(Outcome.JOINED, tuple(joined))
    # What a message opened is a stranger's own; what it only joined is not.
    return Handled(Outcome.OPENED, tuple(opened))


async def _open_for_all(ctx: Context, whole: Draft, apart: Sequence[Draft]) -> Handled:
    """Open one ticket for what several departments share, which all but the first join."""
    first = replace(whole, department=apart[0].department, department_options=())
    handled = await open_or_join(ctx, [first], join=join_same)
    ticket = await ctx.uow.tickets.get(handled.tickets[0])
    for draft in apart[1:]:
        if draft.department not in (ticket.department, *ticket.affected):
            await join_fault(ctx, ticket, draft)
    return handled


_OF_THINGS = frozenset({Act.REPORT, Act.SUPPLY})
"""A thing alone is hardly an order (换个灯泡)."""


def _is_bare(ctx: Context, draft: Draft) -> bool:
    """Return whether a thing is all that the words name."""
    names_only = draft.slots.device is not None and draft.slots.symptom is None
    return names_only and draft.quantity is None and len(ctx.text.strip()) <= _BARE


def is_unsure(understood: Understanding) -> bool:
    """Return whether the message may as well be one that opens nothing."""
    return understood.confidence < SURE and understood.runner_up not in _OPENS_TOO


async def open_draft(
    ctx: Context,
    draft: Draft,
    *,
    kind: TicketKind | None = None,
    photos: Sequence[str] = (),
    is_piece: bool = False,
) -> TicketId:
    """Open the ticket of one draft, with the photos that came with it or shortly before.

    `is_piece`: the message asks for other work beside it.
    """
    piece = {"piece": mask(draft.text)} if is_piece else {}
    kept = await open_ticket(
        OpenTicket(
            actor=ctx.actor,
            kind=kind or TicketKind(draft.act),
            at=ctx.at,
            summary=f"{summary_of(draft, ctx.text)}{_mark(ctx)}",
            department=draft.department or await _own_place(ctx, draft),
            options=draft.department_options,
            category=draft.category or "other",
            urgency=draft.urgency or Urgency.NORMAL,
            urgent_share=draft.urgent_share if draft.urgency else None,
            is_piece=is_piece,
            quantity=draft.quantity,
            slots=draft.slots.filled(),
            reading=reading_of(draft) | piece,
            inbox=ctx.message.id,
            photos=(*ctx.photos, *photos, *await photos_before(ctx)),
        ),
        uow=ctx.uow,
        now=ctx.now,
    )
    await propose_wider(kept.ticket, ctx.at, uow=ctx.uow, now=ctx.now)
    return kept.ticket.id


def _mark(ctx: Context) -> str:
    """Return the sign that somebody else wrote it, somewhere else."""
    return FORWARDED if ctx.is_forwarded else ""


def category_of(reader: Reader, draft: Draft) -> str | None:
    """Return the category of words that were read as talk: that of the thing they name, if any."""
    if draft.category is not None or draft.slots.device is None:
        return draft.category
    broken = f"{draft.slots.device}坏了"
    return reader.read(broken, role=NURSE, sender_department=None).first.category


async def _own_place(ctx: Context, draft: Draft) -> DepartmentId | None:
    """Return the sender's own department, unless the words may mean another one.

    A stranger's is the one that he named last.
    """
    if draft.department_options:
        return None
    if ctx.actor.person is not None or not ctx.actor.reported:
        return ctx.actor.department
    before = await ctx.uow.tickets.get_many(sorted(ctx.actor.reported))
    return before[-1].department


async def photos_before(ctx: Context) -> tuple[str, ...]:
    """Return the photos without words that the author sent shortly before."""
    since = ctx.at - ctx.site.times.photo_joins
    photos = _newest_photos(ctx, await ctx.said_lately(since))
    if len(photos) == MOST_LATELY:
        earlier = await ctx.uow.inbox.latest_of(ctx.chat, ctx.message.sender, since)
        photos = _newest_photos(ctx, earlier)
    return tuple(key for row in reversed(photos) for key in _keys(row))


def _newest_photos(ctx: Context, rows: Sequence[InboxMessage]) -> list[InboxMessage]:
    """Return the photos that no ticket has, newest first: those after which nothing was said, and
    those with which a remark (你们看看) belongs together, as messages of one author do.
    """
    found: list[InboxMessage] = []
    before, was_remarked = ctx.at, False
    for row in rows:
        shows = bool(row.body.get("photos"))
        is_apart = before - row.sent_at > ctx.site.times.burst
        if row.outcome is not Outcome.SILENT or (is_apart and (was_remarked or not shows)):
            break
        if shows:
            found.append(row)
        before, was_remarked = row.sent_at, was_remarked or not shows
    return found


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
                "inbox": ctx.message.id,
                "text": one_line(ctx.note, LONGEST),
            },
        ),
        uow=ctx.uow,
    )
    return ASKED
