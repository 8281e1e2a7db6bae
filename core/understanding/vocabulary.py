"""What the reader of messages knows of the trade: things, faults, cues, places, specialties.

Values only; the files that they come from are read elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.understanding.linear import Rows
from core.understanding.phrases import Phrase


class ThingKind(StrEnum):
    """What a noun of the trade is to a service desk."""

    DEVICE = "device"
    """Something that breaks, is installed or moved."""
    CONSUMABLE = "consumable"
    """Something that is used up and brought."""
    MATTER = "matter"
    """What is worked on (orders, films, bills): it hints at a category and is no device."""


class Side(StrEnum):
    """Who speaks: the same words mean different acts."""

    WARD = "ward"
    """Those who report."""
    CREW = "crew"
    """Those who repair and deliver."""
    OFFICE = "office"
    """Desk, supervisor and administrator."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A device, a consumable or a matter, and every word for it."""

    kind: ThingKind
    name: str
    category: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Symptom:
    """One way in which things misbehave."""

    name: str
    phrases: tuple[Phrase, ...]
    category: str | None = None
    """The category of the fault whatever matter is named; a device says more."""
    otherwise: str | None = None
    """The category where nothing is named at all."""
    over: frozenset[str] = frozenset()
    """Device categories that this symptom's own category outranks."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Points for outcomes (acts or urgencies), where words are there and marks agree."""

    name: str
    points: Mapping[Side, Mapping[str, float]]
    phrases: tuple[Phrase, ...] = ()
    """Empty: the marks alone decide."""
    needs: frozenset[str] = frozenset()
    """Marks or names of rules whose words were found, all of which must be there."""
    unless: frozenset[str] = frozenset()
    """None of these may be there."""


@dataclass(frozen=True, slots=True)
class Specialty:
    """A medical or administrative speciality and what people call it."""

    name: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicons:
    """All lexicons of one site."""

    things: tuple[Thing, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    acts: tuple[Rule, ...] = ()
    urgencies: tuple[Rule, ...] = ()
    idioms: tuple[Phrase, ...] = ()
    """What looks like a fault of ours and is none."""
    lone_idioms: tuple[Phrase, ...] = ()
    """Idioms that are none in a clause that names a thing of ours."""
    covers: tuple[Phrase, ...] = ()
    """What merely contains a word of ours: 窗口 is no window."""
    places: tuple[str, ...] = ()
    """Places that every department has; never taken for a department."""
    specialties: tuple[Specialty, ...] = ()
    doings: tuple[Specialty, ...] = ()
    """What the people of a department do, by which others call them, instead of its names."""
    models: Mapping[str, Rows] = field(default_factory=dict)
    """Rows of the models `acts`, `categories`, `urgency`, see `core.understanding.linear`."""
