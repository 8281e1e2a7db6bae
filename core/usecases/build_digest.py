"""The digest of a day, to the work group and the supervisors."""

from datetime import datetime, time, timedelta

from core.digest import delays, digest_facts
from core.notices import Notice, NoticeKind, private_chat
from core.ports import UnitOfWork
from core.site import WORK
from core.usecases.keeping import clocks_of

_ALL = 100_000
"""More open tickets than any hospital can have."""


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
    facts = digest_facts(
        await uow.reads.figures(start, end),
        delays(with_clocks, now),
        await uow.reads.open_counts(),
        day=day.isoformat(),
        target_percent=policy.satisfaction_percent,
    )
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
