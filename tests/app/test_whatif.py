"""Laws of `whatif`: the same contract reproduces the record, another is shown, nothing written."""

import asyncio
import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from app import replay, whatif
from app.main import FAILED, OK, WRONG, main
from app.settings import load
from app.whatif import Trial
from core.ids import IdMaker
from storage.uow import Database
from tests.desk import DEMO, demo_hospital
from tests.factories import NINE, a_ticket

DAY = Path(__file__).parents[1] / "data" / "day.jsonl"
OFFICE = DEMO / "policies" / "office.toml"
SECOND = timedelta(seconds=1)
MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
"""09:30 of the next morning in Shanghai, when the play ends."""
THAT_DAY = ("--from", "2026-11-23", "--to", "2026-11-23")


@dataclass
class Trials:
    """A database and the terminal."""

    url: str
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def run(
        self, policy: Path, first: str = "2026-11-23", last: str = "2026-11-23"
    ) -> tuple[int, list[str], list[str]]:
        """Return exit code, what was printed, and what was said on standard error."""
        given = {"site": {"dir": DEMO}, "database": {"url": self.url}}
        trial = Trial(policy, date.fromisoformat(first), date.fromisoformat(last))
        out, err = StringIO(), StringIO()
        code = asyncio.run(whatif.run(load(None, given), trial, MORNING, out, err))
        return code, out.getvalue().splitlines(), err.getvalue().splitlines()

    def refused(self, policy: Path, *words: str) -> tuple[int, str]:
        """Return exit code and the one line that the command says instead of an answer."""
        given = ["--site", str(DEMO), "--db", self.url, "--policy", str(policy)]
        code = main(["whatif", *given, *(words or THAT_DAY)])
        said = self.capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        return code, said.err

    def changed(self, old: str, new: str) -> Path:
        """Return the demo's contract with one thing changed, as a file elsewhere."""
        text = OFFICE.read_text("utf-8")
        assert old in text
        path = self.folder / "tried.toml"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return path

    def rows(self) -> list[str]:
        with sqlite3.connect(self.folder / "huying.db") as connection:
            return list(connection.iterdump())


