"""Acts, parts and reasons: the same words from different people, and words that mislead."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.ids import DepartmentId
from core.understanding.context import Context
from core.understanding.read import Reader
from core.understanding.result import OPENING_ACTS, Act, Understanding
from core.understanding.vocabulary import Lexicons
from storage.lexicons import read_lexicons
from tests.core.understanding.wards import WARDS

ANYBODY = Reader(read_lexicons(), ())
CUES = (
    "还没",
    "不是",
    "打印机",
    "卡纸",
    "，",
    "什么时候",
    "神内二科",
    "提示“",
    "3楼",
    "…",
    "a.",
    " ",
)


def read(text: str, role: str = "nurse", context: Context | None = None) -> Understanding:
    return ANYBODY.read(text, role=role, sender_department=None, context=context)


@given(st.text(st.characters(), max_size=80), st.sampled_from(["nurse", "engineer", "desk", "x"]))
@example("\ud800\x00\u202e\u200b", "nurse")
@example("😀" * 50, "nurse")
@settings(deadline=None)
def test_no_text_makes_it_raise(text: str, role: str) -> None:
    assert 0.0 <= read(text, role).confidence <= 1.0


@given(st.lists(st.sampled_from(CUES), max_size=200))
@settings(deadline=None, max_examples=50)
def test_cues_repeated_at_will_are_read(cues: list[str]) -> None:
    assert read("".join(cues)).act in Act


def test_a_message_of_twenty_thousand_characters_is_read() -> None:
    assert read("打印机卡纸了，" * 3000).act is Act.REPORT


@given(st.text("卡纸打印机坏了没不是", max_size=30))
@settings(deadline=None)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert read(text) == read(text)


@pytest.mark.parametrize(
    ("text", "ward", "crew"),
    [
        ("好了", Act.ACCEPT, Act.DONE),
        ("收到", Act.CHATTER, Act.ACK),
        ("可以用了，谢谢", Act.ACCEPT, Act.DONE),
        ("马上到", Act.CHATTER, Act.ACK),
        ("已到现场", Act.CHATTER, Act.ARRIVE),
    ],
)
def test_the_same_words_are_different_acts_by_who_says_them(
    text: str, ward: Act, crew: Act
) -> None:
    assert read(text, "engineer").act is crew
    assert read(text, "nurse").act in {ward, Act.CHATTER, Act.ACCEPT}


@pytest.mark.parametrize(
    "text",
    [
        "手机坏了，明天去修",
        "饿坏了，谁有吃的",
        "累坏了",
        "吓坏了",
        "我家电脑也坏了",
        "昨天停电了两小时，还好我不在",
        "要是电脑真坏了就可以休息了",
        "做梦梦到HIS崩了",
        "今晚十点HIS升级，请各科提前保存",
        "【通知】明天上午停水检修",
        "谢谢师傅",
        "😂😂😂",
        "",
        "\u200b\u202e",
        "...",
    ],
)
def test_what_only_looks_like_a_fault_opens_nothing(text: str) -> None:
    assert read(text).act not in OPENING_ACTS


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("没坏，是没纸", Act.SUPPLY),
        ("自己好了，不用来了", Act.CANCEL),
        ("又卡纸了", Act.REOPEN),
        ("还是不行", Act.REOPEN),
        ("不是打印机，是扫描枪", Act.AMEND),
        ("补充：电话8612", Act.AMEND),
        ("师傅什么时候到", Act.NUDGE),
        ("还没人来", Act.NUDGE),
        ("5分", Act.RATE),
        ("报修三次都没人管", Act.COMPLAIN),
        ("医嘱单能不能加一列过敏史", Act.CHANGE),
        ("怎么导出上个月的报表", Act.QUESTION),
        ("新电脑麻烦来装一下", Act.SERVICE),
        ("麻烦送两个硒鼓", Act.SUPPLY),
        ("昨天的单子查一下", Act.QUERY),
        ("the printer is not working", Act.REPORT),
        ("please send two toner cartridges", Act.SUPPLY),
        ("护士站打印机卡纸了，谢谢", Act.REPORT),
    ],
)
def test_the_guides_examples_are_read_as_it_says(text: str, act: Act) -> None:
    assert read(text).act is act


def test_several_faults_are_several_drafts_and_the_first_named_comes_first() -> None:
    found = read("1.打印机卡纸\n2.电脑黑屏\n3.要两个硒鼓")
    assert [part.act for part in found.parts] == [Act.REPORT, Act.REPORT, Act.SUPPLY]
    assert found.first is found.parts[0]
    assert found.parts[2].quantity == 2


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        (
            "6楼护士站打印机卡纸，另外2号电脑蓝屏，还要两个硒鼓",
            [Act.REPORT, Act.REPORT, Act.SUPPLY],
        ),
        ("电脑黑屏，麻烦送两个硒鼓", [Act.REPORT, Act.SUPPLY]),
        ("打印机没墨了，电话打不通，麻烦都看一下", [Act.SUPPLY, Act.REPORT]),
        ("打印机卡纸了，要一个新的搓纸轮", []),
    ],
)
def test_a_second_device_or_a_wish_after_a_fault_is_a_part_of_its_own(
    text: str, acts: list[Act]
) -> None:
    assert [part.act for part in read(text).parts] == acts


def test_the_fault_asked_for_first_comes_first() -> None:
    found = read("打印机卡纸了，另外扫码枪也坏了，先弄扫码枪")
    assert len(found.parts) == 2
    assert found.first.slots.device == "扫码枪"


def test_a_fault_and_its_effect_are_one_piece_of_work() -> None:
    assert read("电脑开不了机，医嘱录不进去，病历也写不了").parts == ()


def test_parts_share_the_place_that_was_named_once(lexicons: Lexicons) -> None:
    found = Reader(lexicons, WARDS).read(
        "骨一科打印机卡纸了，另外扫码枪也坏了", role="desk", sender_department=None
    )
    assert {part.department for part in found.parts} == {DepartmentId("gu1")}


def test_the_end_of_what_is_no_question_mark() -> None:
    assert read("中午吃什么").act is Act.CHATTER
    assert read("打印要密码么").act is Act.QUESTION


def test_what_the_bot_waits_for_shifts_the_reading() -> None:
    expecting = Context(expects=frozenset({Act.RATE}))
    assert read("3", context=expecting).act is Act.RATE
    assert read("3", context=expecting).confidence > read("3").confidence


def test_the_reasons_name_the_words_that_decided() -> None:
    found = read("打印机卡纸了")
    assert any("卡纸" in reason for reason in found.first.grounds.all)
    assert any("打印机" in reason for reason in found.first.grounds.all)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("打印机卡纸", "printer"),
        ("扫苗枪不亮了", "peripheral"),
        ("电脑没网", "network"),
        ("处方打不出来", "printer"),
        ("处方传不过来", "clinical"),
        ("HIS登不进去", "clinical"),
        ("工号登录提示密码过期", "account"),
        ("窗口的电脑黑屏", "computer"),
        ("生化仪的控制电脑开不了机", "computer"),
        ("治疗室天花板漏水", "facility"),
        ("氧气压力低", "medgas"),
        ("呼叫铃不响", "phone"),
        ("投影仪不亮", "av"),
        ("excel打不开", "software"),
        ("输液泵老报警", "other"),
        ("上个月收入报表对不上", "data"),
    ],
)
def test_the_category_follows_thing_and_fault(text: str, category: str) -> None:
    assert read(text).first.category == category


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("键盘失灵", "normal"),
        ("打印机坏了，单子全靠手写", "important"),
        ("HIS全科都进不去", "urgent"),
        ("手术室停电了，病人在台上", "urgent"),
        ("打印机坏了，不急，有空来看", "normal"),
        ("收费系统挂了，急急急", "urgent"),
        ("急诊要两个硒鼓", "normal"),
        ("急诊电脑蓝屏", "normal"),
        ("急诊的电脑蓝屏，很急", "urgent"),
        ("HIS连不上，收不了费", "urgent"),
        ("无影灯灭了一半，正在手术", "urgent"),
    ],
)
def test_the_urgency_follows_what_waits_on_the_work(text: str, urgency: str) -> None:
    assert read(text).first.urgency == urgency
