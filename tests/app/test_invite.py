"""Laws of `invite`: the operator lets people in, the first admin too."""

import pytest

from app.main import OK, WRONG, main
from tests.desk import DEMO


def invite(url: str, person: str) -> int:
    return main(["invite", person, "--site", str(DEMO), "--db", url])


@pytest.mark.parametrize("word", ["黄丽", "n-resp"])
def test_a_code_is_printed_for_a_name_or_an_id(
    sqlite_url: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invite(sqlite_url, word) == OK
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("黄丽的绑定码：")
    assert first.removeprefix("黄丽的绑定码：") in second


def test_who_is_not_one_person_is_refused_in_one_line(
    sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invite(sqlite_url, "没人") == WRONG
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
