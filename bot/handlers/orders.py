"""Orders about one numbered ticket: who is to take it."""

import re

from bot.context import Context, Handled
from bot.handlers.lookup import NUMBER
from bot.handlers.moves import Doing, perform
from bot.router import Router
from core.actions import Action
from core.errors import PersonNotFound, TicketNotFound
from core.ids import TicketId
from core.people import ADMIN, DESK, SUPERVISOR, WORKING_ROLES

router = Router()
_LEADING_ROLES = frozenset({DESK, SUPERVISOR, ADMIN})


@router.command(
    rf"{NUMBER}\s*(?:单)?\s*(?:转派给?|转给|改派给?|派给|交给|给)\s*[@＠]?(?P<name>[\u4e00-\u9fff]{{2,6}})",
    example="007 转给李伟",
    purpose="换人处理；主管说了马上生效，别人说了要对方点“接”",
    roles=WORKING_ROLES | {DESK, SUPERVISOR},
)
async def hand_to(ctx: Context, match: re.Match[str]) -> Handled:
    """Transfer the ticket to the person named.

    Raises:
        TicketNotFound, PersonNotFound, ActionNotAllowed.
    """
    ticket = await ctx.uow.tickets.newest_numbered(match["number"])
    if ticket is None:
        raise TicketNotFound(match["number"])
    return await _transfer(ctx, ticket.id, match["name"])


@router.command(
    r"(?:转派给?|转给|改派给?|派给|交给)\s*[@＠]?(?P<name>[\u4e00-\u9fff]{2,6})?",
    example="转给李伟",
    purpose="引用工单的消息说，换人处理",
    roles=frozenset({ADMIN}),
)
async def hand_quoted_to(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Transfer the ticket whose message is quoted.

    Without a quote, who leads is asked for the ticket; from others the words are read as speech.

    Raises:
        TicketNotFound, PersonNotFound, ActionNotAllowed.
    """
    if len(ctx.quote.tickets) != 1 or match["name"] is None:
        if ctx.actor.role in _LEADING_ROLES:
            raise TicketNotFound
        return None
    return await _transfer(ctx, ctx.quote.tickets[0], match["name"])


async def _transfer(ctx: Context, ticket: TicketId, name: str) -> Handled:
    people = ctx.site.person_named(name)
    if len(people) != 1:
        raise PersonNotFound(name)
    return await perform(ctx, Doing(Action.TRANSFER, ticket, ctx.at, to=people[0].id))
