"""The chat platforms that the settings turn on."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Final, TypeAlias

from app.settings import Settings
from app.surroundings import Surroundings
from app.wecom import wecom
from bot.channels.base import Platform

Maker: TypeAlias = Callable[
    [Settings, Surroundings], AbstractAsyncContextManager[Sequence[Platform]]
]


@asynccontextmanager
async def _telegram(settings: Settings, around: Surroundings) -> AsyncIterator[Sequence[Platform]]:
    if not settings.telegram.token.get_secret_value():
        yield ()
        return
    from app.telegram import telegram  # its library takes a while to load

    async with telegram(settings, around) as channel:
        yield (channel,)


MAKERS: Final[tuple[Maker, ...]] = (wecom, _telegram)
"""One a platform; it makes nothing where the settings leave the platform off."""


@asynccontextmanager
async def platforms(
    settings: Settings, surroundings: Surroundings
) -> AsyncIterator[tuple[Platform, ...]]:
    """Make them, the preferred first, and close them again."""
    async with AsyncExitStack() as stack:
        made: list[Platform] = []
        for maker in MAKERS:
            made += await stack.enter_async_context(maker(settings, surroundings))
        yield tuple(made)
