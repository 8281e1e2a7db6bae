"""What stands where: one ticket, one's own work, a department's, the backlog, a period."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.context import ANSWERED, Context, Handled
from bot.router import Router
from core.cards import card_facts
from core.errors import ActionNotAllowed, TicketNotFound
from core.events import Json
from core.exemptions import is_excused
from core.figures import TicketLine
from core.ids import DepartmentId, PersonId, TicketId
from core.people import WORKING_ROLES
from core.permissions import Right, Verdict, may, sees_lists_of
from core.site import WORK
from core.ticket import Ticket
from core.understanding.result import Understanding
from core.usecases.keeping import clocks_of
from core.wider import shared_reach

router = Router()
NUMBER = r"[#＃]?(?P<number>(?:[A-Za-z]{1,6}-)?(?:\d{6}-|\d{4}-)?\d{3,4})"
_MOST = 15


@router.command(
    rf"(?:/|查单|查询|查一下|查|工单|单号|进度)?\s*{NUMBER}",
    example="查单 007",
    purpose="看一张工单到哪一步了（也可以只发 #007）",
)
async def one_ticket(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Answer with a ticket; a bare number is only one if somebody marked it as such."""
    if match[0].isdigit():
        return None
    ticket = await ctx.uow.tickets.newest_numbered(match["number"])
    if ticket is None:
        raise TicketNotFound(match["number"])
    return await show(ctx, ticket)


@router.command(
    rf"{NUMBER}\s*(?:现在)?(?:是|的)?\s*(?:什么)?(?:状态|进度|情况|到哪|怎么样|谁.{{0,6}})[了呢啊吗]?[?？]?",
    example="007 到哪了",
    purpose="问一张单的进度、谁在处理",
    roles=frozenset({"admin"}),
)
async def ticket_asked_about(ctx: Context, match: re.Match[str]) -> Handled:
    """Answer a question that names a ticket's number.

    Raises:
        TicketNotFound, ActionNotAllowed.
    """
    ticket = await ctx.uow.tickets.newest_numbered(match["number"])
    if ticket is None:
        raise TicketNotFound(match["number"])
    return await show(ctx, ticket)


@router.command(
    r"(?:查|看|列)?(?:一?下)?(?:今天|昨天|本周|这周|上周|本月|这个月|上个?月)的?"
    r"(?:工单|单子|报修|维修)(?:记录|情况|有哪些|列表)?[?？]?",
    example="昨天的单子",
    purpose="看一段时间的单子和数字",
)
async def of_a_period(ctx: Context, match: re.Match[str]) -> Handled:
    """Answer with the figures and tickets of a period, within the sender's rights."""
    return await query(ctx, ctx.read())


async def show(ctx: Context, ticket: Ticket) -> Handled:
    """Answer with what the sender may see of the ticket.

    Raises:
        ActionNotAllowed: he may see nothing.
    """
    person = ctx.actor.person
    if may(person, Right.SEE, ticket) is not Verdict.NO:
        facts = card_facts(ticket, await clocks_of(ticket, ctx.uow, ctx.now))
        await ctx.say("ticket", facts, ticket=ticket.id)
        return ANSWERED
    if may(person, Right.SEE_STATE, ticket) is not Verdict.NO:
        await ctx.say(
            "ticket_state", {"number": ticket.number, "state": ticket.state}, ticket=ticket.id
        )
        return ANSWERED
    raise ActionNotAllowed(Right.SEE, ticket.number)


@router.command(
    r"/?(?:(?:我的|我们的?|我们科的?|本科室?的?)?(?:工单|单子)(?:呢|列表)?|待办|我的报修|我报的|查单|查进度|进度|mine|todo)",
    example="我的工单",
    purpose="看自己手上或自己报修的单子",
)
async def mine(ctx: Context, match: re.Match[str]) -> Handled:
    """Answer with the sender's own work, or what he or his department waits for."""
    person = ctx.actor.person
    if person is None:
        await ctx.say("register", {"name": ctx.actor.name})
        return ANSWERED
    if person.role in WORKING_ROLES:
        lines = await ctx.uow.reads.unresolved(assignee=person.id, limit=_MOST + 1)
        return await _list(ctx, "own_work", lines)
    if person.department is not None:
        lines = await ctx.uow.reads.unresolved(department=person.department, limit=_MOST + 1)
        shared = await _shared_by(ctx, person.department)
        return await _list(ctx, "department_open", [*lines, *shared], department=person.department)
    return await _everything(ctx)


