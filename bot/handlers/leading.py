"""What whoever leads says without a number: who is to go, whose it is."""

import re

from bot.context import Context, Handled
from bot.handlers.binding import MEMORY, ask_which, unresolved_here
from bot.handlers.lookup import tell_of_department
from bot.handlers.moves import Doing, perform
from core.actions import Action
from core.ids import DepartmentId, PersonId
from core.kinds import State
from core.people import LEADING_ROLES, WORKING_ROLES
from core.ticket import Ticket

_SEES_TO = r"(?:看一?[下眼]|看看|看|处理一?下|处理|修一?下|修|弄一?下|弄|搞一?下|支援一?下|支援)"
_THAT = r"(?:[这那](?:一?单|一?个|张)(?:单子?|活)?)"
_GO = re.compile(
    rf"{_THAT}?(?:请|麻烦|还是|就|先|改)*(?:让|叫|派|请|找|换)?\s*[@＠]?(?P<name>[\u4e00-\u9fff]{{2,4}}?)"
    r"[\s，,]*(?:你|先|赶紧|赶快|快|马上|立刻|现在|帮忙|帮)*"
    rf"(?:(?:去|来|过去|跑)(?:一?下|一?趟)?|(?={_SEES_TO}))(?P<does>{_SEES_TO})?"
    rf"(?P<where>[^，。,!！?？了吗呢]{{0,10}}?){_THAT}?(?P<sees>{_SEES_TO})?(?:一?下|一?趟|吧|哈|啊)*[。！!~]*"
)
"""让赵强去 · 钱峰去一下心内 · 李伟你去骨科看看; no 钱峰去心内了, which only tells."""
_WHOSE = re.compile(
    r"(?P<where>[^，。,!！?？\d]{1,12}?)(?:的|那边|那|这)*(?:个|张|一?单|单子|报修|活)*(?:现在)?(?:是|有)?"
    r"谁(?:在(?:去|处理|弄|修|跟|负责|搞|管)|(?:去|处理|接|修|弄|负责|跟)[了的着])[啊呀呢吗]?[？?]?"
)
_SWAP = re.compile(
    r"换(?:一?个|一下|位)?(?:别?人|师傅|工程师|别的)|另外?派|重新派|改派(?!给)|转出来|"
    r"(?:派|叫|让|找|换)(?:个|一个)?(?:别人|其他人|别的人|另外?(?:一?个|一?位)(?:人|师傅)?)"
)
_NO_SWAP = re.compile(r"[?？吗]|不用|别换|不换|换人了|换了|已经|怎么|谁让|为什么")
_LONGEST = 30
_UNMET = frozenset({State.NEW, State.ASSIGNED})


async def order(ctx: Context) -> Handled | None:
    """Send the worker named to the ticket of the place, or for the thing, that the words name,
    else to the one that nobody has taken up yet; ask which where several are.

    None for others than those who lead, and where the words send nobody.
    """
    said = ctx.text.strip()
    if ctx.actor.role not in LEADING_ROLES or len(said) > _LONGEST:
        return None
    if (match := _GO.fullmatch(said)) is None:
        return None
    people = [p for p in ctx.site.person_named(match["name"]) if p.role in WORKING_ROLES]
    if len(people) != 1:
        return None
    where, may_be_thing = match["where"], bool(match["does"] or match["sees"])
    place = ctx.reader.place(where).department if where else None
    device = _device(ctx, where) if may_be_thing and place is None else None
    if where and place is None and device is None:
        return None
    return await send(ctx, people[0].id, place, device)


async def swap(ctx: Context) -> Handled | None:
    """Ask who is to go instead: to what the worker named has not finished, else to the ticket of
    the place named, else to the one that nobody has taken up yet.

    None for others than those who lead, and where the words send nobody else.
    """
    if ctx.actor.role not in LEADING_ROLES or len(ctx.text) > _LONGEST:
        return None
    if _SWAP.search(ctx.text) is None or _NO_SWAP.search(ctx.text):
        return None
    found = await _to_swap(ctx)
    if len(found) > 1:
        return await ask_which(ctx, Action.TRANSFER, found)
    if not found:
        return None
    return await perform(ctx, Doing(Action.TRANSFER, found[0].id, ctx.at))


async def _to_swap(ctx: Context) -> list[Ticket]:
    if len(ctx.quote.tickets) == 1:
        return [await ctx.uow.tickets.get(ctx.quote.tickets[0])]
    here = await unresolved_here(ctx)
    named = {
        person.id
        for person in ctx.site.people.values()
        if person.role in WORKING_ROLES and person.name in ctx.text
    }
    theirs = [ticket for ticket in here if ticket.assignee in named]
    place = ctx.reader.place(ctx.text).department
    there = [ticket for ticket in theirs or here if ticket.department == place]
    # 钱峰在手术室 tells where he is; the place of a ticket it is only where one of his is there.
    found = there or theirs or ([] if place or named else here)
    return [ticket for ticket in found if ticket.state in _UNMET] or found


async def whose(ctx: Context) -> Handled | None:
    """Answer who has what a department waits for: 心内那单谁去了. None where that is not asked."""
    if ctx.actor.role not in LEADING_ROLES or len(ctx.text) > _LONGEST:
        return None
    match = _WHOSE.fullmatch(ctx.text.strip())
    place = ctx.reader.place(match["where"]).department if match else None
    return None if place is None else await tell_of_department(ctx, place)


async def send(
    ctx: Context, to: PersonId, place: DepartmentId | None, device: str | None
) -> Handled | None:
    """Give somebody the unresolved ticket that a place and a thing name, urge him if it is his.

    None where neither is named and nothing waits here.

    Raises:
        ActionNotAllowed, WrongState.
    """
    if len(ctx.quote.tickets) == 1:
        return await _give(ctx, await ctx.uow.tickets.get(ctx.quote.tickets[0]), to)
    found = await _meant(ctx, place, device)
    unmet = [ticket for ticket in found if ticket.state in _UNMET] or found
    if not unmet:
        return None if place is None else await tell_of_department(ctx, place)
    if len(unmet) > 1:
        return await ask_which(ctx, Action.TRANSFER, unmet, to=to)
    return await _give(ctx, unmet[0], to)


async def _meant(ctx: Context, place: DepartmentId | None, device: str | None) -> list[Ticket]:
    if place is None:
        found = await unresolved_here(ctx)
    else:
        found = await ctx.uow.tickets.latest_of_department(place, ctx.at - MEMORY)
    return [t for t in found if t.is_unresolved and device in (None, t.slot("device"))]


async def _give(ctx: Context, ticket: Ticket, to: PersonId) -> Handled:
    if ticket.assignee == to:
        return await perform(ctx, Doing(Action.NUDGE, ticket.id, ctx.at))
    return await perform(ctx, Doing(Action.TRANSFER, ticket.id, ctx.at, to=to))


def _device(ctx: Context, words: str) -> str | None:
    read = ctx.reader.read(words, role=ctx.actor.role, sender_department=None)
    return read.first.slots.device
