"""Orders about numbered tickets: who is to take one, which of them are one."""

import re

from bot.context import Context, Handled
from bot.handlers.leading import send
from bot.handlers.lookup import NUMBER
from bot.handlers.merging import declare_wide, merge_and_say
from bot.handlers.moves import Doing, perform
from bot.handlers.summary import summary_of
from bot.router import Router
from core.actions import Action
from core.errors import PersonNotFound, TicketNotFound
from core.ids import TicketId
from core.messages import Outcome
from core.people import ADMIN, DESK, LEADING_ROLES, NURSE, SUPERVISOR, WORKING_ROLES, Person
from core.ticket import Ticket
from core.usecases.split_ticket import Part, Split, split_ticket

router = Router()


@router.command(
    rf"{NUMBER}\s*(?:单)?\s*(?:转派给?|转给?|改派给?|派给|交给|给)\s*[@＠]?(?P<name>[\u4e00-\u9fff]{{2,6}})",
    example="007 转给李伟",
    purpose="换人处理；主管说了马上生效，别人说了要对方点“接”",
    roles=WORKING_ROLES | {DESK, SUPERVISOR},
)
async def hand_to(ctx: Context, match: re.Match[str]) -> Handled:
    """Transfer the ticket to the person named.

    Raises:
        TicketNotFound, PersonNotFound, ActionNotAllowed.
    """
    ticket = await _numbered(ctx, match["number"])
    return await _transfer(ctx, ticket.id, match["name"])