async def _shared_by(ctx: Context, department: DepartmentId) -> list[Ticket]:
    """Return the open faults of the work chat that the department is affected by, oldest first."""
    chat = WORK if ctx.is_private else ctx.chat
    found = await ctx.uow.tickets.shared_faults(chat, ctx.at - shared_reach(ctx.site.times))
    return [t for t in reversed(found) if t.is_unresolved and department in t.affected]


@router.command(
    r"/?(?:未完成(?:列表|清单)?|未结|积压|全部工单|所有工单|backlog)",
    example="未完成列表",
    purpose="看全院还没完成的单子",
    roles=frozenset({"desk", "supervisor", "admin", "engineer", "logistics"}),
)
async def backlog(ctx: Context, match: re.Match[str]) -> Handled:
    """Answer with everything that is unresolved, oldest first."""
    return await _everything(ctx)


async def _everything(ctx: Context) -> Handled:
    person = ctx.actor.person
    if person is None or not sees_lists_of(person, None):
        raise ActionNotAllowed(Right.LISTS)
    return await _list(ctx, "backlog", await ctx.uow.reads.unresolved(limit=_MOST + 1))


async def query(ctx: Context, understood: Understanding) -> Handled:
    """Answer a question about tickets asked in plain words, within the sender's rights."""
    draft = understood.first
    person = ctx.actor.person
    if draft.slots.ticket:
        ticket = await ctx.uow.tickets.newest_numbered(draft.slots.ticket)
        if ticket is None:
            raise TicketNotFound(draft.slots.ticket)
        return await show(ctx, ticket)
    if len(ctx.quote.tickets) == 1:
        return await show(ctx, await ctx.uow.tickets.get(ctx.quote.tickets[0]))
    if person is None:
        await ctx.say("register", {"name": ctx.actor.name})
        return ANSWERED
    # Who may see the list of a department that he only mentions means that one.
    is_meant = draft.department is not None and sees_lists_of(person, draft.department)
    department = draft.department if draft.department_named or is_meant else None
    period = None if _BACKLOG.search(ctx.text) else _period(ctx)
    if department is None and person.department is not None:
        department = person.department
    if department is None and person.role in WORKING_ROLES and period is None:
        lines = await ctx.uow.reads.unresolved(assignee=person.id, limit=_MOST + 1)
        return await _list(ctx, "own_work", lines)
    if not sees_lists_of(person, department):
        raise ActionNotAllowed(Right.LISTS)
    worker = _named_worker(ctx) if sees_lists_of(person, None) else None
    if period is not None:
        return await _figures(ctx, department, *period, worker=worker)
    if worker is not None:
        lines = await ctx.uow.reads.unresolved(assignee=worker, limit=_MOST + 1)
        return await _list(ctx, "own_work", lines, worker=worker)
    lines = await ctx.uow.reads.unresolved(department=department, limit=_ALL)
    if "超时" in ctx.text:
        lines = [line for line in lines if line.breaches]
    lines = lines[: _MOST + 1]
    template = "department_open" if department else "backlog"
    return await _list(ctx, template, lines, department=department)


async def tell_of_department(ctx: Context, department: DepartmentId) -> Handled:
    """Answer with what the department waits for.

    Raises:
        ActionNotAllowed: the sender may not see its list.
    """
    if ctx.actor.person is None or not sees_lists_of(ctx.actor.person, department):
        raise ActionNotAllowed(Right.LISTS)
    lines = await ctx.uow.reads.unresolved(department=department, limit=_MOST + 1)
    return await _list(ctx, "department_open", lines, department=department)


