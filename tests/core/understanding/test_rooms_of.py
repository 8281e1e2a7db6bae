"""A department's short name before the name of a room means the department."""

import pytest

from core.ids import DepartmentId
from core.places import Department
from core.understanding.read import Reader
from core.understanding.vocabulary import Lexicons

NAMES = {"rad": "放射科", "pe": "体检中心", "lab": "检验科", "w": "普外科病区"}
ROOMS = (
    "登记台 登记处 登记室 登记口 登记那 登记 前台 窗口 分诊台 操作间 控制室 阅片室 报告室 打印室 "
    "机房 诊室 候诊区 候诊厅 等候区 大厅 取片处 取报告处 走廊 楼道 卫生间 值班室 更衣室 库房 "
    "办公室 会议室 医生办 护士办 治疗室 诊间 休息区 服务台 咨询台 2号机房 学习室 资料室 "
    "接待台"
)


@pytest.fixture(scope="module")
def reader(lexicons: Lexicons) -> Reader:
    return Reader(
        lexicons,
        [Department(DepartmentId(key), name, "main", "", "") for key, name in NAMES.items()],
    )


@pytest.mark.parametrize(
    ("short", "department"), [("放射", "rad"), ("体检", "pe"), ("检验", "lab")]
)
@pytest.mark.parametrize("room", ROOMS.split())
def test_a_room_after_a_name_is_that_department_s(
    reader: Reader, short: str, department: str, room: str
) -> None:
    found = reader.read(
        f"{short}{room}电脑坏了", role="nurse", sender_department=DepartmentId("w")
    ).first
    assert found.department == department


@pytest.mark.parametrize(
    "text", ["体检登记打不开", "检验报告打不出来", "放射报告传不过来", "检验单打不了"]
)
def test_a_paper_or_a_record_is_no_room(reader: Reader, text: str) -> None:
    found = reader.read(text, role="nurse", sender_department=DepartmentId("w")).first
    assert found.department == "w"
