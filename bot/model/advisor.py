"""Which waiting messages a language model is asked about, and what is kept of its answers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.channels.base import InboundKind
from bot.context import ADVICE, identify, words_of
from bot.handlers.help import is_slashed
from bot.handlers.words import is_button
from bot.menu import COMMANDS
from bot.model.client import Asking, ModelClient
from bot.model.prompt import instructions, shown
from core.messages import InboxMessage
from core.site import Site
from core.understanding.advice import takes_advice, written
from core.understanding.read import Reader

_SPOKEN = frozenset({InboundKind.MESSAGE, InboundKind.EDIT})


@dataclass(frozen=True, slots=True)
class Advisor:
    """Asks a model about what the rules are unsure of, within the time that a message may wait."""

    client: ModelClient
    below: float
    """Readings less sure than this are asked about."""
    patience: timedelta
    """How long a message may wait for an answer, from its arrival."""

    async def advise(
        self, waiting: Sequence[InboxMessage], *, site: Site, reader: Reader, now: datetime
    ) -> list[InboxMessage]:
        """Return those that were asked about, with the advice in their bodies.

        Advice is empty where the model had none; who was asked about is not asked about again.
        All wait for the slowest answer, so that nobody is asked where one has waited half of the
        patience already.
        """
        asked = {
            each.id: asking
            for each in waiting
            if (asking := self._asking(each, site, reader)) is not None
        }
        left = self.patience - (now - min((m.received_at for m in waiting), default=now))
        if not asked or self.client.rests or left < self.patience / 2:
            return []
        departments, seconds = site.departments, min(left, self.patience).total_seconds()
        different = list(dict.fromkeys(asked.values()))
        answers = await asyncio.gather(
            *(self.client.ask(asking, departments, seconds) for asking in different)
        )
        kept = {
            asking: written(advice) if advice else ""
            for asking, advice in zip(different, answers, strict=True)
        }
        return [
            replace(message, body={**message.body, ADVICE: kept[asked[message.id]]})
            for message in waiting
            if message.id in asked
        ]

    def _asking(self, message: InboxMessage, site: Site, reader: Reader) -> Asking | None:
        """Return what to ask about the message; None where nothing is to be asked."""
        text = words_of(message, site)
        is_typed = not text or is_button(text) or is_slashed(text) or COMMANDS.fits(text)
        if message.kind not in _SPOKEN or ADVICE in message.body or is_typed:
            return None
        actor = identify(message, site)
        read = reader.read(text, role=actor.role, sender_department=actor.department)
        if not takes_advice(read, self.below):
            return None
        return Asking(instructions(tuple(site.departments.values())), shown(text, actor.role))
