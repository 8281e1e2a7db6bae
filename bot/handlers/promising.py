"""“改约 明天10点，等厂家”: an engineer says before a limit why, and until when instead."""

import re

from bot.context import SILENT, Context, Handled
from bot.handlers.work import do_to_work
from bot.router import Router
from core.actions import Action
from core.errors import TicketNotFound
from core.masking import mask
from core.people import WORKING_ROLES

router = Router()
_NUMBER = r"[#＃]?(?:[A-Za-z]{1,6}-)?(?:\d{6}-|\d{4}-)?\d{3,4}(?=$|[\s,，:：改])"


@router.command(
    rf"(?s:(?:(?P<before>{_NUMBER})[\s,，:：]*)?(?:要|得|想)?改约(?:到|在|成)?"
    rf"[\s,，:：]*(?:(?P<after>{_NUMBER})[\s,，:：]+)?(?P<said>.*))",
    example="007 改约 下午4点，等厂家远程",
    purpose="赶不上就在时限之前说原因和新的时间；时限照算，科室会知道",
    roles=WORKING_ROLES,
    longest=200,
)
async def promise(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Promise another time for the ticket that is named, quoted or the engineer's only one.

    None for others than engineers: a ward that wants another hour amends its request.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, ReplanTooLate, NothingToReplan.
    """
    if ctx.actor.role not in WORKING_ROLES:
        return None
    number = match["before"] or match["after"]
    note = mask(match["said"].strip())
    handled = await do_to_work(ctx, Action.REPLAN, None, number=number, note=note)
    if handled is SILENT:
        raise TicketNotFound
    return handled
