"""Laws of `check`: faults on standard error, one line each; all else on standard output."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.check import check_site, run
from app.main import main
from storage.site.skeleton import make_site


@pytest.fixture
def hospital(tmp_path: Path) -> Path:
    make_site(tmp_path / "hospital")
    return tmp_path / "hospital"


OCTOBER = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)
"""The last minute of October in Shanghai."""


def checked(
    folder: Path, *settings_faults: str, now: datetime = OCTOBER
) -> tuple[int, list[str], list[str]]:
    out, err = io.StringIO(), io.StringIO()
    code = run(folder, now, out=out, err=err, settings_faults=settings_faults)
    return code, out.getvalue().splitlines(), err.getvalue().splitlines()


def test_a_sound_site_passes_and_says_what_it_holds(hospital: Path) -> None:
    said = "检查通过：4 个科室、7 个人、2 个片区、7 行值班、1 份合同、0 件设备、0 种库存"
    assert checked(hospital) == (0, [said], [])


def test_every_fault_is_one_line_on_standard_error(hospital: Path) -> None:
    people = hospital / "people.csv"
    text = people.read_text("utf-8").replace("nurse,em", "nurse,er").replace("desk", "dask")
    people.write_text(text, "utf-8")
    code, out, err = checked(hospital)
    assert (code, out) == (2, [])
    assert [line.split("：")[0] for line in err] == ["people.csv 第 2 行", "people.csv 第 6 行"]


def test_a_note_is_said_and_fails_nothing(hospital: Path) -> None:
    departments = hospital / "departments.csv"
    departments.write_text(departments.read_text("utf-8").replace("信息中心", "急诊"), "utf-8")
    code, out, err = checked(hospital)
    assert (code, err) == (0, [])
    assert out[0].startswith("提示：departments.csv 第 5 行：别名“急诊”也指“em”")
    assert out[1].startswith("检查通过")


def test_the_next_year_is_noted_from_november_until_its_holidays_are_known(hospital: Path) -> None:
    october = OCTOBER.replace(year=2036)
    note = (
        "提示：holidays.csv：2037 年的放假与调休还没有收录，暂按法定节日算，没有调休上班日；"
        "国务院公布后升级 chinesecalendar，或把各天填进 holidays.csv"
    )
    table = hospital / "holidays.csv"
    table.write_text("date,kind\n2036-01-06,班\n", "utf-8")
    assert len(checked(hospital, now=october)[1]) == 1
    code, out, err = checked(hospital, now=october + timedelta(minutes=1))
    assert (code, out[0], err) == (0, note, [])
    table.write_text("date,kind\n2036-01-06,班\n2037-02-22,班\n", "utf-8")
    assert len(checked(hospital, now=october + timedelta(minutes=1))[1]) == 1


def test_no_year_is_noted_where_no_clock_counts_by_holidays(hospital: Path) -> None:
    policy = hospital / "policies" / "contract.toml"
    policy.write_text(policy.read_text("utf-8").replace('"office"', '"24x7"'), "utf-8")
    assert len(checked(hospital, now=OCTOBER.replace(year=2036))[1]) == 1


def test_a_fault_of_the_settings_fails_a_sound_site(hospital: Path) -> None:
    code, out, err = checked(hospital, "huying.toml web.port：端口不对")
    assert (code, out, err) == (2, [], ["huying.toml web.port：端口不对"])


def test_a_site_is_given_only_without_faults(hospital: Path) -> None:
    findings, site = check_site(hospital)
    assert (findings, site is not None) == ([], True)
    (hospital / "people.csv").unlink()
    findings, site = check_site(hospital)
    assert site is None
    assert {fault.path for fault in findings} >= {"people.csv"}


def test_a_broken_lexicon_of_the_site_is_a_fault(hospital: Path) -> None:
    (hospital / "lexicon").mkdir()
    (hospital / "lexicon" / "devices.toml").write_text("[printer", "utf-8")
    code, out, err = checked(hospital)
    assert (code, out, len(err)) == (2, [], 1)
    assert err[0].startswith("lexicon/devices.toml")


def test_it_says_which_channels_are_on_without_asking_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["check"]) == 0
    assert "Telegram：没有启用" in capsys.readouterr().out
    monkeypatch.setenv("HUYING_TELEGRAM__TOKEN", "1:abc")
    assert main(["check"]) == 0
    assert "Telegram：启用，由我们去取消息" in capsys.readouterr().out