def _named_worker(ctx: Context) -> PersonId | None:
    """Return the one engineer, or one who delivers, whose name the words hold: 钱峰手上几单."""
    workers = (p for p in ctx.site.people.values() if p.role in WORKING_ROLES)
    named = [person.id for person in workers if person.name in ctx.text]
    return named[0] if len(named) == 1 else None


_BACKLOG = re.compile(r"没完成|未完成|没关|没结|没处理|没修|还剩|还有哪些|还有几|超时|积压")
_ALL = 1000
_DAY = timedelta(days=1)


def _period(ctx: Context) -> tuple[datetime, datetime] | None:
    """Return the calendar days, week or month that the words name, or that the figures which they
    ask for are about, half-open; or None.
    """
    local = ctx.site.local(ctx.now)
    today = datetime.combine(local.date(), time(), local.tzinfo)
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    next_month = (first + timedelta(days=32)).replace(day=1)
    named = (
        (r"上周|上个?星期|上礼拜", monday - 7 * _DAY, monday),
        (r"本周|这周|这个?星期|这礼拜", monday, monday + 7 * _DAY),
        (r"上个?月", (first - _DAY).replace(day=1), first),
        (r"本月|这个?月", first, next_month),
        (r"昨天|昨日|昨晚|夜班", today - _DAY, today),
        (r"今天|今日|今早|上午|下午", today, today + _DAY),
        (r"日报", today - _DAY, today),
        (r"周报", monday, monday + 7 * _DAY),
        (r"月报|满意度|满意率|评价", first, next_month),
    )
    for words, start, end in named:
        if re.search(words, ctx.text):
            return start, end
    return None


async def _figures(
    ctx: Context,
    department: DepartmentId | None,
    start: datetime,
    end: datetime,
    *,
    worker: PersonId | None = None,
) -> Handled:
    lines = await ctx.uow.reads.between(start, end, department=department)
    if worker is not None:
        lines = [line for line in lines if line.assignee == worker]
    excused = await _excused(ctx, lines)
    facts: dict[str, Json] = {
        "from": start.isoformat(),
        "to": (end - timedelta(seconds=1)).isoformat(),
        "department": department,
        "person": worker,
        "opened": len(lines),
        "done": sum(line.resolved_at is not None for line in lines),
        "late": sum(bool(line.breaches) for line in lines),
        "excused": len(excused),
        "rated": sum(line.rating is not None for line in lines),
        "rating_sum": sum(line.rating or 0 for line in lines),
        "lines": [_line(line, excused) for line in lines[-_MOST:]],
        "more": max(0, len(lines) - _MOST),
    }
    await ctx.say("period", facts)
    return ANSWERED


async def _list(
    ctx: Context,
    template: str,
    lines: Sequence[TicketLine | Ticket],
    *,
    department: DepartmentId | None = None,
    worker: PersonId | None = None,
) -> Handled:
    counts = await ctx.uow.reads.open_counts() if template == "backlog" else {}
    excused = await _excused(ctx, lines[:_MOST])
    facts: dict[str, Json] = {
        "lines": [_line(line, excused) for line in lines[:_MOST]],
        "more": len(lines) > _MOST,
        "department": department,
        "name": ctx.actor.name,
        "person": worker,
        "counts": [[person, n] for person, n in sorted(counts.items(), key=lambda c: -c[1])],
    }
    await ctx.say(template, facts)
    return ANSWERED


async def _excused(ctx: Context, lines: Sequence[TicketLine | Ticket]) -> frozenset[TicketId]:
    """Return those of which every breach is excused; only late ones are looked into."""
    late = [line.id for line in lines if line.breaches]
    tickets = await ctx.uow.tickets.get_many(late) if late else []
    return frozenset(ticket.id for ticket in tickets if is_excused(ticket))


def _line(line: TicketLine | Ticket, excused: frozenset[TicketId]) -> Json:
    return {
        "number": line.number,
        "department": line.department,
        "summary": line.summary,
        "state": line.state,
        "assignee": line.assignee,
        "opened_at": line.opened_at.isoformat(),
        "late": bool(line.breaches),
        "excused": line.id in excused,
        "urgent": line.urgency == "urgent",
        "rating": line.rating,
    }
