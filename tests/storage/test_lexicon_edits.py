"""Laws of words added to a site's lexicon: what stands there stays, and what spoils it goes."""

from pathlib import Path

import pytest

from storage.lexicon_edits import Addition, WordKnown, add_word
from storage.lexicons import LexiconFault, read_lexicons

OURS = {
    "devices": '# 本院\n[printer]\n"大白" = [ "小白" ]  # 三楼\n\n[network]\n"路由" = []\n',
    "idioms": 'words = [\n    # 停车\n    "车…{坏|破}",\n]\n',
    "symptoms": '# 怎么坏\n"罢工" = { words = ["罢工"], category = "printer" }\n'
    '["躺平"]\nwords = ["躺平"]\n',
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "lexicon").mkdir()
    for name, text in OURS.items():
        (tmp_path / "lexicon" / f"{name}.toml").write_text(text, "utf-8")
    return tmp_path


ADDED = [
    (Addition("devices", "光猫", "光猫", "network"), '"路由" = []\n', '"光猫" = []\n'),
    (Addition("devices", "光猫", "路由", "network"), '"路由" = []', None),
    (Addition("devices", "老白", "大白", "printer"), '[ "小白" ]  # 三楼', None),
    (Addition("devices", "座机", "座机", "phone"), "", '\n[phone]\n"座机" = []\n'),
    (Addition("idioms", "没气了"), '    "车…{坏|破}",\n', '    "没气了",\n'),
    (Addition("symptoms", "歇菜", "罢工"), "", None),
    (Addition("symptoms", "歇菜", "躺平"), "", None),
    (Addition("symptoms", "歇菜", "歇菜"), "", '"歇菜" = {words = ["歇菜"]}\n'),
]


@pytest.mark.parametrize(("addition", "before", "new"), ADDED, ids=lambda value: str(value)[:40])
def test_every_line_that_was_there_stays_as_it_was(
    site: Path, addition: Addition, before: str, new: str | None
) -> None:
    path = site / addition.path
    old = path.read_text("utf-8")
    add_word(site, addition)
    text = path.read_text("utf-8")
    assert f'"{addition.word}"' in text
    kept = [line for line in old.splitlines() if line in text.splitlines()]
    assert len(old.splitlines()) - len(kept) <= (new is None)
    comments = [line.partition("#")[2] for line in old.splitlines() if "#" in line]
    assert all(comment in text for comment in comments)
    if new is not None:
        assert before + new in text or new in text


@pytest.mark.parametrize("addition", [addition for addition, *_ in ADDED], ids=str)
def test_what_was_added_is_read(site: Path, addition: Addition) -> None:
    found = add_word(site, addition)
    heads = [phrase.head for thing in found.things for phrase in thing.phrases]
    heads += [phrase.head for symptom in found.symptoms for phrase in symptom.phrases]
    heads += [phrase.head for phrase in found.idioms]
    assert addition.word in heads
    assert found == read_lexicons(site)
    with pytest.raises(WordKnown):
        add_word(site, addition)


def test_a_first_word_makes_folder_and_file(tmp_path: Path) -> None:
    add_word(tmp_path, Addition("devices", "光猫", "光猫", "network"))
    text = (tmp_path / "lexicon" / "devices.toml").read_text("utf-8")
    assert text.splitlines()[0].startswith("#")
    assert '[network]\n"光猫" = []\n' in text


def test_what_cannot_be_used_is_taken_back_with_file_and_line(site: Path, tmp_path: Path) -> None:
    with pytest.raises(LexiconFault) as refused:
        add_word(site, Addition("devices", "小白", "路由", "network"))
    assert (refused.value.path, refused.value.where) == ("devices.toml", "line 6")
    assert (site / "lexicon" / "devices.toml").read_text("utf-8") == OURS["devices"]


def test_what_cannot_be_used_leaves_no_new_file_or_folder(tmp_path: Path) -> None:
    with pytest.raises(LexiconFault):
        add_word(tmp_path, Addition("devices", "光猫", "光猫", "no such category"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", ["words = [", 'words = "one"\n'])
def test_a_broken_file_is_a_fault_and_stays(site: Path, broken: str) -> None:
    path = site / "lexicon" / "idioms.toml"
    path.write_text(broken, "utf-8")
    with pytest.raises(LexiconFault):
        add_word(site, Addition("idioms", "没气了"))
    assert path.read_text("utf-8") == broken


def test_line_ends_of_another_system_stay(site: Path) -> None:
    path = site / "lexicon" / "devices.toml"
    path.write_bytes(OURS["devices"].replace("\n", "\r\n").encode())
    add_word(site, Addition("devices", "老白", "大白", "printer"))
    assert path.read_bytes().count(b"\r\n") == OURS["devices"].count("\n")
