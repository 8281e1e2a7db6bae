"""A floor names a ward only where one fits, and people of a campus mean their own floors."""

import pytest

from core.ids import DepartmentId
from core.places import Department
from core.understanding.read import Reader
from core.understanding.result import Draft
from core.understanding.vocabulary import Lexicons


def department(key: str, name: str, building: str, floor: str, *aliases: str) -> Department:
    campus = "east" if building == "东湖综合楼" else "main"
    return Department(DepartmentId(key), name, campus, building, floor, aliases=aliases)


HOUSE = (
    department("em", "急诊科", "门诊楼", "1", "急诊"),
    department("su", "外科门诊", "门诊楼", "3", "三楼诊区"),
    department("tcm", "中医科门诊", "门诊楼", "3"),
    department("im", "内科门诊", "门诊楼", "2", "内科诊室"),
    department("us", "超声医学科", "医技楼", "3", "B超室"),
    department("dialysis", "血液透析室", "住院楼", "3"),
    department("icu", "重症医学科", "住院楼", "3", "ICU"),
    department("neph", "肾内科病区", "住院楼", "4", "4楼护士站"),
    department("nicu", "新生儿科", "住院楼", "4"),
    department("card", "心血管内科病区", "住院楼", "5", "心内", "5楼护士站"),
    department("gi", "消化内科病区", "住院楼", "7", "7楼护士站"),
    department("orth", "骨科病区", "住院楼", "12", "12楼护士站"),
    department("e-em", "东湖急诊", "东湖综合楼", "1"),
    department("e-lab", "东湖检验科", "东湖综合楼", "3"),
    department("e-ward1", "东湖内科病区", "东湖综合楼", "4", "东院内科", "东湖4楼"),
    department("e-ward2", "东湖外科病区", "东湖综合楼", "5", "东湖5楼"),
)


@pytest.fixture(scope="module")
def house(lexicons: Lexicons) -> Reader:
    return Reader(lexicons, HOUSE)


def draft(house: Reader, text: str, own: str | None) -> Draft:
    role = "desk" if own is None else "nurse"
    department = None if own is None else DepartmentId(own)
    return house.read(text, role=role, sender_department=department).first


@pytest.mark.parametrize(
    ("own", "text", "meant"),
    [
        ("e-ward1", "4楼护士站打印机卡纸了", "e-ward1"),
        ("nicu", "4楼护士站打印机卡纸了", "nicu"),
        ("neph", "4楼护士站打印机卡纸了", "neph"),
        ("e-em", "5楼护士站打印机卡纸了", "e-ward2"),
        ("card", "4楼护士站打印机卡纸了", "neph"),
        ("em", "12楼护士站打印机卡纸了", "orth"),
        (None, "12楼护士站打印机卡纸了", "orth"),
        ("icu", "三楼诊区打印机卡纸了", "su"),
        (None, "东湖4楼打印机卡纸了", "e-ward1"),
        (None, "3楼B超室打不开机", "us"),
        ("em", "3楼打印机卡纸了，急诊科这边", "em"),
        ("card", "3楼打印机卡纸了，急诊科这边", "em"),
    ],
)
def test_a_floor_is_first_the_senders_own_then_of_his_building_then_of_his_campus(
    house: Reader, own: str | None, text: str, meant: str
) -> None:
    found = draft(house, text, own)
    assert (found.department, found.department_options) == (meant, ())


@pytest.mark.parametrize(
    ("own", "text", "options"),
    [
        ("card", "3楼打印机卡纸了", {"dialysis", "icu", "card"}),
        ("em", "3楼打印机卡纸了", {"su", "tcm", "em"}),
        ("e-em", "12楼护士站打印机卡纸了", {"orth", "e-em"}),
        ("e-em", "3楼打印机卡纸了", {"e-lab", "e-em"}),
    ],
)
def test_where_no_single_ward_of_the_campus_fits_it_is_a_question(
    house: Reader, own: str, text: str, options: set[str]
) -> None:
    found = draft(house, text, own)
    assert found.department is None
    assert set(found.department_options) == options


@pytest.mark.parametrize("text", ["师傅你人到哪一层啦", "上一层修好没有", "每层都查一遍"])
def test_a_floor_that_is_asked_for_or_counted_names_nobody(house: Reader, text: str) -> None:
    found = draft(house, text, "card")
    assert found.department in (None, "card")
    assert found.department_options == ()


def test_who_belongs_nowhere_is_asked_where_several_may_have_beds_on_a_floor(
    lexicons: Lexicons,
) -> None:
    wards = (
        department("gs", "普外一科", "外科楼", "9"),
        department("ur", "泌尿外科", "住院楼", "9"),
    )
    pharmacy = department("ph", "药剂科", "医技楼", "9")
    found = draft(Reader(lexicons, (*HOUSE, *wards, pharmacy)), "9楼护士站打印机卡纸了", None)
    assert found.department is None
    assert set(found.department_options) == {"gs", "ur"}


def test_a_ward_is_never_taken_for_the_outpatient_rooms_of_its_specialty(house: Reader) -> None:
    asked = draft(house, "内科病区打印机坏了", None)
    assert asked.department is None
    assert set(asked.department_options) == {"neph", "card", "gi", "e-ward1"}
    assert draft(house, "内科病区打印机坏了", "gi").department == "gi"
    assert draft(house, "内科病区打印机坏了", "e-em").department == "e-ward1"
    assert draft(house, "内科诊室打印机坏了", None).department == "im"


@pytest.mark.parametrize(
    "text",
    [
        "缴费机坏了，让病人去3楼窗口交了",
        "打印机卡纸了，备用的放在3楼库房",
        "标签机坏了，只好跑到3楼借",
    ],
)
def test_a_floor_where_somebody_went_or_something_lies_is_no_place(
    house: Reader, text: str
) -> None:
    found = draft(house, text, "em")
    assert (found.department, found.department_options) == ("em", ())


@pytest.mark.parametrize(
    "text",
    [
        "电梯停在三楼半，里面推着病人",
        "送药的小电梯卡在4楼了",
        "病人咳嗽，护士戴了两层口罩，呼叫器坏了",
        "标签机坏了，等抽血的人围了三层",
        "治疗单打不出来，我们跑两层楼去拿",
        "4楼到7楼都说医生站转圈进不去",
    ],
)
def test_where_a_lift_hangs_what_is_counted_and_a_range_of_floors_are_no_place(
    house: Reader, text: str
) -> None:
    found = draft(house, text, "em")
    assert (found.department, found.department_options) == ("em", ())


def test_a_range_of_floors_names_nobody_for_the_desk(house: Reader) -> None:
    found = draft(house, "4楼到7楼都说医生站转圈进不去", None)
    assert (found.department, found.department_options) == (None, ())


def test_the_floor_that_the_sender_speaks_for_goes_before_his_own(house: Reader) -> None:
    assert draft(house, "替7楼护士站要两卷标签纸，先放我们5楼", "card").department == "gi"
    assert (
        draft(house, "7楼护士站托我讲一声，标签机不走纸，单子都跑5楼来打", "card").department
        == "gi"
    )
