"""Every entry of every lexicon file is found in a text that holds it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.ids import DepartmentId
from core.places import Department
from core.understanding import scan
from core.understanding.clauses import clauses_of
from core.understanding.directory import Directory
from core.understanding.doings import Doings
from core.understanding.normalise import normalise
from core.understanding.scan import Matcher
from core.understanding.vocabulary import Lexicons

FOLDER = Path(scan.__file__).with_name("lexicon")
INNERMOST = re.compile(r"\{([^{}]*)\}")


def spelled(notation: str) -> str:
    """Return one spelling of a notation: the first choice of each, the gaps closed."""
    while (choice := INNERMOST.search(notation)) is not None:
        notation = notation.replace(choice[0], choice[1].split("|")[0], 1)
    return notation.split("|")[0].replace("…", "").strip("^$")


def table(name: str) -> dict[str, object]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def things() -> Iterator[tuple[str, str]]:
    for name in ("devices", "consumables", "matters"):
        for entries in table(name).values():
            assert isinstance(entries, dict)
            for entry, words in entries.items():
                yield from ((entry, word) for word in (entry, *words))


def symptoms() -> Iterator[tuple[str, str]]:
    for entry, held in table("symptoms").items():
        assert isinstance(held, dict)
        yield from ((entry, word) for word in held["words"])


def rules(name: str) -> Iterator[tuple[str, str]]:
    held = table(name)["rule"]
    assert isinstance(held, list)
    for rule in held:
        yield from ((rule["name"], word) for word in rule.get("words", ()))


@pytest.fixture(scope="module")
def matcher(lexicons: Lexicons) -> Matcher:
    return Matcher(lexicons)


def missed(matcher: Matcher, entries: Iterator[tuple[str, str]]) -> list[str]:
    """Return the entries that are not found in a text of their own words."""
    lost = []
    for entry, notation in entries:
        text = normalise(spelled(notation))
        found = matcher._found(text, clauses_of(text))
        if entry not in {getattr(word.entry, "name", "") for word, _, _ in found}:
            lost.append(f"{entry}: {notation}")
    return lost


def test_every_word_for_a_thing_is_found(matcher: Matcher) -> None:
    assert missed(matcher, things()) == []


def test_every_word_for_a_symptom_is_found(matcher: Matcher) -> None:
    assert missed(matcher, symptoms()) == []


def test_every_cue_of_an_act_is_found(matcher: Matcher) -> None:
    assert missed(matcher, rules("acts")) == []


def test_every_cue_of_urgency_is_found(matcher: Matcher) -> None:
    assert missed(matcher, rules("urgency")) == []


def test_every_idiom_is_found_and_hides_the_fault_in_it(matcher: Matcher) -> None:
    idioms = table("idioms")
    for notation in (*idioms["words"], *idioms["alone"]):  # type: ignore[misc]
        found = matcher.scan(normalise(spelled(notation)))
        assert found.idioms, notation
        assert not [s for s in found.symptoms if not s.negated], notation


def test_every_doing_names_a_department_of_that_name(lexicons: Lexicons) -> None:
    for each in lexicons.doings:
        department = Department(DepartmentId("it"), each.name, "main", "", "")
        found = Doings(Directory([department], lexicons.specialties, {}), [each])
        lost = [w for w in each.names if not list(found.find(normalise(f"{w}那边"), None))]
        assert lost == [], each.name


def test_every_file_says_what_it_is_for() -> None:
    for file in FOLDER.glob("*.toml"):
        assert file.read_text(encoding="utf-8").startswith("# "), file.name
