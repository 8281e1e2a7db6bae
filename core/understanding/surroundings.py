"""Which departments a text speaks of by where they are and what they are: floor, house, beds."""

import re
from typing import Final

from core.ids import DepartmentId
from core.places import Department
from core.understanding.directory import Directory
from core.understanding.normalise import normalise
from core.understanding.slots import floors

_ON_FLOOR: Final = 0.8
_IN_HOUSE: Final = 1.0
"""Added where the house of that floor is spoken of, too."""
_NEXT_FLOOR: Final = 0.6
_OF_THAT_KIND: Final = 0.3
_OF_CAMPUS: Final = 0.2
"""Of the sender's own."""
_OFF_CAMPUS: Final = -1.0
"""Of another than the text names."""

_ABOUT_BEDS: Final = re.compile("病区|病房|床|护士|医嘱|病人")
_ABOUT_DAY: Final = re.compile("诊区|诊室|门诊")
_STEPS: Final = {"楼上": 1, "楼下": -1}
_HOUSE_END: Final = re.compile("(?:综合|大)?(?:楼|栋|座|院区)$")
_SHORTEST_STEM: Final = 2


class Surroundings:
    """What one text says of floors, houses and campuses."""

    def __init__(self, text: str, own: DepartmentId | None, directory: Directory) -> None:
        """Take a normalised text; `own` is the sender's department."""
        self._directory = directory
        self._home = directory.departments[own] if own is not None else None
        spoken = list(floors(text))
        self._floors = {floor for floor, _, _ in spoken}
        before = [text[:start] for _, start, _ in spoken]
        self._houses = {h for h in directory.buildings if _is_house_of(h, text, before)}
        self._next_floors = _next_floors(text, self._home)
        self._campus = directory.campus_in(text)
        self._is_about_beds = _ABOUT_BEDS.search(text) is not None
        self._is_about_day = _ABOUT_DAY.search(text) is not None

    def speak_for(self, each: Department) -> float:
        """Return how much speaks for a department, below 0 for what speaks against it."""
        house, floor = normalise(each.building), normalise(each.floor)
        points = 0.0
        if floor in self._floors:
            points += _ON_FLOOR + _IN_HOUSE * (house in self._houses)
        if self._home is not None:
            is_near = floor in self._next_floors and house == normalise(self._home.building)
            points += _NEXT_FLOOR * is_near + _OF_CAMPUS * (each.campus == self._home.campus)
        if self._campus not in (None, each.campus):
            points += _OFF_CAMPUS
        beds = self._is_about_beds and self._directory.is_ward(each.id)
        day = self._is_about_day and _ABOUT_DAY.search(each.name) is not None
        return points + _OF_THAT_KIND * (beds + day)


def _is_house_of(house: str, text: str, before: list[str]) -> bool:
    """Return whether a house is written out, or shortened before a floor: 颐康3楼 of 颐康楼."""
    stem = _HOUSE_END.sub("", house)
    is_short = len(stem) >= _SHORTEST_STEM and any(b.endswith(stem) for b in before)
    return is_short or house in text


def _next_floors(text: str, home: Department | None) -> frozenset[str]:
    """Return the floor above the sender's or below it where he speaks of one."""
    if home is None or not home.floor.isdigit():
        return frozenset()
    return frozenset(str(int(home.floor) + step) for word, step in _STEPS.items() if word in text)
