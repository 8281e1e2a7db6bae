"""The supervisors hear once a year that the holidays of the next one are not known."""

from datetime import datetime

from core.notices import Notice, NoticeKind, private_chat
from core.ports import UnitOfWork


async def miss_holidays(*, uow: UnitOfWork, now: datetime) -> None:
    """Tell each supervisor of each year that should be known by now, once for ever."""
    for year in uow.site.missing_holidays(now):
        for person in uow.site.supervisors:
            await uow.outbox.put(
                Notice(
                    NoticeKind.NOTICE,
                    private_chat(person.id),
                    "holidays_missing",
                    {"year": year},
                    once=f"holidays:{year}:{person.id}",
                )
            )
