"""“申请免责 原因”: an engineer asks, before the limit, that it be excused."""

import re

from bot.context import SILENT, Context, Handled
from bot.handlers.work import do_to_work
from bot.router import Router
from core.actions import Action
from core.errors import ActionNotAllowed, TicketNotFound
from core.masking import mask
from core.people import WORKING_ROLES
from core.permissions import Right

router = Router()
_NUMBER = r"[#＃]?(?:[A-Za-z]{1,6}-)?(?:\d{6}-|\d{4}-)?\d{3,4}(?=$|[\s,，:：])"


@router.command(
    rf"(?s:(?:(?P<before>{_NUMBER})[\s,，:：]*)?(?:我?[想要]?)申请\s?(?:免责|豁免)"
    rf"[\s,，:：]*(?:(?P<after>{_NUMBER})[\s,，:：]*)?(?P<reason>.*))",
    example="007 申请免责 电梯停运",
    purpose="眼看要超时，在时限之前说；超时照记，同意了另标已免责",
    roles=WORKING_ROLES,
    longest=400,
)
async def plead(ctx: Context, match: re.Match[str]) -> Handled:
    """Ask for an exemption of the ticket that is named, quoted or the engineer's only one.

    Raises:
        TicketNotFound, ActionNotAllowed, ReasonMissing, ExemptionTooLate, NothingToExempt.
    """
    number = match["before"] or match["after"]
    if number is None and not ctx.quote.tickets and ctx.actor.role not in WORKING_ROLES:
        raise ActionNotAllowed(Right.PLEAD)
    note = mask(match["reason"].strip())
    handled = await do_to_work(ctx, Action.PLEAD, None, number=number, note=note)
    if handled is SILENT:
        raise TicketNotFound
    return handled
