"""Whom a contract wants told of something, beside those who work on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.events import Json


class Occasion(StrEnum):
    """What there is to tell."""

    PROGRESS = "progress"
    """How a grave fault stands, again and again."""
    REPLAN = "replan"
    """A limit will not be met: why, and the new time."""
    GRADE = "grade"
    """A grade was decided."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who is told on an occasion."""

    occasion: Occasion
    to: tuple[str, ...]
    """Roles: those of people.csv, `assignee`, `neighbour`, `requester`."""
    clause: str
    """Clause, or a note that it is the site's own setting."""

    def to_json(self) -> Json:
        """Return plain JSON."""
        return {"occasion": self.occasion.value, "to": list(self.to), "clause": self.clause}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Recipients":
        """Return what `to_json` wrote down."""
        return cls(Occasion(value["occasion"]), tuple(value["to"]), value["clause"])
