"""The digest of a day, to the work group and the supervisors."""

from datetime import datetime, time, timedelta

from core.digest import delays, digest_facts
from core.duties import REACH, Duty, awaited, duties_of, owed_facts
from core.exemptions import is_excused
from core.figures import PeriodFigures
from core.ids import PersonId, TicketId
from core.notices import Notice, NoticeKind, private_chat
from core.ports import UnitOfWork
from core.site import WORK
from core.usecases.keeping import clocks_of

_ALL = 100_000
"""More open tickets than any hospital can have."""


async def _excused(
    figures: PeriodFigures, start: datetime, end: datetime, uow: UnitOfWork
) -> list[tuple[TicketId, PersonId | None]]:
    """Return the tickets whose breaches of the day are all excused, and who answered for them."""
    tickets = await uow.tickets.get_many(ticket for ticket, _ in figures.pleaded)
    granted = {ticket.id for ticket in tickets if is_excused(ticket, start, end)}
    return [(ticket, person) for ticket, person in figures.pleaded if ticket in granted]


async def _owed(uow: UnitOfWork, now: datetime) -> list[Duty]:
    """Return what is owed for work that is done: reports, reviews, calls."""
    tickets = await uow.tickets.owing(awaited(uow.site.policies.values()), now - REACH)
    return duties_of([(ticket, await clocks_of(ticket, uow, now)) for ticket in tickets])


async def build_digest(slot: datetime, *, uow: UnitOfWork, now: datetime) -> bool:
    """Queue the digest of the local day before `slot`; False if that day's was queued before."""
    site = uow.site
    today = site.local(slot).date()
    day = today - timedelta(days=1)
    if not await uow.claims.take(f"digest:{day.isoformat()}", now):
        return False
    zone = site.local(slot).tzinfo
    start = datetime.combine(day, time(), zone)
    end = datetime.combine(today, time(), zone)
    lines = await uow.reads.unresolved(limit=_ALL)
    tickets = await uow.tickets.get_many(line.id for line in lines)
    with_clocks = [(ticket, await clocks_of(ticket, uow, now)) for ticket in tickets]
    policy = site.policies[site.default_policy]
    figures = await uow.reads.figures(start, end)
    facts = digest_facts(
        figures,
        delays(with_clocks, now),
        await uow.reads.open_counts(),
        day=day.isoformat(),
        target_percent=policy.satisfaction_percent,
        excused=await _excused(figures, start, end, uow),
    )
    facts |= owed_facts(await _owed(uow, now))
    for chat in (WORK, *(private_chat(person.id) for person in site.supervisors)):
        await uow.outbox.put(
            Notice(
                NoticeKind.DIGEST,
                chat,
                "digest",
                facts,
                once=f"digest:{day.isoformat()}:{chat}",
                urgent=True,
            )
        )
    return True
