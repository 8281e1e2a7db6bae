"""Pressed buttons that wait for their card to change: five seconds, one answer each.

The change that the work brings about is the answer if it comes in time; else the card says that
the press arrived. Source: WeCom developer documents 101027 and 101032.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from bot.channels.wecom.faults import NoAnswer, NotLive, Refused

log = structlog.get_logger(__name__)
SECONDS: Final = 1.5
"""How long the work may take before the card says only that the press arrived."""

Answer = Callable[[Mapping[str, Any]], Awaitable[None]]
"""Gives the platform the changed card; the whole body of the answer without its frame."""


@dataclass(frozen=True, slots=True)
class Press:
    """One press that may still be answered."""

    task: str
    presser: str
    answer: Answer


@dataclass
class Presses:
    """Those that wait, by our id of the message."""

    seconds: float = SECONDS
    _waiting: dict[str, list[Press]] = field(default_factory=dict)
    _timers: set[asyncio.Task[None]] = field(default_factory=set)

    def expect(
        self, base: str, press: Press, fallback: Mapping[str, Any], seconds: float | None = None
    ) -> None:
        """Wait for the change of the message; when time is up, answer with `fallback`."""
        self._waiting.setdefault(base, []).append(press)
        timer = asyncio.create_task(self._later(base, press, fallback, seconds or self.seconds))
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)

    async def answer(self, base: str, card: Callable[[str], Mapping[str, Any]]) -> bool:
        """Change the card of everybody who waits; return whether anybody's was changed.

        `card` makes the card for a task id.
        """
        changed = False
        for press in self._waiting.pop(base, []):
            body = {
                "response_type": "update_template_card",
                "template_card": card(press.task),
            }
            changed = await _given(press, body) or changed
        return changed

    async def aclose(self) -> None:
        """Answer nobody any more."""
        for timer in list(self._timers):
            timer.cancel()
        await asyncio.gather(*self._timers, return_exceptions=True)

    async def _later(
        self, base: str, press: Press, card: Mapping[str, Any], seconds: float
    ) -> None:
        await asyncio.sleep(seconds)
        waiting = self._waiting.get(base, [])
        if press not in waiting:
            return
        waiting.remove(press)
        if not waiting:
            del self._waiting[base]
        body = {
            "response_type": "update_template_card",
            "userids": [press.presser],  # the card of others stays as it is
            "template_card": card,
        }
        await _given(press, body)


async def _given(press: Press, body: Mapping[str, Any]) -> bool:
    try:
        await press.answer(body)
    except (Refused, NoAnswer, NotLive) as error:
        log.info("card_not_changed", error=type(error).__name__)
        return False
    return True
