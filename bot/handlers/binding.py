"""Which ticket a word means: by quote, by number, by place or device named, else the only one.

Two that fit make a question; nothing is ever closed on a guess.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.context import Context, Handled
from bot.handlers.asking import ask_sender
from bot.handlers.things import is_of_another
from core.actions import Action
from core.errors import TicketNotFound
from core.events import Json
from core.ids import TicketId
from core.kinds import TicketKind
from core.questions import ALL, Option, Topic
from core.site import WORK
from core.ticket import Ticket
from core.understanding.result import Draft

MEMORY = timedelta(days=14)
"""How far back a word without a number may reach."""
_MOST_CHOICES = 6


@dataclass(frozen=True, slots=True)
class Bound:
    """The one ticket that is meant."""

    ticket: TicketId


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several fit equally well."""

    tickets: tuple[Ticket, ...]


async def bind(
    ctx: Context,
    candidates: Sequence[Ticket],
    draft: Draft | None,
    number: str | None = None,
    *,
    is_strict: bool = False,
) -> Bound | Ambiguous | None:
    """Return the ticket meant, those it may be, or None where nothing fits.

    `is_strict` asks even for the only candidate if the words name another place or thing.

    Raises:
        TicketNotFound: a number was named that no ticket has.
    """
    named = number or (draft.slots.ticket if draft else None) or _bare_number(ctx, candidates)
    if named is None and draft is not None and not ctx.quote.tickets:
        named = await _number_of_another(ctx, draft)
    if named:
        ticket = await ctx.uow.tickets.newest_numbered(named.lstrip("#＃"))
        if ticket is None:
            raise TicketNotFound(named)
        return Bound(ticket.id)
    if len(ctx.quote.tickets) == 1:
        return Bound(ctx.quote.tickets[0])
    quoted = [ticket for ticket in candidates if ticket.id in ctx.quote.tickets]
    fitting = _narrowed(quoted or candidates, draft, ctx.text)
    doubts = is_strict and draft is not None
    if len(fitting) == 1 and not (doubts and draft and _contradicts(ctx, fitting[0], draft)):
        return Bound(fitting[0].id)
    return Ambiguous(tuple(fitting)) if fitting else None


_FIGURES = re.compile(r"(?<![\dA-Za-z-])\d{3,4}(?![\d床楼号室层分元张卷点月])")


async def unresolved_here(ctx: Context) -> list[Ticket]:
    """Return the unresolved tickets reported in this chat, in private in the work chat; newest
    first, no older than `MEMORY`.
    """
    chat = WORK if ctx.is_private else ctx.chat
    found = await ctx.uow.tickets.latest_in_chat(chat, ctx.at - MEMORY)
    return [ticket for ticket in found if ticket.is_unresolved]


def _bare_number(ctx: Context, candidates: Sequence[Ticket]) -> str | None:
    """Return the number of the one candidate that bare figures end: 002 好了."""
    said = set(_FIGURES.findall(ctx.text))
    mine = [t.number for t in candidates if t.number.rpartition("-")[2] in said]
    return mine[0] if len(mine) == 1 else None


async def _number_of_another(ctx: Context, draft: Draft) -> str | None:
    """Return the number of a ticket that is no candidate where bare figures before or after the
    words are its: who says 001 好了 does not speak of the one that he has himself.
    """
    said = set(_FIGURES.findall(ctx.text)) - set(draft.slots.filled().values())
    words = ctx.text.strip("#＃。！!~ ")
    edge = [each for each in said if words.startswith(each) or words.endswith(each)]
    found = await ctx.uow.tickets.newest_numbered(edge[0]) if len(edge) == 1 else None
    return found.number if found is not None and found.opened_at >= ctx.at - MEMORY else None


_COMPLAINT = re.compile("(?<![就要再会去])投诉")
"""Speaks of a complaint; 再不来就投诉 only threatens with one."""


def _narrowed(candidates: Sequence[Ticket], draft: Draft | None, said: str) -> list[Ticket]:
    """Return those that fit what the words name; all of them where the words decide nothing."""
    left = list(candidates)
    if draft is None or len(left) < 2:
        return left
    tests: tuple[Callable[[Ticket], bool], ...] = (
        lambda t: (t.kind is TicketKind.COMPLAINT) == bool(_COMPLAINT.search(said)),
        lambda t: draft.department_named and t.department == draft.department,
        lambda t: _same_slot(t, draft, "room"),
        lambda t: _same_slot(t, draft, "floor"),
        lambda t: _same_slot(t, draft, "bed"),
        lambda t: _same_slot(t, draft, "device"),
        lambda t: draft.category is not None and t.category == draft.category,
    )
    for fits in tests:
        left = [ticket for ticket in left if fits(ticket)] or left
    return left


def _contradicts(ctx: Context, ticket: Ticket, draft: Draft) -> bool:
    """Return whether the words name a place or a thing that is not the ticket's."""
    if draft.department_named and ticket.department not in (None, draft.department):
        return True
    return is_of_another(ctx, ticket, draft)


def _same_slot(ticket: Ticket, draft: Draft, name: str) -> bool:
    said = getattr(draft.slots, name)
    return said is not None and ticket.slot(name) == said


async def ask_which(
    ctx: Context,
    action: Action,
    tickets: Sequence[Ticket],
    *,
    may_be_all: bool = False,
    **facts: Json,
) -> Handled:
    """Ask which ticket is meant, their numbers as buttons; the answer does what was said.

    `may_be_all` offers to do it to all of them.
    """
    shown = sorted(tickets, key=lambda t: t.opened_at, reverse=True)[:_MOST_CHOICES]
    options = tuple(Option(ticket.id, ticket.number) for ticket in shown)
    if may_be_all and len(shown) == len(tickets):
        options = (*options, ALL)
    said: dict[str, Json] = {
        "action": action,
        "note": ctx.note,
        "photos": list(ctx.photos),
        "at": ctx.at.isoformat(),
        "choices": [
            {"number": t.number, "department": t.department, "summary": t.summary} for t in shown
        ],
    }
    return await ask_sender(ctx, Topic.WHICH_TICKET, options, {**said, **facts})
