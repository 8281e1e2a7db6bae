"""`clocks`: the timeline of every clock of one ticket, from the event log."""

import re
from datetime import datetime
from typing import Final, TextIO

from app.database import check_schema, url_of
from app.settings import Settings
from bot.replies.layout import Names
from bot.replies.timeline import timeline_block, timeline_head
from core.contract import Terms
from core.ids import IdMaker
from core.policy import ClockRule
from core.ports import UnitOfWork
from core.sla import ClockState, states
from core.ticket import Ticket
from core.timeline import timeline_of
from storage.site.reader import read_site
from storage.uow import Database

OK: Final = 0
_NUMBER: Final = re.compile(r"[#＃]?((?:[A-Za-z]{1,6}-)?(?:\d{6}-|\d{4}-)?\d{3,})")


class UnknownTicket(Exception):
    """No ticket has the number: one Chinese line."""


async def run(settings: Settings, number: str, now: datetime, out: TextIO) -> int:
    """Print the clocks of the ticket whose number is, or ends with, `number`.

    Raises:
        UnknownTicket: there is none.
        Unable: there is no database of this version.
        SiteFaults: the site's files cannot be used.
    """
    site = read_site(settings.site.dir)
    await check_schema(url_of(settings))
    database = Database(url_of(settings), site.id)
    try:
        async with database.unit(site, IdMaker(), now) as uow:
            ticket = await _find(number, uow)
            terms = await uow.terms.get(ticket.terms)
    finally:
        await database.close()
    # The simulator's clock may be ahead of ours.
    at = max(now, max(event.at for event in ticket.events))
    names = Names(site, at)
    print(timeline_head(ticket, terms, names), file=out)
    found_clocks = states(terms.policy, terms.calendars, events=ticket.events, now=at)
    if not found_clocks:
        print("这类事合同没有规定时限，没有在走的钟。", file=out)
    for state in found_clocks:
        timeline = timeline_of(state, terms.calendars[state.rule.calendar])
        print(f"\n{timeline_block(timeline, _readings(state, ticket, terms), names)}", file=out)
    return OK


async def _find(number: str, uow: UnitOfWork) -> Ticket:
    written = _NUMBER.fullmatch(number.strip())
    found = await uow.tickets.newest_numbered(written[1].upper()) if written else None
    if found is None:
        raise UnknownTicket(f"没有编号是“{number}”的工单，写法如 001、1123-001 或整个编号。")
    return found


def _readings(state: ClockState, ticket: Ticket, terms: Terms) -> list[ClockRule]:
    """Return what the contract says otherwise about the same promise, as far as it is in force."""
    if state.is_superseded:
        return []
    return [
        rule
        for rule in terms.policy.readings
        if rule.clock is state.clock and rule.applies_to(ticket.kind, ticket.severity)
    ]
