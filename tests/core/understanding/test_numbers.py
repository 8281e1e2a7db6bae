"""Numbers that name, count, point or merely stand there."""

import pytest

from core.ids import DepartmentId
from core.understanding.numerals import number
from core.understanding.read import Reader
from core.understanding.result import Slots, Understanding


def read(reader: Reader, text: str) -> Understanding:
    return reader.read(text, role="nurse", sender_department=DepartmentId("gu1"))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3", 3),
        ("两", 2),
        ("俩", 2),
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("九十九", 99),
        ("百", 100),
    ],
)
def test_numerals_have_their_value(typed: str, value: int) -> None:
    assert number(typed) == value


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("送两个硒鼓", 2),
        ("标签纸十五卷谢谢", 15),
        ("俩粉盒", 2),
        ("A4纸x3", 3),
        ("鼠标要6节5号电池", 6),
        ("五联单那种打印纸来两箱", 2),
        ("诊室7缺一把扫码枪", 1),
        ("标签纸一张都没了，送点来", None),
        ("色带没了", None),
        ("药房要三盒色带", 3),
        ("想要个有线鼠标", 1),
        ("14×17的胶片用光了，送点来", None),
        ("A4×3", 3),
        ("申领A4两箱、标签纸五卷", 2),
        ("标签纸五卷、A4两箱", 5),
        ("A4 2箱，谢谢", 2),
        ("处方笺三本，色带一根", 3),
        ("少了两个硒鼓，再送三个", 3),
        ("please send 2 boxes of paper", 2),
    ],
)
def test_only_what_is_asked_for_is_counted(reader: Reader, text: str, quantity: int | None) -> None:
    assert read(reader, text).first.quantity == quantity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3号打印机卡纸", {"device_no": "3"}),
        ("3号楼2层电脑黑屏", {"building": "3号楼", "floor": "2", "device_no": None}),
        ("十二楼护士站电脑黑屏", {"floor": "12"}),
        ("诊室7电脑黑屏", {"room": "7"}),
        ("12-3床呼叫器不响", {"bed": "12-3"}),
        ("加5床呼叫器不响", {"bed": "加5"}),
        ("ICU一共12张床的监护仪黑屏", {"bed": None}),
        ("电脑上不了网，ip是10.10.3.25", {"ip": "10.10.3.25"}),
        ("打印机坏了，分机8612", {"phone": "8612"}),
        ("打印机坏了，联系13800001234", {"phone": "13800001234"}),
        ("资产编号ZC-20190034的打印机坏了", {"asset": "ZC-20190034"}),
        ("JN-240518-033现在什么状态", {"ticket": "JN-240518-033"}),
        ("电脑提示“No Boot Device”起不来", {"error": "No Boot Device"}),
        ("打印报0x0000011b", {"error": "0x0000011b"}),
        ("下午三点前会议室要投影", {"wanted_at": "下午三点前"}),
        ("半小时内要用投影", {"wanted_at": "半小时内"}),
        ("昨天下午两点的结果查不到了", {"wanted_at": None}),
        ("the printer is not working", {"error": None}),
    ],
)
def test_each_number_goes_where_it_belongs(
    reader: Reader, text: str, expected: dict[str, str | None]
) -> None:
    slots: Slots = read(reader, text).first.slots
    assert {name: getattr(slots, name) for name in expected} == expected
