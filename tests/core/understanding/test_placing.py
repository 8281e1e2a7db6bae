"""Which department: told, asked or left open, and never guessed by sound alone."""

import pytest

from core.ids import DepartmentId
from core.places import Department
from core.understanding.read import Reader
from core.understanding.result import Draft
from core.understanding.vocabulary import Lexicons
from tests.core.understanding.wards import WARDS


def draft(reader: Reader, text: str, own: str | None = None, role: str = "desk") -> Draft:
    department = None if own is None else DepartmentId(own)
    return reader.read(text, role=role, sender_department=department).first


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("肾内二科病区电脑黑屏", "sn2"),
        ("肾内二电脑黑屏", "sn2"),
        ("肾内2科电脑黑屏", "sn2"),
        ("神内的打印机卡纸", "shj"),
        ("心内二打印机卡纸", "xn2"),
        ("骨一科打印机卡纸", "gu1"),
        ("五官科打印机卡纸", "ent"),
        ("化验室打印机卡纸", "jyk"),
        ("东院急诊打印机卡纸", "djz"),
        ("帮骨一科报一下，打印机卡纸", "gu1"),
        ("儿科门诊打印机卡纸", "ekmz"),
        ("xsekbq打印机卡纸", "xse"),
        ("煎药间打印机卡纸", "jys"),
    ],
)
def test_a_department_is_known_by_every_name_of_the_trade(
    reader: Reader, text: str, department: str
) -> None:
    assert draft(reader, text).department == department


def test_a_number_that_nobody_has_is_a_question_and_offers_what_sounds_alike(
    reader: Reader,
) -> None:
    found = draft(reader, "神内二科的打印机卡纸")
    assert found.department is None
    assert set(found.department_options) == {"shj", "sn2", "xn2"}


def test_a_name_that_two_have_is_a_question_unless_one_is_the_senders_own(reader: Reader) -> None:
    assert set(draft(reader, "儿科的打印机卡纸").department_options) == {"ek", "ekmz", "xse"}
    assert draft(reader, "儿科的打印机卡纸", own="ek", role="nurse").department == "ek"


def test_numerals_must_be_the_same(reader: Reader) -> None:
    assert draft(reader, "心内三科打印机卡纸").department is None


def test_a_floor_alone_names_a_ward_only_where_one_fits(reader: Reader) -> None:
    assert draft(reader, "12楼护士站打印机卡纸").department == "gu1"
    asked = draft(reader, "4楼护士站打印机卡纸")
    assert asked.department is None
    assert set(asked.department_options) == {"ek", "xse"}


def test_the_senders_own_floor_is_his_own_department(reader: Reader) -> None:
    assert draft(reader, "4楼打印机卡纸", own="xse", role="nurse").department == "xse"


def test_people_of_a_campus_mean_their_own_campus(reader: Reader) -> None:
    assert draft(reader, "急诊打印机卡纸", own="dyf", role="nurse").department == "djz"
    assert draft(reader, "急诊打印机卡纸", own="gu1", role="nurse").department == "jz"


@pytest.mark.parametrize(
    "text", ["护士站打印机卡纸", "治疗室灯不亮", "办公室空调不制冷", "会议室没网"]
)
def test_a_place_that_all_have_names_none(reader: Reader, text: str) -> None:
    found = draft(reader, text)
    assert (found.department, found.department_options) == (None, ())


@pytest.mark.parametrize(
    "text", ["检验条码打不出来", "危急值没弹，检验科打电话来才知道", "打印机坏了，都跑到急诊科去打"]
)
def test_a_department_mentioned_in_passing_does_not_count(reader: Reader, text: str) -> None:
    assert draft(reader, text, own="gu1", role="nurse").department == "gu1"


def test_in_a_correction_the_corrected_department_wins(reader: Reader) -> None:
    assert draft(reader, "说错了，是骨一科不是检验科", own="jyk", role="nurse").department == "gu1"


def test_a_typing_error_of_sound_is_seen_through_where_letters_agree_as_well(
    reader: Reader,
) -> None:
    assert draft(reader, "检验颗打印机卡纸", own="jyk", role="nurse").department == "jyk"


def test_desk_and_engineers_have_no_department_of_their_own_to_fall_back_on(
    reader: Reader,
) -> None:
    assert draft(reader, "打印机卡纸了", own="jyk", role="desk").department is None
    assert draft(reader, "打印机卡纸了", own="jyk", role="head").department == "jyk"


def test_an_alias_that_was_learned_is_known(lexicons: Lexicons) -> None:
    reader = Reader(lexicons, WARDS, {"内二": DepartmentId("xn2")})
    assert draft(reader, "内二的打印机卡纸").department == "xn2"


def test_chatter_has_no_department(reader: Reader) -> None:
    assert draft(reader, "骨一科今天请大家喝奶茶", own="jyk", role="nurse").department is None


def test_a_building_is_no_department(reader: Reader) -> None:
    assert draft(reader, "住院楼大门口的灯不亮", own="jyk", role="nurse").department == "jyk"


@pytest.mark.parametrize(
    ("own", "text"),
    [("gu1", "儿科打印机卡纸了"), ("gu1", "神内二科的打印机卡纸"), ("ent", "楼上儿科打印机坏了")],
)
def test_whoever_is_asked_finds_his_own_department_among_the_options(
    reader: Reader, own: str, text: str
) -> None:
    assert own in draft(reader, text, own, role="nurse").department_options


def test_what_sounds_like_a_department_but_cuts_a_thing_in_two_is_none(lexicons: Lexicons) -> None:
    rooms = (*WARDS, Department(DepartmentId("pc"), "电脑间", "main", "医技楼", "2"))
    found = Reader(lexicons, rooms).read(
        "3床旁边那台电脑键盘掉了几个键帽", role="nurse", sender_department=DepartmentId("gu1")
    )
    assert (found.first.department, found.first.department_options) == ("gu1", ())


@pytest.mark.parametrize("text", ["急珍那边叫我说一声，打印机亮红灯", "查房走到急珍，打印机亮红灯"])
def test_two_letters_that_only_sound_right_are_asked_about(reader: Reader, text: str) -> None:
    found = draft(reader, text, "gu1", role="nurse")
    assert found.department is None
    assert set(found.department_options) >= {"jz", "gu1"}


def test_what_the_people_next_door_say_is_asked_about(reader: Reader) -> None:
    found = draft(reader, "楼上儿科病区说护士站座机打不出去", "gu1", role="nurse")
    assert found.department is None
    assert set(found.department_options) >= {"ek", "gu1"}
