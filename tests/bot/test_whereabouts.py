"""Which places of the words are asked about, beside those that the reading doubts."""

import pytest

from bot.handlers.whereabouts import bears_number
from core.ids import DepartmentId
from core.places import Department


@pytest.mark.parametrize(
    ("name", "numeral", "is_own"),
    [
        ("心血管内科七病区", "七", True),
        ("心血管内科七病区", "7", True),
        ("骨科12病区", "十二", True),
        ("呼吸内科病区", "七", False),
        ("骨科二病区", "十二", False),
    ],
)
def test_a_ward_knows_its_own_number_however_it_is_written(
    name: str, numeral: str, is_own: bool
) -> None:
    assert bears_number(Department(DepartmentId("own"), name), numeral) is is_own
