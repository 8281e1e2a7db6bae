"""What a platform does not hand over: its groups are told once, so that nobody waits in vain."""

from datetime import datetime

from core.notices import Notice, NoticeKind
from core.ports import UnitOfWork
from core.reach import unbound


async def tell_gap(channel: str, since: datetime, until: datetime, *, uow: UnitOfWork) -> None:
    """Tell every group of the channel that nothing was heard in [since, until)."""
    chats = dict.fromkeys(
        room.chat for room in uow.site.reach.rooms if room.channel == channel and room.is_live
    )
    for chat in chats:
        await uow.outbox.put(
            Notice(
                NoticeKind.NOTICE,
                chat,
                "channel_gap",
                {"channel": channel, "since": since.isoformat(), "until": until.isoformat()},
                once=f"gap:{channel}:{chat}:{since.isoformat()}",
            )
        )


async def tell_deafness(channel: str, address: str, *, uow: UnitOfWork, now: datetime) -> None:
    """Tell a group, once a day, that only part of what is said there is heard."""
    day = uow.site.local(now).date().isoformat()
    await uow.outbox.put(
        Notice(
            NoticeKind.NOTICE,
            unbound(channel, address),
            "hears_little",
            once=f"hears_little:{channel}:{address}:{day}",
            urgent=True,
        )
    )
