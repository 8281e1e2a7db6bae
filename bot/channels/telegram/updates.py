"""Updates as they come in: kept under their numbers, and presses seen to that they are answered."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.base import Receive
from bot.channels.telegram.codec import address_in
from bot.channels.telegram.presses import Presses
from core.messages import Raw


@dataclass
class Updates:
    """Takes updates from polling and from the webhook alike."""

    presses: Presses
    bot_id: str
    receive: Receive

    async def take(self, payloads: Sequence[Mapping[str, Any]]) -> None:
        """Return once all are on the disk; those that came before stay as they are.

        A press is answered once something has come of it, or too much time has passed.
        """
        await self.receive([raw_of(self.bot_id, payload) for payload in payloads])
        for payload in payloads:
            press = payload.get("callback_query")
            if isinstance(press, Mapping) and "id" in press:
                self.presses.expect(str(press["id"]))


def raw_of(bot_id: str, payload: Mapping[str, Any]) -> Raw:
    """Return an update under its number; one without a number under a digest of itself.

    Numbers begin anew after a week of silence, so they are compared for being the same only.
    """
    number = payload.get("update_id")
    if not isinstance(number, int):
        whole = json.dumps(payload, sort_keys=True).encode()
        number = hashlib.sha256(whole).hexdigest()[:32]
    return Raw(f"{bot_id}:{number}", address_in(payload), dict(payload))
