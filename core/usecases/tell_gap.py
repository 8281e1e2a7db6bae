"""A platform that was out of reach: its groups are told once what may have been missed."""

from datetime import datetime

from core.notices import Notice, NoticeKind
from core.ports import UnitOfWork


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
