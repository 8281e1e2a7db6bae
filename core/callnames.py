"""What colleagues call one another: 小李, 李工, 强哥, 黄师傅."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from core.people import Person

_LONG_TITLES: Final = (
    *("师傅", "老师", "主任", "主管", "经理", "班长", "组长", "队长"),
    *("护士长", "护士", "医生", "大夫", "科长", "院长"),
)
_SHORT_TITLES: Final = ("工", "师", "总", "哥", "姐")
_BEFORE: Final = ("小", "老", "阿", "大")
_TWO_CHARACTER_SURNAMES: Final = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "尉迟", "公孙", "慕容", "令狐", "皇甫", "司徒")
)


@lru_cache(maxsize=4096)
def call_names(name: str) -> frozenset[str]:
    """Return the ways to call someone of this full name, the name itself among them.

    A name that already is a way to call someone (蒋主任, 信息科李工) also answers to its
    surname with the title (李工).
    """
    title = _title_of(name)
    if title:
        return frozenset((name, name[: -len(title)][-1] + title))
    surname = name[:2] if name[:2] in _TWO_CHARACTER_SURNAMES else name[:1]
    given = name[len(surname) :]
    titles = (*_LONG_TITLES, *_SHORT_TITLES)
    forms = {name, *(word + surname for word in _BEFORE), *(surname + word for word in titles)}
    if given:
        last = given[-1]
        forms |= {f"小{last}", f"阿{last}", f"{last}哥", f"{last}姐", f"{last}工"}
    if len(given) > 1:
        forms.add(given)
    return frozenset(forms)


def _title_of(name: str) -> str:
    """Return the title in which a name ends, empty where it is a plain name."""
    for title in _LONG_TITLES:
        if name.endswith(title) and len(name) > len(title):
            return title
    # A plain name may have three characters and end in one of these: 王建工.
    is_plain = len(name) in (1, 3)
    return "" if is_plain or name[-1:] not in _SHORT_TITLES else name[-1:]


def named(text: str, people: Iterable[Person]) -> tuple[Person, ...]:
    """Return who is meant by a name that stands alone; full names beat all other forms."""
    wanted = text.strip().lstrip("@").strip()
    if not wanted:
        return ()
    everyone = tuple(people)
    exact = tuple(person for person in everyone if person.name == wanted)
    return exact or tuple(person for person in everyone if wanted in call_names(person.name))
