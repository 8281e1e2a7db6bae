"""Laws of `learn`: what it lists, keeps, adds and drops, and what it refuses in one line."""

import asyncio
import json
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app.main import FAILED, OK, WRONG, main
from benchmarks.understanding import read_all
from core.examples import Example, ExampleState
from storage.lexicons import read_lexicons
from tests.desk import DEMO, Stage, a_desk
from tests.factories import MINUTE

NOT_A_REPORT = "老王的电动车坏了，谁有打气筒"
DEVICES = """# 本院的词
[printer]
"大白" = [
    "小白",  # 三楼那台
]

# 网络
[network]
"路由" = ["小路由"]  # 走廊
"""


@dataclass
class Reviewed:
    """A hospital whose examples are reviewed at the terminal."""

    url: str
    site: Path
    capsys: pytest.CaptureFixture[str]

    def learn(self, *words: str) -> tuple[int, list[str]]:
        """Return exit code and what was said; faults go to standard error alone."""
        code = main(["learn", "--site", str(self.site), "--db", self.url, *words])
        said = self.capsys.readouterr()
        assert bool(said.err) == (code != OK)
        assert code == OK or said.out == ""
        return code, (said.err or said.out).splitlines()

    def said(self, *turns: tuple[str, str]) -> None:
        """Let people write, a minute apart."""

        async def write(stage: Stage) -> None:
            for person, text in turns:
                await stage.say(person, text)
                stage.clock.now += MINUTE

        self.play(write)

    def play(self, scene: Callable[[Stage], Coroutine[Any, Any, None]]) -> None:
        async def run() -> None:
            async with a_desk(self.url) as stage:
                await scene(stage)

        asyncio.run(run())

    def examples(self) -> list[Example]:
        found: list[Example] = []

        async def read(stage: Stage) -> None:
            async with stage.desk.unit(stage.now) as uow:
                found.extend(await uow.examples.ending(""))

        self.play(read)
        return found

    @property
    def only(self) -> str:
        (example,) = self.examples()
        return example.id[-6:]

    @property
    def labelled(self) -> list[dict[str, Any]]:
        lines = (self.site / "messages.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def hospital(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Reviewed:
    shutil.copytree(DEMO, tmp_path / "site")
    return Reviewed(sqlite_url, tmp_path / "site", capsys)


def test_nothing_to_review_is_said_in_one_line(hospital: Reviewed) -> None:
    code, (line,) = hospital.learn()
    assert (code, line.startswith("没有待看的改正")) == (OK, True)


def test_examples_are_listed_oldest_first_a_block_each(hospital: Reviewed) -> None:
    hospital.said(
        ("n-resp", "6楼护士站打印机卡纸了，电话13812345678"),
        ("n-resp", "改成网络"),
        ("n-card", "帮修一下空调漏水"),
        ("d-he", "002 不是报修"),
    )
    code, lines = hospital.learn()
    first, second = (example.id[-6:] for example in hospital.examples())
    assert code == OK
    assert lines[2:] == [
        "",
        f"{first}  黄丽改正，2026-11-23 09:01",
        "  护士：6楼护士站打印机卡纸了，电话138****5678",
        "  读作 打印机 → 应为 网络",
        "",
        f"{second}  何苗改正，2026-11-23 09:03",
        "  护士：帮修一下空调漏水",
        "  读作 报修 → 应为 闲聊",
    ]


def test_what_is_kept_is_a_labelled_message_that_the_benchmark_reads(hospital: Reviewed) -> None:
    hospital.said(("n-resp", "6楼护士站打印机卡纸了"), ("n-resp", "改成网络"))
    code, (line,) = hospital.learn("--keep", hospital.only)
    assert (code, "messages.jsonl" in line) == (OK, True)
    (labelled,) = hospital.labelled
    assert labelled | {"id": ""} == {
        "id": "",
        "text": "6楼护士站打印机卡纸了",
        "role": "nurse",
        "sender_department": "ward-resp",
        "act": "report",
        "department": "ward-resp",
        "category": "network",
        "urgency": "normal",
        "quantity": None,
        "source": "correction",
    }
    (reading,) = read_all(hospital.site / "messages.jsonl", hospital.site)
    assert reading.is_right
    assert hospital.examples()[0].state is ExampleState.KEPT
    assert hospital.learn()[1][0].startswith("没有待看")


def test_a_message_has_one_line_with_all_that_was_kept_of_it(hospital: Reviewed) -> None:
    (hospital.site / "messages.jsonl").write_text('{"id": "old"}\nno line of ours\n', "utf-8")
    hospital.said(
        ("n-resp", "6楼护士站打印机卡纸了"), ("n-resp", "改成网络"), ("n-resp", "改成紧急")
    )
    one, two = hospital.examples()
    hospital.learn("--keep", one.id)
    hospital.learn("--keep", two.id[-8:])
    hospital.learn("--keep", two.id[-8:])
    lines = (hospital.site / "messages.jsonl").read_text("utf-8").splitlines()
    assert lines[:2] == ['{"id": "old"}', "no line of ours"]
    assert len(lines) == 3
    labelled = json.loads(lines[2])
    assert (labelled["category"], labelled["urgency"]) == ("network", "urgent")


@pytest.mark.parametrize(
    ("report", "said", "labels"),
    [
        ("帮修一下空调漏水", "不是报修", ("chatter", None, None, None)),
        ("帮修一下空调漏水", "改成咨询", ("question", None, "facility", None)),
        ("骨科打印机卡纸了", "改成领用", ("supply", "ward-orth", "printer", "normal")),
        ("打印机卡纸了", "改成需求", ("change", "ward-resp", "printer", None)),
        ("打印机卡纸了", "说错了，是骨科的打印机", ("report", "ward-orth", "printer", "normal")),
    ],
)
def test_labels_keep_to_the_guide_whatever_was_put_right(
    hospital: Reviewed, report: str, said: str, labels: tuple[str | None, ...]
) -> None:
    hospital.said(("n-resp", report), ("n-resp", said))
    assert hospital.learn("--keep", hospital.only)[0] == OK
    (labelled,) = hospital.labelled
    fields = ("act", "department", "category", "urgency")
    assert tuple(labelled[field] for field in fields) == labels


def test_what_was_missed_is_labelled_as_a_report_of_its_author(hospital: Reviewed) -> None:
    _missed(hospital, "n-orth", "护士站的老黑今天又歇菜，唉")
    assert hospital.learn("--keep", hospital.only)[0] == OK
    (labelled,) = hospital.labelled
    assert (labelled["act"], labelled["department"]) == ("report", "ward-orth")
    assert (labelled["category"], labelled["urgency"]) == ("other", "normal")


def _missed(hospital: Reviewed, person: str, text: str) -> None:
    async def scene(stage: Stage) -> None:
        key = await stage.say(person, text)
        await stage.write(person, "这是报修", reply_to=key)
        await stage.settle()

    hospital.play(scene)


def test_a_word_of_a_thing_goes_under_the_right_category_and_is_read_so(
    hospital: Reviewed,
) -> None:
    lexicon = hospital.site / "lexicon"
    lexicon.mkdir()
    (lexicon / "devices.toml").write_text(DEVICES, "utf-8")
    hospital.said(("n-resp", "护士站飞天盒灯不亮"), ("n-resp", "改成网络"))
    code, lines = hospital.learn("--word", hospital.only, "飞天盒灯")
    assert code == OK
    assert lines[1:] == [
        "以前读作 报修｜水电设施｜呼吸与危重症医学科病区｜普通",
        "现在读作 报修｜网络｜呼吸与危重症医学科病区｜普通",
    ]
    assert (lexicon / "devices.toml").read_text("utf-8") == DEVICES + '"飞天盒灯" = []\n'
    assert not list(lexicon.glob(".*"))


def test_a_word_may_stand_for_a_thing_that_is_known(hospital: Reviewed) -> None:
    lexicon = hospital.site / "lexicon"
    lexicon.mkdir()
    (lexicon / "devices.toml").write_text(DEVICES, "utf-8")
    hospital.said(("n-resp", "护士站飞天盒灯不亮"), ("n-resp", "改成网络"))
    assert hospital.learn("--word", hospital.only, "飞天盒灯", "--as", "路由")[0] == OK
    after = (lexicon / "devices.toml").read_text("utf-8")
    assert after == DEVICES.replace('["小路由"]', '["小路由", "飞天盒灯"]')
    code, (line,) = hospital.learn("--word", hospital.only, "飞天盒灯", "--as", "路由")
    assert (code, "已经有" in line) == (WRONG, True)


def test_words_that_are_no_report_become_an_idiom(hospital: Reviewed) -> None:
    hospital.said(("n-resp", "电脑死机是我们组的队名"), ("n-resp", "不是报修"))
    code, lines = hospital.learn("--word", hospital.only, "电脑死机是我们组")
    assert code == OK
    assert lines[1].startswith("以前读作 报修")
    assert lines[2].startswith("现在读作 闲聊")
    text = (hospital.site / "lexicon" / "idioms.toml").read_text("utf-8")
    assert '"电脑死机是我们组"' in text
    assert text.startswith("#")


def test_words_of_a_report_that_was_missed_become_a_symptom(hospital: Reviewed) -> None:
    _missed(hospital, "n-orth", "护士站的老黑又耍大牌，唉")
    code, lines = hospital.learn("--word", hospital.only, "耍大牌", "--as", "打印不出")
    assert code == OK
    assert lines[1].startswith("以前读作 闲聊")
    assert lines[2].startswith("现在读作 报修｜打印机")
    shipped = next(s for s in read_lexicons().symptoms if s.name == "打印不出")
    ours = read_lexicons(hospital.site).symptoms[-1]
    assert (ours.name, ours.category, ours.otherwise, ours.over) == (
        "打印不出",
        shipped.category,
        shipped.otherwise,
        shipped.over,
    )


def test_a_word_that_is_known_already_is_not_added_again(hospital: Reviewed) -> None:
    _missed(hospital, "n-orth", "护士站的老黑今天又歇菜，唉")
    code, (line,) = hospital.learn("--word", hospital.only, "歇菜")
    assert (code, "已经有“歇菜”" in line) == (WRONG, True)


def test_a_word_that_does_not_help_is_added_and_said_to_be_of_no_help(hospital: Reviewed) -> None:
    hospital.said(("n-resp", "护士站飞天盒灯不亮"), ("n-resp", "改成网络"))
    code, lines = hospital.learn("--word", hospital.only, "护士站飞")
    assert code == OK
    assert lines[-1] == "还应为 网络，可以再换一个词。"


def test_a_word_that_spoils_the_lexicon_leaves_the_file_as_it_was(hospital: Reviewed) -> None:
    lexicon = hospital.site / "lexicon"
    lexicon.mkdir()
    text = DEVICES.replace('"小路由"', '"飞天盒灯"')
    (lexicon / "devices.toml").write_text(text, "utf-8")
    hospital.said(("n-resp", "护士站飞天盒灯不亮"), ("n-resp", "改成网络"))
    code, (line,) = hospital.learn("--word", hospital.only, "飞天盒灯")
    assert code == WRONG
    assert line.startswith("没有加：lexicon/devices.toml 第 10 行：")
    assert (lexicon / "devices.toml").read_text("utf-8") == text


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("交换机", "没有“交换机”"),
        ("飞", "至少两个字"),
        ("{飞天盒|灯}", "符号"),
        ("打印机", "没有“打印机”"),
    ],
)
def test_what_is_no_word_of_the_message_is_refused(
    hospital: Reviewed, word: str, problem: str
) -> None:
    hospital.said(("n-resp", "护士站飞天盒灯不亮"), ("n-resp", "改成网络"))
    code, (line,) = hospital.learn("--word", hospital.only, word)
    assert (code, problem in line) == (WRONG, True), line
    assert not (hospital.site / "lexicon").exists()


