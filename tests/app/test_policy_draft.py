"""Laws of `policy-draft`: nothing without its sentence, nothing in force without a name."""

import io
import re
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.check import run as check
from app.draft_toml import toml_of
from app.draft_words import question_lines
from app.main import FAILED, OK, WRONG, main
from core.calendar import ALWAYS, WorkCalendar
from core.drafting.draft import draft_of
from core.drafting.finder import findings_in
from core.people import ROLES
from core.policy import Policy
from storage.site.faults import Fault
from storage.site.policies import PolicyFrame, read_policies
from storage.site.skeleton import make_site
from tests.core.drafting.test_contract_finder import CONTRACTS, PIECES
from tests.factories import NINE

FRAME = PolicyFrame({ALWAYS: WorkCalendar.always("Asia/Shanghai")}, ("main",), ROLES)


def drafted(text: str, stem: str = "contract") -> str:
    return toml_of(draft_of(findings_in(text)), stem)


def confirmed(toml: str) -> str:
    return toml.replace('confirmed_by = ""', 'confirmed_by = "宋敏"')


def read(toml: str) -> tuple[list[Policy], list[Fault]]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "policies").mkdir()
        (Path(folder) / "policies" / "x.toml").write_text(toml, "utf-8")
        return read_policies(Path(folder), FRAME)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda path: path.stem)
def test_a_draft_is_what_stands_beside_its_contract(contract: Path) -> None:
    draft = contract.with_suffix(".toml").read_text("utf-8")
    assert drafted(contract.read_text("utf-8"), contract.stem) == draft


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda path: path.stem)
def test_a_draft_is_in_force_once_somebody_has_confirmed_it(contract: Path) -> None:
    toml = drafted(contract.read_text("utf-8"), contract.stem)
    assert read(toml)[0] == []
    (policy,), found = read(confirmed(toml))
    assert [fault.line() for fault in found if not fault.note] == []
    assert len(policy.clocks) == toml.count("[clock.") > 0
    assert policy.key == contract.stem


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda path: path.stem)
def test_every_number_of_a_draft_stands_in_the_sentence_above_it(contract: Path) -> None:
    text = re.sub(r"\s", "", contract.read_text("utf-8"))
    sections = re.split(r"\n\n", drafted(contract.read_text("utf-8"), contract.stem))
    numbered = [each for each in sections if re.search(r"^(limit|percent|after) = ", each, re.M)]
    assert numbered
    for section in numbered:
        quote = re.search(r"^# .*?：“(.+)”$", section, re.M)
        assert quote is not None, section
        assert re.sub(r"\s", "", quote[1]) in text


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda path: path.stem)
def test_the_questions_of_a_draft_are_numbered_and_stand_at_its_head(contract: Path) -> None:
    draft = draft_of(findings_in(contract.read_text("utf-8")))
    head = toml_of(draft, contract.stem).partition("\nconfirmed_by")[0]
    asked = list(question_lines(draft))
    numbers = [line.partition(".")[0] for line in asked if not line.startswith(" ")]
    assert numbers == [str(n) for n in range(1, len(draft.questions) + 1)]
    assert all(line in head for line in asked)


@settings(max_examples=60)
@given(
    st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=300)),
    st.text(max_size=10),
)
def test_any_text_gives_a_draft_that_the_reader_takes(text: str, stem: str) -> None:
    toml = drafted(text, stem)
    assert tomllib.loads(toml)["confirmed_by"] == ""
    policies, found = read(confirmed(toml))
    assert [fault.line() for fault in found if not fault.note] == []
    assert len(policies) == 1


def test_a_text_without_limits_is_a_draft_of_questions() -> None:
    toml = drafted("本合同一式四份，双方各执两份。")
    assert "[clock." not in toml
    assert "没有找到响应时限" in toml


def test_check_says_in_one_line_that_a_draft_waits_for_a_name(tmp_path: Path) -> None:
    make_site(tmp_path / "site")
    draft = tmp_path / "site" / "policies" / "x.toml"
    draft.write_text(drafted(CONTRACTS[0].read_text("utf-8")), "utf-8")
    out = io.StringIO()
    assert check(tmp_path / "site", NINE, out=out, err=out) == OK
    notes = [line for line in out.getvalue().splitlines() if "x.toml" in line]
    assert notes == ["提示：policies/x.toml：还没有人确认，填上 confirmed_by 才会生效"]


# The command.


def test_the_draft_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    contract = CONTRACTS[0]
    assert main(["policy-draft", str(contract)]) == OK
    said = capsys.readouterr()
    assert said.out == contract.with_suffix(".toml").read_text("utf-8")
    assert "还没有人确认" in said.err


def test_a_file_is_written_once_and_never_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "x.toml"
    words = ["policy-draft", str(CONTRACTS[0]), "--out", str(target)]
    assert main(words) == OK
    assert "已写入" in capsys.readouterr().out
    written = target.read_bytes()
    target.write_bytes(written + b"# mine\n")
    assert main(words) == WRONG
    assert capsys.readouterr().err.count("\n") == 1
    assert target.read_bytes() == written + b"# mine\n"


def test_a_contract_may_be_in_either_encoding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = tmp_path / f"{CONTRACTS[0].stem}.txt"
    contract.write_text(CONTRACTS[0].read_text("utf-8"), "gb18030", newline="\r\n")
    assert main(["policy-draft", str(contract)]) == OK
    assert capsys.readouterr().out == CONTRACTS[0].with_suffix(".toml").read_text("utf-8")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00\x00", b"PK\x03\x04\x00\x00"])
def test_what_is_no_text_is_refused_in_one_line(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = tmp_path / "contract.txt"
    if content is not None:
        contract.write_bytes(content)
    assert main(["policy-draft", str(contract)]) == WRONG
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_a_draft_that_cannot_be_written_is_no_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "nowhere" / "x.toml"
    assert main(["policy-draft", str(CONTRACTS[0]), "--out", str(target)]) == FAILED
    assert capsys.readouterr().err.count("\n") == 1
