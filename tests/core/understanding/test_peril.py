"""Whoever is shut in is never taken for talk."""

import pytest

from core.kinds import Urgency
from core.understanding.read import Reader
from core.understanding.result import Act


@pytest.mark.parametrize(
    "text",
    [
        "电梯里困了人",
        "有人被关在电梯里",
        "电梯把送餐阿姨关里面了，阿姨被困在电梯",
        "3号电梯困住两个病人",
        "老人被反锁在厕所里面",
    ],
)
def test_somebody_shut_in_is_an_urgent_report(reader: Reader, text: str) -> None:
    found = reader.read(text, role="nurse", sender_department=None)
    assert (found.act, found.first.urgency) == (Act.REPORT, Urgency.URGENT)
    assert found.confidence >= 0.6


@pytest.mark.parametrize("text", ["昨天有人被关在电梯里，笑死", "明天电梯困人演练，大家知道一下"])
def test_what_is_over_or_practised_is_not(reader: Reader, text: str) -> None:
    assert reader.read(text, role="nurse", sender_department=None).act is Act.CHATTER
