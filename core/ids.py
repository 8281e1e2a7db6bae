"""Names of things: the identifiers that every room shares.

Primary keys are made by us and sort by time (RFC 9562, UUID version 7), so that the rows of a
batch go to the database together.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import NewType

SiteId = NewType("SiteId", str)
PersonId = NewType("PersonId", str)
DepartmentId = NewType("DepartmentId", str)
TicketId = NewType("TicketId", str)
TicketNumber = NewType("TicketNumber", str)
"""`JN-261123-007`: prefix, local date of the report, serial of the day; unique for ever."""
ChatId = NewType("ChatId", str)
"""`work`, `dm:PERSON` or `dept:DEPARTMENT`: a chat as the hospital names it, on any channel."""

RandomBits = Callable[[int], int]
_SEQUENCE_BITS = 12
_RANDOM_BITS = 62
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 10


class IdMaker:
    """Makes 32-digit hexadecimal UUIDv7 keys, strictly increasing within one maker."""

    def __init__(self, random_bits: RandomBits = secrets.randbits) -> None:
        self._random_bits = random_bits
        self._last = (0, 0)

    @classmethod
    def repeatable(cls, seed: int = 0) -> "IdMaker":
        """Return a maker whose keys depend on the seed and the instants alone."""
        return cls(Random(seed).getrandbits)  # noqa: S311 - repeatable on purpose, no secret

    def code(self) -> str:
        """Return ten letters and figures that nobody can guess, none that looks like another."""
        return "".join(_CODE_LETTERS[self._random_bits(5)] for _ in range(_CODE_LENGTH))

    def new(self, now: datetime) -> str:
        """Return the next key; a clock stepped back does not make it sort earlier."""
        millis, sequence = int(now.timestamp() * 1000), 0
        last_millis, last_sequence = self._last
        if millis <= last_millis:
            millis, sequence = last_millis, last_sequence + 1
            if sequence >> _SEQUENCE_BITS:
                millis, sequence = millis + 1, 0
        self._last = (millis, sequence)
        value = millis << 80 | 0x7 << 76 | sequence << 64 | 0b10 << _RANDOM_BITS
        return f"{value | self._random_bits(_RANDOM_BITS):032x}"
