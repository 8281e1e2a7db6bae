"""What people make of long names: two letters of two words, a station by its place alone."""

import pytest

from core.ids import DepartmentId
from core.places import Department
from core.understanding.read import Reader
from core.understanding.vocabulary import Lexicons

NAMES = {
    "tr": "创伤骨科病区",
    "nr": "神经康复科",
    "mri": "磁共振室",
    "pcr": "PCR实验室",
    "bmd": "骨密度室",
    "lx": "柳巷社区康复站",
    "hd": "河东社区卫生服务中心",
    "st": "石塘卫生院",
    "ph": "公共卫生中心",
    "hd1": "血液透析室",
    "nur": "护理部",
}


@pytest.fixture(scope="module")
def reader(lexicons: Lexicons) -> Reader:
    return Reader(
        lexicons,
        [Department(DepartmentId(key), name, "main", "", "") for key, name in NAMES.items()],
    )


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("创骨的打印机卡纸了", "tr"),
        ("神康的打印机卡纸了", "nr"),
        ("MRI门口叫号屏花了一半", "mri"),
        ("PCR那间空调不制冷了", "pcr"),
        ("柳巷打印机卡纸", "lx"),
        ("河东的电脑坏了", "hd"),
        ("石塘的新电脑到了，谁跟过去装一下", "st"),
    ],
)
def test_a_short_name_means_its_department(reader: Reader, text: str, department: str) -> None:
    found = reader.read(text, role="nurse", sender_department=DepartmentId("nur")).first
    assert found.department == department


def test_a_cabinet_named_after_machines_stands_with_them(reader: Reader) -> None:
    found = reader.read("血透机柜里那台交换机坏了", role="engineer", sender_department=None).first
    assert found.department == "hd1"


@pytest.mark.parametrize("own", ["nur", "hd", None])
def test_who_asks_for_a_list_means_the_department_that_he_names(
    reader: Reader, own: str | None
) -> None:
    department = None if own is None else DepartmentId(own)
    text = "查一下柳巷昨天报的单子"
    assert reader.read(text, role="head", sender_department=department).first.department == "lx"