@pytest.fixture
def trials(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Trials:
    return Trials(sqlite_url, tmp_path, capsys)


@pytest.fixture
def played(trials: Trials) -> tuple[Trials, list[dict[str, object]]]:
    """Return a day that was played, and its tickets as `replay` lists them."""
    out = StringIO()
    asyncio.run(replay.run(DAY, DEMO, url=trials.url, out=out, err=StringIO(), lists_tickets=True))
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    return trials, [
        line for line in lines if str(line.get("opened_at", "")).startswith("2026-11-23")
    ]


def test_the_same_contract_reproduces_the_record_exactly(
    played: tuple[Trials, list[dict[str, object]]],
) -> None:
    trials, tickets = played
    code, (first, *sums), err = trials.run(OFFICE)
    assert (code, err) == (OK, [])
    n = len(tickets)
    assert first.startswith(f"2026-11-23 至 2026-11-23 登记 {n} 单，按 office（版本 ")
    assert first.endswith(f"重算 {n} 单，没有变化，与记录一致")
    # As many as were told that day, and none told wrongly: no note follows.
    told = [str(clock) for ticket in tickets for clock in ticket["breaches"]]  # type: ignore[attr-defined]
    for name, clock in (("响应", "response"), ("到场", "arrival"), ("修复", "resolution")):
        (line,) = (line for line in sums if line.startswith(name))
        n_told = told.count(clock)
        assert line.startswith(f"{name}：超时 {n_told} → {n_told}，")
    assert not any("提示" in line for line in sums)


def test_another_limit_is_shown_ticket_by_ticket_and_in_sum(
    played: tuple[Trials, list[dict[str, object]]],
) -> None:
    trials, _ = played
    code, lines, _ = trials.run(trials.changed('limit = "15min"', 'limit = "30min"'))
    assert code == OK
    assert (
        "JN-261123-003 到场：截止 2026-11-23 09:05:00 超时4分 → 截止 2026-11-23 09:20:00 按时"
    ) in lines
    assert "到场：超时 5 → 1，按时率 54.5%（6/11） → 90.9%（10/11）" in lines
    assert not any(" 响应：" in line for line in lines)


def test_a_contract_of_other_work_leaves_every_ticket_alone(
    played: tuple[Trials, list[dict[str, object]]],
) -> None:
    trials, _ = played
    gas = trials.changed('key = "office"', 'key = "gas"')
    scope = 'categories = ["medgas"]\ncampuses = ["main", "east"]'
    text = gas.read_text("utf-8").replace('campuses = ["main", "east"]', scope, 1)
    gas.write_text(text, "utf-8")
    code, (only,), _ = trials.run(gas)
    assert (code, only.endswith("重算 0 单，没有归它管的单子")) == (OK, True)


def test_nothing_is_written(played: tuple[Trials, list[dict[str, object]]]) -> None:
    trials, _ = played
    before = trials.rows()
    trials.run(trials.changed('limit = "15min"', 'limit = "30min"'))
    assert trials.rows() == before


@pytest.mark.parametrize(
    ("days", "n"),
    [
        (("2026-11-22", "2026-11-22"), 0),
        (("2026-11-22", "2026-11-23"), 2),
        (("2026-11-23", "2026-11-23"), 2),
        (("2026-11-24", "2026-11-24"), 1),
    ],
)
def test_both_days_are_included_on_the_clock_of_the_hospital(
    trials: Trials, days: tuple[str, str], n: int
) -> None:
    midnight = NINE.replace(hour=16)  # of the 24th, in Shanghai
    _open(trials, [NINE, midnight - SECOND, midnight])
    code, (first, *_), _ = trials.run(OFFICE, *days)
    assert (code, f"登记 {n} 单" in first) == (OK, True)


def test_a_long_period_says_how_far_it_is(trials: Trials) -> None:
    _open(trials, [NINE + n * SECOND for n in range(1001)])
    code, _, err = trials.run(OFFICE)
    assert (code, err) == (OK, ["已算 1000/1001 单"])


def _open(trials: Trials, instants: list[datetime]) -> None:
    site = demo_hospital().files

    async def write() -> None:
        database = Database(trials.url, site.id)
        terms = site.terms_of(site.policies["office"], NINE)
        async with database.unit(site, IdMaker(), NINE) as uow:
            await uow.terms.keep(terms)
            for n, instant in enumerate(instants, start=1):
                number = f"JN-261123-{n:03d}"
                ticket = a_ticket(at=instant, number=number, terms=terms.version, department="em")
                await uow.tickets.save(ticket, [])
        await database.close()

    asyncio.run(write())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-11-24", "--to", "2026-11-23"), "早于"),
        (("--from", "11月1日", "--to", "2026-11-23"), "日期“11月1日”不对"),
        (("--from", "2026-11-23"), "缺少参数 --to"),
    ],
)
def test_days_that_are_none_are_refused_in_one_line(
    trials: Trials, words: tuple[str, ...], said: str
) -> None:
    code, line = trials.refused(OFFICE, *words)
    assert (code, said in line) == (WRONG, True)


def test_a_faulty_contract_is_refused_with_its_file_and_key(trials: Trials) -> None:
    code, line = trials.refused(trials.changed('limit = "15min"', 'limit = "bald"'))
    assert code == WRONG
    assert line.startswith("tried.toml clock.arrival")


def test_a_contract_that_is_not_there_is_refused(trials: Trials) -> None:
    code, line = trials.refused(trials.folder / "none.toml")
    assert (code, "找不到合同文件" in line) == (WRONG, True)


def test_without_a_database_nothing_is_made(trials: Trials) -> None:
    file = trials.folder / "none.db"
    trials.url = f"sqlite+aiosqlite:///{file}"
    assert trials.refused(OFFICE)[0] == FAILED
    assert not file.exists()