@router.command(
    r"(?:转派给?|转给|改派给?|派给|交给)\s*[@＠]?(?P<name>[\u4e00-\u9fff]{2,6})?",
    example="转给李伟",
    purpose="引用工单的消息说，换人处理",
    roles=frozenset({ADMIN}),
)
async def hand_quoted_to(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Transfer the ticket whose message is quoted.

    Without a quote, who leads means the one that nobody has taken up; the words of others are
    read as speech.

    Raises:
        TicketNotFound, PersonNotFound, ActionNotAllowed.
    """
    if len(ctx.quote.tickets) == 1 and match["name"] is not None:
        return await _transfer(ctx, ctx.quote.tickets[0], match["name"])
    if ctx.actor.role not in LEADING_ROLES | {ADMIN}:
        return None
    may_send = ctx.actor.role != ADMIN and match["name"] is not None
    people = _workers(ctx, match["name"]) if may_send else []
    handled = await send(ctx, people[0].id, None, None) if len(people) == 1 else None
    if handled is None:
        raise TicketNotFound
    return handled


@router.command(
    r"(?:请|麻烦|把|将)*(?P<what>[^，。,!！?？\d]{1,14}?)(?:的|那|这)*(?:个|张|一?单|单子|报修|工单|活)"
    r"(?:转派给?|转给|改派给?|派给|交给|给|让|转)\s*[@＠]?(?P<name>[\u4e00-\u9fff]{2,4}?)"
    r"(?:去|来|处理|弄|修|做|看|一下|跑一趟|吧)*[。！!~]*",
    example="心内那单转给李伟",
    purpose="不记得单号，说科室或东西也行",
    roles=LEADING_ROLES,
)
async def hand_named_to(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Transfer the unresolved ticket of the place, or for the thing, that the words name; ask
    which where several are. None where they name neither or nobody.

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState.
    """
    people = _workers(ctx, match["name"])
    place = ctx.reader.place(match["what"]).department
    device = ctx.reader.read(match["what"], role=DESK, sender_department=None).first.slots.device
    if len(people) != 1 or (place is None and device is None):
        return None
    handled = await send(ctx, people[0].id, place, device)
    if handled is None:
        raise TicketNotFound
    return handled


_NUMBERS = r"[#＃]?(?:[A-Za-z]{1,6}-)?(?:\d{6}-|\d{4}-)?\d{3,4}"


@router.command(
    rf"(?=.*并)(?:请|把|将)?\s*(?:合并\s*)?(?P<others>{_NUMBERS}(?:[\s、,，和]+{_NUMBERS})*)"
    rf"\s*(?:合并|并)?\s*(?:到|进|入|至)\s*(?P<into>{_NUMBERS})",
    example="合并 002 到 001",
    purpose="几张单是同一个故障，合成一张；最早报的那张留下",
    roles=frozenset({DESK}),
)
async def merge(ctx: Context, match: re.Match[str]) -> Handled:
    """Make one ticket of those named.

    Raises:
        TicketNotFound, ActionNotAllowed, CannotMerge, WrongState.
    """
    found: list[TicketId] = []
    for said in (match["into"], *re.findall(_NUMBERS, match["others"])):
        ticket = await ctx.uow.tickets.newest_numbered(said.lstrip("#＃"))
        if ticket is None:
            raise TicketNotFound(said)
        found.append(ticket.id)
    return await merge_and_say(ctx, tuple(found))


@router.command(
    rf"{NUMBER}\s*(?:是|定为|算|按)\s*大面积故障(?:处理)?",
    example="001 是大面积故障",
    purpose="很多科室一起坏了：同样的单合成一张，按紧急处理，再报的并进来",
    roles=frozenset({DESK}),
)
async def declare(ctx: Context, match: re.Match[str]) -> Handled:
    """Make a wide fault of the ticket and of the recent ones alike to it.

    Raises:
        TicketNotFound, ActionNotAllowed, CannotMerge, WrongState.
    """
    return await declare_wide(ctx, [await _numbered(ctx, match["number"])])


@router.command(
    rf"(?s:(?:拆单|拆分|拆开)\s*{NUMBER}\s*(?:单)?(?:[\s,，:：]+(?P<parts>.+))?)",
    example="拆单 007：打印机卡纸；扫码枪没反应",
    purpose="一张单里有几件事，分成几张；都按原来报的时间算",
    roles=frozenset({DESK, SUPERVISOR}),
    longest=400,
)
async def split(ctx: Context, match: re.Match[str]) -> Handled:
    """Make a ticket of each part that is named.

    Raises:
        TicketNotFound, ActionNotAllowed, NothingToSplit, WrongState.
    """
    ticket = await _numbered(ctx, match["number"])
    parts = tuple(_part(ctx, each, ticket) for each in _parts(match["parts"] or ""))
    cmd = Split(ctx.actor, ticket.id, ctx.at, parts[:_MOST_PARTS])
    kept = await split_ticket(cmd, uow=ctx.uow, now=ctx.now)
    return Handled(Outcome.MOVED, tuple(each.ticket.id for each in kept))


def _parts(said: str) -> list[str]:
    """Return the parts, set apart by semicolons or lines, by commas where there are none."""
    between = r"[;；\n]" if re.search(r"[;；\n]", said) else r"[,，、]"
    return [part for each in re.split(between, said) if (part := each.strip(" ，,、。"))]


_MOST_PARTS = 10


def _part(ctx: Context, said: str, ticket: Ticket) -> Part:
    """Return a part as it reads where the ticket is."""
    read = ctx.reader.read(said, role=NURSE, sender_department=ticket.department).first
    slots = {name: value for name, value in read.slots.filled().items() if name != "ticket"}
    return Part(summary_of(read, said), read.category, slots)


def _workers(ctx: Context, name: str) -> list[Person]:
    return [p for p in ctx.site.person_named(name) if p.role in WORKING_ROLES]


async def _numbered(ctx: Context, number: str) -> Ticket:
    ticket = await ctx.uow.tickets.newest_numbered(number)
    if ticket is None:
        raise TicketNotFound(number)
    return ticket


async def _transfer(ctx: Context, ticket: TicketId, name: str) -> Handled:
    people = ctx.site.person_named(name)
    if len(people) != 1:
        raise PersonNotFound(name)
    return await perform(ctx, Doing(Action.TRANSFER, ticket, ctx.at, to=people[0].id))
