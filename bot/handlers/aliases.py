"""What staff call a department: 记住：内二=心内二科. The desk confirms it."""

import re

from bot.context import ANSWERED, Context, Handled
from bot.router import Router
from core.errors import AliasUnusable, DepartmentUnknown
from core.people import ADMIN, DESK, WARD_ROLES
from core.usecases.learn_alias import LearnAlias, forget_alias, learn_alias

router = Router()
_KEEPERS = frozenset({DESK, ADMIN})


@router.command(
    r"/?(?:请)?记住[\s:：,，]*(?P<alias>[^=＝\s]{1,16}?)\s*(?:=|＝|就是|是指|指的是|→)\s*(?P<name>\S{2,24})",
    example="记住：内二=心内二科",
    purpose="教我一个科室的叫法，服务台确认后生效",
    roles=WARD_ROLES | _KEEPERS,
)
async def remember(ctx: Context, match: re.Match[str]) -> Handled:
    """Keep what a department is called, or put it to the desk.

    Raises:
        DepartmentUnknown, AliasUnusable, ActionNotAllowed.
    """
    alias = match["alias"].strip("“”\"' ")
    department = ctx.reader.place(match["name"]).department
    if department is None:
        raise DepartmentUnknown(match["name"])
    if ctx.reader.is_general(alias):
        raise AliasUnusable(alias)
    facts = {"alias": alias, "department": department}
    owner = ctx.site.named(alias)
    if owner is not None and owner.id == department:
        await ctx.say("alias_known", facts)
        return ANSWERED
    if owner is not None:
        raise AliasUnusable(alias, owner.id)
    kept = await learn_alias(LearnAlias(ctx.actor, alias, department), uow=ctx.uow, now=ctx.now)
    await ctx.say("alias_kept" if kept else "alias_asked", facts)
    return ANSWERED


@router.command(
    r"/?(?:请)?忘[记掉][\s:：,，]+(?P<alias>\S{1,16})",
    example="忘记：内二",
    purpose="不再用教过我的叫法",
    roles=_KEEPERS,
)
async def forget(ctx: Context, match: re.Match[str]) -> Handled:
    """Drop a learned alias.

    Raises:
        ActionNotAllowed.
    """
    alias = match["alias"].strip("“”\"' ")
    owner = ctx.site.named(alias)
    if owner is None:
        await ctx.say("alias_unknown", {"alias": alias})
        return ANSWERED
    await forget_alias(ctx.actor, alias, uow=ctx.uow, now=ctx.now)
    await ctx.say("alias_forgotten", {"alias": alias, "department": owner.id})
    return ANSWERED
