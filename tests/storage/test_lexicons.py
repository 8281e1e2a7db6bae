"""Lexicon files: ours load, a site's are merged over, faults say where."""

from pathlib import Path

import pytest

from core.kinds import CATEGORIES
from core.understanding.result import Act
from storage.lexicons import LexiconFault, read_lexicons


def site_with(folder: Path, name: str, text: str) -> Path:
    (folder / "lexicon").mkdir()
    (folder / "lexicon" / name).write_text(text, encoding="utf-8")
    return folder


def test_our_own_lexicons_are_sound_and_cover_every_category_and_act() -> None:
    lexicons = read_lexicons()
    assert {thing.category for thing in lexicons.things} == set(CATEGORIES)
    spoken_for = {
        act
        for rule in lexicons.acts
        for points in rule.points.values()
        for act, value in points.items()
        if value > 0
    }
    assert spoken_for == set(Act)


def test_a_word_of_ours_may_get_more_words_at_a_site(tmp_path: Path) -> None:
    site = site_with(tmp_path, "devices.toml", '[printer]\n"打印机" = ["大白"]\n')
    words = {p.head for t in read_lexicons(site).things if t.name == "打印机" for p in t.phrases}
    assert {"大白", "打印机"} <= words


def test_a_rule_of_the_same_name_replaces_ours(tmp_path: Path) -> None:
    text = '[[rule]]\nname = "催"\nwords = ["快马加鞭"]\nward = { nudge = 9.0 }\n'
    rules = [
        r for r in read_lexicons(site_with(tmp_path, "acts.toml", text)).acts if r.name == "催"
    ]
    assert [[phrase.head for phrase in rule.phrases] for rule in rules] == [["快马加鞭"]]


def test_a_site_says_first_what_its_people_do(tmp_path: Path) -> None:
    text = '[specialties]\n"眼科" = ["小眼科"]\n[doings]\n"三楼配镜部" = ["配眼镜"]\n'
    lexicons = read_lexicons(site_with(tmp_path, "departments.toml", text))
    does = [each.name for each in lexicons.doings if "配眼镜" in each.names]
    assert (does[0], len(does) > 1) == ("三楼配镜部", True)
    assert "三楼配镜部" not in {each.name for each in lexicons.specialties}


RULE = '[[rule]]\nname = "甲"\n'
FAULTY = {
    "not TOML": ("devices.toml", "[printer]\nx = 1\ny\n", "", 3, "TOML"),
    "not UTF-8": ("devices.toml", "\udcff", "", 0, "UTF-8"),
    "category": ("devices.toml", '[fax]\n"传真" = []\n', "fax", 1, "没有类别"),
    "twice": ("devices.toml", '[printer]\n"甲" = ["乙"]\n"丙" = ["乙"]\n', "丙", 3, "已经是"),
    "empty": ("devices.toml", '[printer]\n"甲" = [""]\n', "甲", 2, "空的"),
    "no list": ("devices.toml", '[printer]\n"甲" = "乙"\n', "甲", 2, "一列加引号的词"),
    "no table": ("symptoms.toml", '"坏" = ["坏了"]\n', "坏", 1, "一张表"),
    "key": ("symptoms.toml", '"坏" = { words = ["坏了"], hue = "red" }\n', "坏", 1, "不认识的键"),
    "over": ("symptoms.toml", '"坏" = { words = ["坏了"], over = ["fax"] }\n', "坏", 1, "类别"),
    "outcome": ("acts.toml", RULE + 'words = ["乙"]\nany = { jump = 1 }\n', "甲", 2, "没有结果"),
    "no words": ("acts.toml", RULE + "any = { report = 1 }\n", "甲", 2, "至少要有一个"),
    "mark": ("acts.toml", RULE + 'needs = ["丁"]\nany = { report = 1 }\n', "甲", 2, "没有这些标记"),
    "braces": ("acts.toml", RULE + 'words = ["{乙"]\nany = { report = 1 }\n', "甲", 2, "花括号"),
    "rule key": ("acts.toml", RULE + 'word = ["乙"]\n', "甲", 2, "不认识的键"),
    "number": ("acts.toml", RULE + 'words = ["乙"]\nany = { report = "1" }\n', "甲", 2, "数字"),
    "two of a name": ("acts.toml", 2 * (RULE + 'words = ["乙"]\n'), "甲", 2, "同名"),
    "no rules": ("acts.toml", '[other]\nwords = ["乙"]\n', "", 0, "rule"),
    "file": ("jokes.toml", "", "", 0, "没有这种词表"),
}


@pytest.mark.parametrize(("name", "text", "where", "line", "problem"), FAULTY.values(), ids=FAULTY)
def test_a_fault_says_file_line_and_key(
    tmp_path: Path, name: str, text: str, where: str, line: int, problem: str
) -> None:
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(LexiconFault, match=problem) as raised:
        read_lexicons(tmp_path)
    assert (raised.value.path, raised.value.where, raised.value.line) == (name, where, line)
    assert str(raised.value).startswith(f"{name} 第 {line} 行" if line else f"{name}：")
