"""Who has no department of his own, the desk or an engineer, is placed by what he says alone."""

import pytest

from core.ids import DepartmentId
from core.places import Department
from core.understanding.read import Reader
from core.understanding.vocabulary import Lexicons

WARDS = [
    Department(DepartmentId(key), name, "main", "", "", aliases=aliases)
    for key, name, aliases in (
        ("pivas", "静脉用药调配中心", ("静配中心",)),
        ("store", "总务库房", ("总务仓库",)),
        ("ir", "介入诊疗中心", ("DSA", "介入")),
        ("path", "病理科", ()),
        ("blood", "输血科", ("血库",)),
        ("lab", "检验科", ()),
        ("dr", "产房", ()),
        ("ob", "产科病区", ("产科",)),
        ("endo", "消化内镜中心", ("内镜",)),
        ("hall", "自助服务区", ("自助机",)),
        ("meet", "多功能会议厅", ()),
        ("guide", "门诊导诊台", ()),
    )
]


@pytest.fixture(scope="module")
def reader(lexicons: Lexicons) -> Reader:
    return Reader(lexicons, WARDS)


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("静配中心说输液签停了，各病区下午的液体一袋都配不了", "pivas"),
        ("总务仓库那台旧电脑蓝屏", "store"),
        ("在DSA换网线，操作间USB口松了一个", "ir"),
        ("检验那台没事，是血库的标签机亮红灯，补一单", "blood"),
        ("产房修完了，出来碰到产科护士说有个呼叫铃不响，加一单", "ob"),
        ("自助机吞卡了", "hall"),
        ("多功能厅投影坏了", "meet"),
    ],
)
@pytest.mark.parametrize("role", ["desk", "engineer"])
def test_the_department_that_is_meant_is_found(
    reader: Reader, text: str, department: str, role: str
) -> None:
    assert reader.read(text, role=role, sender_department=None).first.department == department


def test_whoever_is_only_spoken_of_is_offered(reader: Reader) -> None:
    found = reader.read("病理弱电箱交换机坏了", role="desk", sender_department=None).first
    assert (found.department, found.department_options) == (None, ("path",))


def test_all_departments_are_none(reader: Reader) -> None:
    found = reader.read("各病区的打印机都坏了", role="desk", sender_department=None).first
    assert (found.department, found.department_options) == (None, ())


def test_a_machine_of_the_hall_is_no_ward_s(reader: Reader) -> None:
    found = reader.read("自助机吞卡了", role="nurse", sender_department=DepartmentId("guide")).first
    assert found.department == "hall" or "hall" in found.department_options
