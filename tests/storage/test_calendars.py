"""Calendars as a site writes them: those of the five contracts, every key, every fault."""

import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from core.calendar import WorkCalendar
from core.holidays import DayKind, Holidays
from core.site import Site
from storage.site.calendars import read_calendars
from storage.site.durations import read_duration
from storage.site.reader import read_site
from tests.storage.site_files import SiteFiles

ROOT = Path(__file__).parents[2]
SHANGHAI = "Asia/Shanghai"

CONTRACTS = """
[presence-000]
days = "daily"
hours = ["08:00-12:00", "15:00-18:00"]

[phone-002]
days = "daily"
hours = ["08:00-12:00", "14:00-18:00"]

[onsite-002]
days = "mon-fri"
hours = ["08:00-12:00", "14:00-18:00"]
holidays = "china"

[working-days]
days = "mon-fri"
hours = ["00:00-24:00"]
holidays = "china"

[night-watch]
days = "daily"
hours = ["18:00-08:00"]
"""


def local(text: str) -> datetime:
    """Return a wall time of Shanghai as UTC."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def calendars(text: str, year: int = 2026) -> dict[str, WorkCalendar]:
    """Return the calendars of a section as tickets of a year have them."""
    read, faults = read_calendars(tomllib.loads(text), SHANGHAI, "site.toml")
    assert faults == []
    holidays = Holidays({}, read.keeping)
    return {name: holidays.dated(each, year) for name, each in read.calendars.items()}


def faults_of(text: str) -> dict[str, str]:
    _, faults = read_calendars(tomllib.loads(text), SHANGHAI, "site.toml")
    return {fault.where: fault.line() for fault in faults}


VECTORS = [
    # 000 §驻点: seven days a week, also on National Day; lunch does not count.
    ("rule 20", "presence-000", "2026-10-01 11:30", "1h", "2026-10-01 15:30"),
    ("rule 20", "presence-000", "2026-10-03 17:00", "2h", "2026-10-04 09:00"),
    # 000 §报修响应: around the clock.
    ("rule 33", "24x7", "2026-10-03 23:55", "10min", "2026-10-04 00:05"),
    ("rule 37", "24x7", "2026-02-17 22:00", "4h", "2026-02-18 02:00"),
    # 000 §外修: 15 calendar days, holidays included.
    ("rule 41", "24x7", "2026-09-30 10:00", "15d", "2026-10-15 10:00"),
    # 000 §合理改进建议: three working days, a make-up Saturday among them.
    ("rule 44", "working-days", "2026-09-30 10:00", "3d", "2026-10-10 10:00"),
    ("rule 44", "working-days", "2026-10-03 10:00", "3d", "2026-10-11 00:00"),
    # 001 counts hours around the clock, over the Spring Festival too.
    ("rule 49", "24x7", "2026-02-16 09:00", "2d", "2026-02-18 09:00"),
    # 002: by phone 7×8×365, on site 5×8.
    ("rule 24", "phone-002", "2026-10-01 17:00", "2h", "2026-10-02 09:00"),
    ("rule 24", "onsite-002", "2026-09-30 17:00", "2h", "2026-10-08 09:00"),
    ("rule 24", "onsite-002", "2026-10-09 17:00", "2h", "2026-10-10 09:00"),
    ("rule 54", "24x7", "2026-10-01 20:00", "12h", "2026-10-02 08:00"),
    # 003: working days from the response.
    ("rule 57", "working-days", "2026-11-26 14:20", "3d", "2026-12-01 14:20"),
    ("rule 58", "working-days", "2026-11-26 09:00", "7d", "2026-12-07 09:00"),
    # 004: rework within five working days; out of hours two hours on site.
    ("rule 85", "working-days", "2026-02-13 10:00", "5d", "2026-02-27 10:00"),
    ("rule 61", "night-watch", "2026-11-28 07:00", "2h", "2026-11-28 19:00"),
]


@pytest.mark.parametrize(("rule", "name", "start", "limit", "due"), VECTORS)
def test_a_limit_ends_when_the_contract_says(
    rule: str, name: str, start: str, limit: str, due: str
) -> None:
    calendar = calendars(CONTRACTS)[name]
    length = read_duration(limit)
    assert length is not None
    assert calendar.add(local(start), length) == local(due), rule
    assert calendar.between(local(start), local(due)) == length


def test_reading_a_site_loads_no_library_of_holidays() -> None:
    read = (
        "import sys; from pathlib import Path; from storage.site.reader import read_site;"
        "site = read_site(Path('storage/site/template'));"
        "assert site.holidays.hours;"
        "sys.exit(bool({'chinese_calendar', 'holidays'} & sys.modules.keys()))"
    )
    subprocess.run([sys.executable, "-c", read], cwd=ROOT, check=True)


# Every key of a calendar.

PLAIN = """
[c]
days = "mon-fri"
hours = ["08:00-12:00", "15:00-18:00"]
holidays = "china"
half = ["09:00-10:00"]
dates.2026-11-24 = []
"""
ANOTHER = {
    "days": ('"mon-fri"', '"daily"'),
    "hours": ('"15:00-18:00"', '"15:00-19:00"'),
    "holidays": ('holidays = "china"\nhalf = ["09:00-10:00"]\n', ""),
    "half": ('"09:00-10:00"', '"09:00-11:00"'),
    "dates": ("2026-11-24", "2026-11-25"),
}


def opened(text: str) -> list[timedelta]:
    """Return the open time of every day of a year in which one Friday is a half day."""
    read, faults = read_calendars(tomllib.loads(text), SHANGHAI, "site.toml")
    assert faults == []
    table = {date(2026, 11, 27): DayKind.HALF}
    calendar = Holidays(table, read.keeping).dated(read.calendars["c"], 2026)
    days = (local("2026-01-01 00:00") + timedelta(days=n) for n in range(365))
    return [calendar.between(day, day + timedelta(days=1)) for day in days]


def test_every_key_of_a_calendar_is_tried() -> None:
    said = faults_of(f'{PLAIN}\nopen = "always"')["calendars.c.open"]
    assert sorted(said.partition("允许 ")[2].split("、")) == sorted(ANOTHER)


@pytest.mark.parametrize("key", ANOTHER)
def test_every_key_of_a_calendar_moves_some_clock(key: str) -> None:
    old, new = ANOTHER[key]
    assert old in PLAIN
    assert opened(PLAIN) != opened(PLAIN.replace(old, new))


@pytest.mark.parametrize(
    ("hours", "from_", "length"),
    [
        ('["08:00-12:00", "15:00-18:00"]', "08:00", "4h"),
        ('["00:00-24:00"]', "00:00", "12h"),
        ('["09:00-13:30"]', "09:00", "3h"),
    ],
)
def test_a_half_day_without_hours_of_its_own_ends_at_noon(
    hours: str, from_: str, length: str
) -> None:
    read, _ = read_calendars(
        tomllib.loads(f'[c]\nhours = {hours}\nholidays = "china"'), SHANGHAI, "site.toml"
    )
    half = {date(2026, 11, 24): DayKind.HALF}
    dated = Holidays(half, read.keeping).dated(read.calendars["c"], 2026)
    ends = local("2026-11-24 12:00"), local("2026-11-25 00:00")
    assert dated.next_opening(local("2026-11-24 00:00")) == local(f"2026-11-24 {from_}")
    assert dated.between(local("2026-11-24 00:00"), ends[0]) == read_duration(length)
    assert dated.between(*ends) == timedelta(0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('holidays = "germany"', "calendars.c.holidays：不认识“germany”；允许 china"),
        ("holidays = true", "calendars.c.holidays：应为不空的文字"),
        ('half = ["08:00-12:00"]', "calendars.c.half：没有写 holidays，半天不起作用"),
        ('holidays = "china"\nhalf = ["8点"]', "calendars.c.half：时段“8点”不对"),
        ('dates.someday = ["08:00-12:00"]', "calendars.c.dates.someday：“someday”不是日期"),
        ("hours = []", "calendars.c.hours：平常一周里没有任何开放时间，时限永远不会到"),
    ],
)
def test_each_fault_of_a_calendar_has_file_key_and_reason(text: str, said: str) -> None:
    hours = "" if text.startswith("hours") else 'hours = ["08:00-12:00"]\n'
    assert [line for line in faults_of(f"[c]\n{hours}{text}").values() if said in line] != []


# The table of a site.


@pytest.fixture
def files(tmp_path: Path) -> SiteFiles:
    """Return a hospital whose calendar `office` keeps the holidays."""
    return SiteFiles(tmp_path / "hospital")


TABLE = """date,kind,name
2037-02-14..2037-02-20,休,春节
2037-02-22,班,春节调休
2037/2/28,半天,
"""


def office(site: Site, at: str) -> WorkCalendar:
    policy = site.policies[site.default_policy]
    return site.terms_of(policy, local(at)).calendars["office"]


def test_a_table_of_the_site_moves_the_clocks_of_its_calendars(files: SiteFiles) -> None:
    before = office(read_site(files.folder), "2037-01-20 08:00")
    files.write("holidays.csv", TABLE)
    after = office(read_site(files.folder), "2037-01-20 08:00")
    sunday, saturday = local("2037-02-22 00:00"), local("2037-02-28 00:00")
    whole = timedelta(days=1)
    assert before.between(sunday, sunday + whole) == timedelta(0)
    assert after.between(sunday, sunday + whole) == timedelta(hours=7, minutes=30)
    assert after.between(saturday, saturday + whole) == timedelta(hours=4)
    assert after.next_opening(local("2037-02-14 08:00")) == local("2037-02-22 08:00")
    assert before.provisional == (2036, 2037, 2038, 2039)
    assert after.provisional == (2036, 2038, 2039)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_table_is_read_in_every_encoding(files: SiteFiles, encoding: str) -> None:
    (files.folder / "holidays.csv").write_bytes(TABLE.encode(encoding))
    table = read_site(files.folder).holidays.table
    assert len(table) == 9
    assert table[date(2037, 2, 20)] is DayKind.OFF
    assert table[date(2037, 2, 28)] is DayKind.HALF


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("春节,休,", "holidays.csv 第 3 行：日期“春节”不对；写法如 2027-02-05"),
        ("mon-fri,休,", "holidays.csv 第 3 行：日期“mon-fri”不对"),
        ("2027-02-30,休,", "holidays.csv 第 3 行：日期“2027-02-30”不对"),
        ("2027-03-01..2027-06-01,休,", "holidays.csv 第 3 行：一行写了 93 天；一行最多 31 天"),
        ("2027-03-01,假,", "holidays.csv 第 3 行：kind“假”不对；允许 休、班、半天"),
        ("2027-03-01,,", "holidays.csv 第 3 行：kind“”不对"),
        (
            "2027-02-11..2027-02-12,班,",
            "holidays.csv 第 3 行：2027-02-11 与第 2 行（春节）重复；一天只写一行",
        ),
    ],
)
def test_each_fault_of_the_table_is_named_by_its_line(
    files: SiteFiles, row: str, said: str
) -> None:
    files.write("holidays.csv", f"date,kind,name\n2027-02-05..2027-02-11,休,春节\n{row}\n")
    (line,) = files.faults()
    assert line.startswith(said)
    assert files.reading().site is None


def test_a_table_that_no_calendar_keeps_is_noted(files: SiteFiles) -> None:
    files.replace("site.toml", '\nholidays = "china"\n', "\n")
    files.write("holidays.csv", TABLE)
    assert files.faults() == []
    (note,) = files.notes()
    assert note.startswith("site.toml calendars：没有日历按放假调休计时，holidays.csv 不起作用")


def _shut_by_dates(files: SiteFiles, days: list[date]) -> None:
    lines = "".join(f"{day} = []\n" for day in days)
    files.replace("site.toml", "[duty]", f"[calendars.office.dates]\n{lines}\n[duty]")


def _shut_by_the_table(files: SiteFiles, days: list[date]) -> None:
    files.write("holidays.csv", "date,kind\n" + "".join(f"{day},休\n" for day in days))


@pytest.mark.parametrize("shut", [_shut_by_dates, _shut_by_the_table])
@pytest.mark.parametrize(("n_days", "is_fault"), [(390, False), (400, True), (500, True)])
def test_a_calendar_that_is_shut_for_400_days_is_a_fault(
    files: SiteFiles, shut: Callable[[SiteFiles, list[date]], None], n_days: int, is_fault: bool
) -> None:
    shut(files, [date(2037, 3, 2) + timedelta(days=n) for n in range(n_days)])
    said = (
        "site.toml calendars.office：从 2037-02-28 起连续 400 天没有开放时间，时限永远不会到；"
        "检查 dates 与 holidays.csv"
    )
    assert files.faults() == ([said] if is_fault else [])


def test_a_table_of_400_days_off_shuts_no_calendar_that_keeps_no_holidays(files: SiteFiles) -> None:
    files.replace("site.toml", '\nholidays = "china"\n', "\n")
    _shut_by_the_table(files, [date(2037, 3, 2) + timedelta(days=n) for n in range(500)])
    assert files.faults() == []
