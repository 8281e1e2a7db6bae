"""Who works today, and who is away: asked by anyone, changed by the supervisor."""

import re
from datetime import date, timedelta

from bot.context import ANSWERED, Context, Handled
from bot.router import Router
from core.actor import permit
from core.errors import ActionNotAllowed, PersonNotFound
from core.events import Json
from core.messages import Outcome
from core.people import WARD_ROLES, WORKING_ROLES
from core.permissions import Right, sees_lists_of
from core.roster import DayPart, DutyStatus
from core.usecases.keep_roster import LeaveRow, grant_leave

router = Router()


@router.command(
    r"/?(?:(?:今天|今晚|现在|今日|明天)?谁(?:在)?值班[啊呀呢？?]*|值班表|值班|duty|(?:今天|现在)谁在"
    r"|(?P<free>(?:现在)?[谁哪](?:个|位)?(?:现在)?(?:闲着?|空着|有空|得空|没事|手上没[单活])[啊呀呢？?]*))",
    example="今天谁值班",
    purpose="看现在谁在岗、谁听班",
)
async def on_duty(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Answer with who is on duty, on call and on leave at this moment; to those who may see lists,
    with what each has in hand. None where somebody else only calls for a free hand.
    """
    sees_loads = ctx.actor.person is not None and sees_lists_of(ctx.actor.person, None)
    if match["free"] and not sees_loads:
        return None
    at = ctx.now + timedelta(days=1) if "明天" in match[0] else ctx.now
    groups: dict[str, list[Json]] = {status: [] for status in DutyStatus}
    for person in ctx.site.people.values():
        if person.role in WORKING_ROLES:
            groups[ctx.site.roster.status(person.id, at)].append(person.id)
    facts: dict[str, Json] = {"at": at.isoformat(), **groups}
    if sees_loads and at == ctx.now:
        loads = await ctx.uow.tickets.loads()
        facts["loads"] = {str(person): held for person, held in loads.items()}
    await ctx.say("duty", facts)
    return ANSWERED


_PART = "上午|早上|下午|晚上|今晚|夜里|夜班"
_DATE = r"\d{4}-\d{1,2}-\d{1,2}"
_LEAVE = (
    rf"/?(?P<early>今天|明天|后天|{_DATE})?\s*(?P<early_part>{_PART})?\s*(?:我|本人)?(?P<name>(?!我|本人|[今明后]天|{_PART})[\u4e00-\u9fff]{{2,6}}?)?\s*"
    rf"(?P<day>今天|明天|后天|{_DATE})?(?:[至到](?P<end>{_DATE}))?\s*(?P<part>{_PART})?\s*"
    r"(?:要|想)?(?P<word>请假|休假|休息|调休|不在|不上班|请个假|请半天假|请一下假)"
)
_PARTS = {
    "上午": DayPart.MORNING,
    "早上": DayPart.MORNING,
    "下午": DayPart.AFTERNOON,
    **dict.fromkeys(("晚上", "今晚", "夜里", "夜班"), DayPart.NIGHT),
}
_ONLY_SAID = frozenset({"不在", "不上班"})
"""Words that wards say of people whom they look for."""
_AHEAD = {"今天": 0, "明天": 1, "后天": 2}


@router.command(
    _LEAVE,
    example="赵强 明天请假",
    purpose="登记请假，当天不再派单给他；半天就说“赵强 明天下午请假”",
    roles=frozenset({"supervisor", "admin"}),
)
async def keep_leave(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Record leave; his unresolved tickets of today are dispatched anew.

    Raises:
        ActionNotAllowed, PersonNotFound.
    """
    day, half = match["day"] or match["early"], match["part"] or match["early_part"]
    if day is None and half is None:
        return None
    name = match["name"] or ""
    if match["word"] in _ONLY_SAID and ctx.actor.role in WARD_ROLES:
        return None
    if not name:
        if ctx.actor.role in WORKING_ROLES:
            raise ActionNotAllowed(Right.ROSTER)
        return None
    people = [p for p in ctx.site.person_named(name) if p.role in WORKING_ROLES]
    if not people:
        return None
    permit(ctx.actor, Right.ROSTER)
    if len(people) > 1:
        raise PersonNotFound(name)
    today = ctx.site.local(ctx.now).date()
    first = _day(day or "今天", today)
    last = _day(match["end"], today) if match["end"] else first
    if first is None or last is None:
        return None
    part = _PARTS.get(half or "")
    leave = LeaveRow(people[0].id, first, max(first, last), part)
    moved = await grant_leave(ctx.actor, leave, uow=ctx.uow, now=ctx.now)
    await ctx.say(
        "leave_kept",
        {
            "person": people[0].id,
            "first": first.isoformat(),
            "last": max(first, last).isoformat(),
            "part": part,
            "moved": list(moved),
        },
    )
    return Handled(Outcome.ANSWERED)


def _day(word: str, today: date) -> date | None:
    if word in _AHEAD:
        return today + timedelta(days=_AHEAD[word])
    year, month, day = (int(part) for part in word.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        return None
