"""Houses of one group call their rooms alike, and each leaves out its own house's name."""

import pytest

from core.ids import DepartmentId
from core.places import Department
from core.understanding.read import Reader
from core.understanding.vocabulary import Lexicons


def room(key: str, name: str, building: str, *aliases: str) -> Department:
    return Department(DepartmentId(key), name, key[0], building, "1", aliases=aliases)


CLINICS = (
    room("y-desk", "银杏路门诊前台", "银杏路店", "银杏前台"),
    room("y-gp", "银杏路门诊全科", "银杏路店", "银杏路诊室"),
    room("y-teeth", "银杏路门诊口腔", "银杏路店", "银杏口腔"),
    room("k-desk", "科技园门诊前台", "科技园店", "园区前台"),
    room("k-gp", "科技园门诊全科", "科技园店", "科技园全科"),
    room("k-teeth", "科技园门诊口腔", "科技园店", "科技园口腔"),
    room("k-pills", "科技园门诊药房", "科技园店", "科技园药房"),
)


@pytest.fixture(scope="module")
def clinics(lexicons: Lexicons) -> Reader:
    return Reader(lexicons, CLINICS)


@pytest.mark.parametrize(
    ("text", "own", "department"),
    [
        ("口腔的灯不亮了", "y-teeth", "y-teeth"),
        ("药房那台扫码枪坏了，他们没空，我代报", "k-gp", "k-pills"),
        ("银杏路店前台的自助机黑屏了", "k-gp", "y-desk"),
        ("今天在科技园坐诊，全科的电脑登不上", "y-gp", "k-gp"),
        ("全科打电话说电脑蓝屏，叫我们帮报一下", "y-teeth", "y-gp"),
    ],
)
def test_a_room_is_of_the_house_that_is_named_else_of_the_senders_own(
    clinics: Reader, text: str, own: str, department: str
) -> None:
    found = clinics.read(text, role="nurse", sender_department=DepartmentId(own)).first
    assert found.department == department


def test_a_thing_of_the_room_next_door_is_that_rooms_of_the_same_house(clinics: Reader) -> None:
    own = DepartmentId("k-teeth")
    found = clinics.read("隔壁全科电脑没网", role="nurse", sender_department=own).first
    assert (found.department, found.department_options) == ("k-gp", ())


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("前台这边说一下，口腔的打印机卡纸了", "k-teeth"),
        ("我是前台过来支援的，全科的打印机卡纸了", "k-gp"),
        ("前台这边说一下，打印机卡纸了", "k-desk"),
    ],
)
def test_who_only_says_who_he_is_names_no_place(
    clinics: Reader, text: str, department: str
) -> None:
    own = DepartmentId("k-desk")
    assert clinics.read(text, role="nurse", sender_department=own).first.department == department


def test_what_all_have_is_nobodys_where_the_speaker_has_no_department(clinics: Reader) -> None:
    found = clinics.read(
        "所有门店的系统都登不进去，药房也停了", role="desk", sender_department=None
    ).first
    assert (found.department, found.department_options) == (None, ())
