"""A department is also known by what its people do: 抽血的, 煎药那边."""

import pytest

from core.ids import DepartmentId
from core.understanding.read import Reader
from core.understanding.result import Draft


def draft(reader: Reader, text: str, own: str) -> Draft:
    return reader.read(text, role="nurse", sender_department=DepartmentId(own)).first


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("抽血的让我说一声，她们标签机坏了", "jyk"),
        ("化验那边没人在群里，她们网口坏了，让我代说", "jyk"),
        ("煎药的大姐说她们那屋灯坏了两盏", "jys"),
        ("看娃那边托我报，他们叫号屏黑了", "ekmz"),
        ("分诊的姐妹走不开，替她们报，腕带机不走纸", "jz"),
        ("东院抽血的打来，她们那台标签机坏了，让我报", "djy"),
    ],
)
def test_who_is_called_by_what_they_do_is_their_department(
    reader: Reader, text: str, department: str
) -> None:
    found = draft(reader, text, "gu1")
    assert found.department == department or found.department_options[:2] == ("gu1", department)


def test_the_reason_says_that_a_doing_named_it(reader: Reader) -> None:
    assert "做什么的" in draft(reader, "抽血的让我说一声，她们标签机坏了", "gu1").grounds.place


@pytest.mark.parametrize(
    "text",
    [
        "抽血的病人说腕带看不清，腕带打印机模糊",
        "标签机坏了，抽血的都排到门口了",
        "抽血的条码打不出来",
        "今天要抽血的多，标签机又卡了",
    ],
)
def test_of_whom_it_is_done_to_and_what_is_used_for_it_no_department_is_named(
    reader: Reader, text: str
) -> None:
    assert draft(reader, text, "gu1").department == "gu1"


def test_what_nobody_does_in_this_hospital_names_nothing(reader: Reader) -> None:
    found = draft(reader, "洗肾那边的电脑开不了机", "gu1")
    assert (found.department, found.department_options) == ("gu1", ())
