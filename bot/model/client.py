"""A language model behind an OpenAI-compatible address, asked one thing at a time.

Whatever it does, the asker gets checked advice or none, within the time that he gave. Neither what
was asked, nor what came back, nor the key is ever logged.
"""

import json
import time
from collections import OrderedDict
from collections.abc import Callable, Container
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout

from core.ids import DepartmentId
from core.understanding.advice import Advice, read_advice

log = structlog.get_logger(__name__)
MOST_BYTES: Final = 16 * 1024
"""Of an answer; a longer one is refused unread."""
MOST_TOKENS: Final = 200
MOST_KEPT: Final = 1000
"""Answers remembered."""
FAILURES: Final = 3
"""In a row, until the model is left alone."""
REST_SECONDS: Final = 60.0
_OK: Final = 200


class Fault(StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "unreachable"
    LATE = "late"
    REFUSED = "refused"
    """Any status but 200."""
    HUGE = "huge"
    UNUSABLE = "unusable"


class ModelFault(Exception):
    """The model gave no answer that can be used."""

    def __init__(self, fault: Fault, status: int | None = None) -> None:
        super().__init__(fault)
        self.fault = fault
        self.status = status
        """What the server answered with, where it refused."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One question: the same question has the same answer."""

    instructions: str
    message: str


class ModelClient:
    """Asks, remembers, and leaves a model alone that has failed too often."""

    def __init__(
        self, url: str, key: str, name: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._key = key
        self._name = name
        self._clock = clock
        self._session: ClientSession | None = None
        self._kept: OrderedDict[Asking, Advice] = OrderedDict()
        self._failed = 0
        self._rests_until: float | None = None

    @property
    def rests(self) -> bool:
        """Whether it failed too often just now to be asked again."""
        return self._rests_until is not None and self._clock() < self._rests_until

    async def ask(
        self, asking: Asking, departments: Container[DepartmentId], seconds: float
    ) -> Advice | None:
        """Return the model's advice, or None after `seconds` at the latest."""
        if asking in self._kept:
            self._kept.move_to_end(asking)
            return self._kept[asking]
        if self.rests:
            return None
        try:
            advice = await self.fetch(asking, departments, seconds)
        except ModelFault as fault:
            self._note_failure(fault)
            return None
        self._failed, self._rests_until = 0, None
        self._kept[asking] = advice
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return advice

    async def fetch(
        self, asking: Asking, departments: Container[DepartmentId], seconds: float
    ) -> Advice:
        """Return the model's advice, asked anew whatever was remembered.

        Raises:
            ModelFault: there is none.
        """
        try:
            body = await self._posted(asking, seconds)
        except TimeoutError as error:
            raise ModelFault(Fault.LATE) from error
        except (ClientError, OSError, ValueError) as error:
            raise ModelFault(Fault.UNREACHABLE) from error
        advice = read_advice(_content(body), departments)
        if advice is None:
            raise ModelFault(Fault.UNUSABLE)
        return advice

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def _posted(self, asking: Asking, seconds: float) -> bytes:
        if self._session is None:
            self._session = ClientSession(trust_env=False)
        async with self._session.post(
            self._url,
            json=self._request(asking),
            headers=self._headers(),
            timeout=ClientTimeout(total=seconds),
            allow_redirects=False,  # the key is for this address alone
        ) as response:
            if response.status != _OK:
                raise ModelFault(Fault.REFUSED, response.status)
            body = b""
            async for part in response.content.iter_any():
                body += part
                if len(body) > MOST_BYTES:
                    raise ModelFault(Fault.HUGE)
            return body

    def _headers(self) -> dict[str, str]:
        plain = {"Accept-Encoding": "identity"}
        return plain | {"Authorization": f"Bearer {self._key}"} if self._key else plain

    def _request(self, asking: Asking) -> dict[str, Any]:
        return {
            "model": self._name,
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "response_format": {"type": "json_object"},
            "messages": [
                {"role": "system", "content": asking.instructions},
                {"role": "user", "content": asking.message},
            ],
        }

    def _note_failure(self, fault: ModelFault) -> None:
        self._failed += 1
        log.info("model_failed", fault=fault.fault, status=fault.status)
        if self._failed >= FAILURES and not self.rests:
            self._rests_until = self._clock() + REST_SECONDS
            log.warning("model_rested", seconds=REST_SECONDS)


def _content(body: bytes) -> str:
    """Return the words of the answer; empty where the answer has another form."""
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return content if isinstance(content, str) else ""
