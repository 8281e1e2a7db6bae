"""A small hospital with the traps of real directories, and where two larger ones lie."""

from pathlib import Path

from core.ids import DepartmentId
from core.places import Department

WARDS = (
    Department(DepartmentId("sn2"), "肾内二科病区", "main", "住院楼", "6"),
    Department(DepartmentId("shj"), "神经内科病区", "main", "住院楼", "7", aliases=("神内",)),
    Department(DepartmentId("xn2"), "心血管内科二病区", "main", "住院楼", "8"),
    Department(DepartmentId("gu1"), "骨科一病区", "main", "住院楼", "12"),
    Department(DepartmentId("ek"), "儿科病区", "main", "住院楼", "4"),
    Department(DepartmentId("xse"), "新生儿科病区", "main", "住院楼", "4"),
    Department(DepartmentId("ekmz"), "儿科门诊", "main", "门诊楼", "4"),
    Department(DepartmentId("ent"), "耳鼻咽喉科", "main", "门诊楼", "3"),
    Department(DepartmentId("jyk"), "检验科", "main", "医技楼", "2"),
    Department(DepartmentId("jz"), "急诊科", "main", "门诊楼", "1"),
    Department(DepartmentId("bgt"), "学术报告厅", "main", "医技楼", "9", aliases=("报告厅",)),
    Department(DepartmentId("jys"), "煎药室", "main", "医技楼", "1"),
    Department(DepartmentId("djz"), "东院急诊科", "east", "东院综合楼", "1"),
    Department(DepartmentId("dyf"), "东院药房", "east", "东院综合楼", "1"),
    Department(DepartmentId("djy"), "东院检验科", "east", "东院综合楼", "2"),
)

DATA = Path(__file__).parents[2] / "data"