def test_a_word_of_another_category_is_not_taken_away_from_it(hospital: Reviewed) -> None:
    hospital.said(("n-resp", "6楼护士站打印机卡纸了"), ("n-resp", "改成网络"))
    for words in (("打印机",), ("护士站打印机", "--as", "打印机")):
        code, (line,) = hospital.learn("--word", hospital.only, *words)
        assert (code, "属于“打印机”" in line) == (WRONG, True)


def test_how_urgent_or_where_is_learned_by_no_word(hospital: Reviewed) -> None:
    hospital.said(("n-resp", "6楼护士站打印机卡纸了"), ("n-resp", "改成紧急"))
    code, (line,) = hospital.learn("--word", hospital.only, "卡纸")
    assert (code, "--keep" in line) == (WRONG, True)


def test_what_is_dropped_is_listed_no_more(hospital: Reviewed) -> None:
    hospital.said(("n-resp", "帮修一下空调漏水"), ("n-resp", "不是报修"))
    assert hospital.learn("--drop", hospital.only)[0] == OK
    assert hospital.learn()[1][0].startswith("没有待看")
    assert not (hospital.site / "messages.jsonl").exists()


def test_an_unknown_or_ambiguous_id_is_refused_in_one_line(hospital: Reviewed) -> None:
    hospital.said(("n-resp", "6楼护士站打印机卡纸了"), ("n-resp", "改成网络"))
    for order in (("--keep", "zzzz"), ("--drop", hospital.only[-2:]), ("--word", "%%%%", "卡纸")):
        code, (line,) = hospital.learn(*order)
        assert (code, "没有编号" in line) == (WRONG, True)

    async def twin(stage: Stage) -> None:
        async with stage.desk.unit(stage.now) as uow:
            (one,) = await uow.examples.unseen()
            await uow.examples.put(_twin(one))

    tail = hospital.only
    hospital.play(twin)
    code, (line,) = hospital.learn("--keep", tail)
    assert (code, "对得上 2 条" in line) == (WRONG, True)


def _twin(example: Example) -> Example:
    return replace(example, id="ff" + example.id[2:], message="another")


@pytest.mark.parametrize(
    "words",
    [("--as", "路由"), ("--keep", "a", "--drop", "b"), ("--word", "a"), ("--keep",)],
)
def test_wrong_use_is_one_line(hospital: Reviewed, words: tuple[str, ...]) -> None:
    code, lines = hospital.learn(*words)
    assert (code, len(lines)) == (WRONG, 1)
    assert not [word for word in lines[0].split() if word.isalpha() and word.isascii()]


def test_without_a_database_nothing_is_made(hospital: Reviewed, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    hospital.url = f"sqlite:///{missing}"
    code, (line,) = hospital.learn()
    assert (code, "没有数据库" in line, missing.exists()) == (FAILED, True, False)
