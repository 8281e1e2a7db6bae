"""What is on the shelf of the stock."""

import re

from bot.context import ANSWERED, Context, Handled
from bot.router import Router
from core.errors import ActionNotAllowed
from core.people import ADMIN, DESK, SUPERVISOR, WORKING_ROLES

router = Router()
_MOST = 12


@router.command(
    r"/?(?:库存|查库存|stock)\s*(?P<what>[^？?]{0,20})|(?P<also>[^\s]{1,12})库存(?:还有多少|多少)?[？?]?",
    example="库存 硒鼓",
    purpose="看某种耗材还有多少",
    roles=WORKING_ROLES | {DESK, SUPERVISOR, ADMIN},
)
async def on_shelf(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Answer with the articles whose name or alias holds the word; all of them without one.

    Raises:
        ActionNotAllowed: the shelf is no business of the ward's.
    """
    if ctx.actor.role not in WORKING_ROLES | {DESK, SUPERVISOR, ADMIN}:
        raise ActionNotAllowed("stock")
    wanted = (match["what"] or match["also"] or "").strip().casefold()
    found = [
        item
        for item in ctx.site.stock
        if wanted in item.name.casefold() or any(wanted in a.casefold() for a in item.aliases)
    ]
    await ctx.say(
        "stock",
        {
            "wanted": wanted,
            "lines": [
                {
                    "name": item.name,
                    "zone": item.zone,
                    "on_hand": str(item.on_hand),
                    "unit": item.unit,
                    "daily": str(item.daily_use),
                    "location": item.location,
                }
                for item in found[:_MOST]
            ],
            "more": max(0, len(found) - _MOST),
        },
    )
    return ANSWERED
