"""Who is meant where a text names only a floor."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from core.ids import DepartmentId
from core.places import Department
from core.understanding.directory import Directory
from core.understanding.normalise import normalise
from core.understanding.passing import ASKS_FOR, PROXY, speaks_of_own
from core.understanding.placement import CORRECTED, Placement
from core.understanding.slots import floors

_ERRAND_BEFORE: Final = re.compile(
    r"(?:[去往跑到下上借拿搬放送寄]|[机东货]器?西?在|带[他她它人]去|还在|堆在|存在|放在)$"
)
_ERRAND_AFTER: Final = re.compile(r"(?:的)?(?:仓库|库房|窗口|大厅交|领|取|拿|借|办)")
"""Around a floor where the sender went or something lies; his trouble is elsewhere."""
_ABOUT_WARD: Final = re.compile(r"护士站|病区|病房|床|护士|医嘱|病人")

_RANGE: Final = re.compile(r"[\d一二三四五六七八九十](?:楼|层)?[到至~-]\d{1,2}(?:楼|层)")
"""Several floors at once are nobody's own."""
_LIFT_AT: Final = re.compile(r"电?梯[^,。;!?]{0,8}(?:卡|停|困|悬|关|堵|吊|夹)[在到着]?$")
"""Before a floor where a lift hangs, which is no ward's fault."""

_OF_NOBODY: Final = re.compile(
    r"弱电|强电|配电|楼梯|走廊|过道|防火门|消防门|电梯|卫生间|洗手间|开水|阳台|窗户外"
)
"""On a floor with several wards these are nobody's own."""
_WARD_NAMED: Final = re.compile(r"护士站|我们")


class Floors:
    """The departments of one hospital by floor."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def place(self, text: str, own: DepartmentId | None) -> Placement | None:
        """Return what the first floor named tells, None if no floor of ours is named.

        A floor names its ward only where one fits; else those on it are the options.
        """
        found = [f for f in floors(text) if _is_place(text, f[1])]
        if not found or _RANGE.search(text):
            return None
        home = self._directory.departments.get(own) if own is not None else None
        if home is not None:
            found = [f for f in found if not _is_errand(text, f[1], f[2])]
            if not found:
                return None
        behalf = [f for f in found if _is_behalf(text, f[1], f[2])]
        if behalf:
            found = behalf
        elif home is not None and (speaks_of_own(text) or len(found) > 1):
            found = [f for f in found if f[0] == normalise(home.floor)]
            if not found:
                return None
        floor, start, end = found[0]
        about_ward = _ABOUT_WARD.search(text) is not None
        named = Placement(why=f"楼层“{text[start:end]}”", spans=((start, end),))
        buildings = [b for b in self._directory.buildings if b in text]
        elsewhere = home is None or (buildings and normalise(home.building) not in buildings)
        if home is not None and home.floor == floor and not elsewhere:
            return replace(named, department=home.id)
        groups = list(self._of_floor(floor, home, buildings))
        if not groups:
            return None
        is_ward = self._directory.is_ward
        group = next((g for g in groups if about_ward and any(map(is_ward, g))), groups[0])
        is_bed_place = is_ward if home is not None else self._directory.may_have_beds
        wards = tuple(filter(is_bed_place, group))
        is_shared = _OF_NOBODY.search(text, end) and not _WARD_NAMED.search(text)
        if is_shared and len(group) > 1:
            return replace(named, options=group)
        if len(wards) == 1 and (about_ward or len(group) == 1) and self._is_near(group, home):
            return replace(named, department=wards[0])
        options = wards if wards and about_ward else group
        return replace(named, options=options)

    def _of_floor(
        self, floor: str, home: Department | None, buildings: Sequence[str]
    ) -> Iterator[tuple[DepartmentId, ...]]:
        """Yield who is on a floor: of the building named, else of the sender's own building, then
        of his campus, then of the hospital; leave out where there is nobody.
        """
        on_floor = self._directory.on_floor
        if buildings:
            groups = [on_floor(floor, building=buildings[0])]
        else:
            groups = [on_floor(floor)]
            if home is not None:
                near = on_floor(floor, building=normalise(home.building), campus=home.campus)
                groups = [near, on_floor(floor, campus=home.campus), *groups]
        yield from (group for group in groups if group)

    def _is_near(self, group: Sequence[DepartmentId], home: Department | None) -> bool:
        """Whether the sender may mean it without saying so: it is on his own campus."""
        return home is None or self._directory.departments[group[0]].campus == home.campus


def _is_place(text: str, start: int) -> bool:
    """Return whether the floor is not taken back at once, nor only where a lift hangs."""
    before = text[:start]
    return not (CORRECTED.search(before[-4:]) or _LIFT_AT.search(before[-12:]))


def _is_behalf(text: str, start: int, end: int) -> bool:
    """Return whether the sender speaks for those of the floor."""
    before, after = text[max(0, start - 6) : start], text[end : end + 14]
    return bool(PROXY.search(before) or ASKS_FOR.match(after))


def _is_errand(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 3) : start], text[end:]
    return bool(_ERRAND_BEFORE.search(before) and _ERRAND_AFTER.match(after))
