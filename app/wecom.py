"""WeCom, where the settings turn it on."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from app.settings import Settings
from bot.channels.base import Platform

if TYPE_CHECKING:
    from app.surroundings import Surroundings


@asynccontextmanager
async def wecom(settings: Settings, around: "Surroundings") -> AsyncIterator[Sequence[Platform]]:
    """Make the channel; nothing where the settings leave it off."""
    if not settings.wecom.is_on:
        yield ()
        return
    # Loaded here: what it is built on takes a quarter of a second that others need not wait.
    from app.wecom_parts import Workshop

    workshop = Workshop(settings.wecom, around)
    try:
        yield (workshop.channel,)
    finally:
        await workshop.aclose()
