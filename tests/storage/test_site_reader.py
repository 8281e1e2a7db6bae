"""Laws of the site directory: what is read, and that every fault is said once, with its place."""

from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from core.grading import Doubt
from core.roster import EVERY_DAY, MONDAY_TO_FRIDAY
from storage.site.faults import Fault, SiteFaults
from storage.site.reader import inspect_site, read_site
from storage.site.skeleton import FolderInUse, make_site
from tests.storage.site_files import SiteFiles

DEMO = Path(__file__).parents[2] / "sites" / "demo"


CARE = '[grading.a]\nnote = "窗口"\n'
SPOILED = {
    "departments.csv": [
        ("it,信息科", "em,信息科", "第 5 行：科室编号“em”与第 2 行重复"),
        ("it,信息科", ",信息科", "第 5 行：id 没有填写"),
        ("it,信息科", "i t,信息科", "第 5 行：科室编号“i t”不能用"),
        ("it,信息科", "it,急诊科", "第 5 行：科室名称“急诊科”与“em”的名称相同"),
        ("信息中心|", "急诊科|", "第 5 行：别名“急诊科”与“em”的名称相同"),
        ("1,A,急诊", "1,Z,急诊", "第 2 行：没有片区“Z”；允许 A、B"),
        ("急诊科,main", "急诊科,east", "第 2 行：没有院区“east”；允许 main"),
        ("8101", "打前台", "第 2 行：电话“打前台”不对"),
        (",8101", ",8101,,x", "第 2 行：有 10 格，表头只有 8 列"),
        ("id,name", "name,name", "第 1 行：缺少列 id"),
        ("aliases,", "alias,", "第 1 行：不认识的列 alias，是否应为 aliases"),
        ("building,floor", "floor,floor", "第 1 行：列 floor 出现了两次"),
        ("急诊科,main", '"急诊科,main', "第 2 行：引号不成对"),
    ],
    "people.csv": [
        ("nurse,em", "nurse,er", "第 2 行：没有科室“er”"),
        ("engineer,,main,A", "engineer,,main,Q", "第 4 行：没有片区“Q”"),
        ("engineer,,main,A", "engineer,,mars,A", "第 4 行：没有院区“mars”"),
        ("e-b,乙工", "e-a,乙工", "第 5 行：人员编号“e-a”与第 4 行重复"),
        ("甲工,engineer", "甲工,enginer", "第 4 行：没有角色“enginer”；允许 nurse"),
        ("computer|", "computers|", "第 4 行：没有技能“computers”"),
        ("主管,supervisor", "主管,desk", "：没有主管"),
        ("desk,,main,,,,,", "desk,,main,,,@he,,", "第 6 行：telegram 账号“@he”不对"),
        ("desk,,main,,,,,", "desk,,main,,,,何苗,", "第 6 行：wecom 账号“何苗”不对"),
        ("desk,,main,,,,,", "desk,,main,,,,,call", "第 6 行：电话“call”不对"),
    ],
    "roster.csv": [
        ("d-1,duty", "d-9,duty", "第 8 行：没有人员“d-9”"),
        ("d-1,duty", "d-1,party", "第 8 行：没有班次类型“party”；允许 duty"),
        ("daily", "someday", "第 8 行：日期“someday”不对"),
        ("daily", "2027-02-30", "第 8 行：日期“2027-02-30”不对"),
        ("daily", "2027-02-03..2027-02-01", "第 8 行：日期“2027-02-03.."),
        ("00:00,24:00", "8点,24:00", "第 8 行：开始时间“8点”不对"),
        ("00:00,24:00", "00:00,25:00", "第 8 行：结束时间“25:00”不对"),
        ("00:00,24:00", "24:00,24:00", "第 8 行：开始时间“24:00”不对"),
    ],
    "site.toml": [
        ('prefix = "XY"', 'prefix = "新院"', "hospital.prefix：工单号前缀“新院”不能用"),
        ('prefix = "XY"', "", "hospital.prefix：没有填写"),
        ('name = "新医院"', "name = 7", "hospital.name：应为不空的文字"),
        ("Asia/Shanghai", "Asia/Jiangnan", "hospital.timezone：没有时区“Asia/Jiangnan”"),
        ('["呼应"]', '"呼应"', "hospital.bot_names：应为文字的列表"),
        ('main = "本部"', "", "campuses.main：至少要有一个院区"),
        ('neighbours = ["B"]', 'neighbours = ["C"]', "zones.A.neighbours：没有邻区“C”"),
        ('campus = "main"', 'campus = "east"', "zones.A.campus：没有院区“east”"),
        ("work = ", "wrok = ", "chats.work：没有填写"),
        ("work = ", "\"dept:xx\" = \"某群\"\nwork = ", "chats.dept:xx：没有科室“xx”"),
        ('# burst = "2min"', 'burst = "2 minutes"', "times.burst：时长“2 minutes”不对"),
        ('# burst = "2min"', 'bursts = "2min"', "times.bursts：不认识的设置"),
        ('# digest_at = "08:00"', 'digest_at = "8点"', "schedules.digest_at：时间“8点”不对"),
        ("# survey_day = 25", "survey_day = 31", "schedules.survey_day：“31”不对；允许 1 到 28"),
        ('"14:00-17:30"]', '"14:00"]', "calendars.office.hours：时段“14:00”不对"),
        ("[schedules]", "[schedule]", "schedule：不认识的设置"),
        ("[campuses]", "[campuses", "第 13 行：TOML 写法有误"),
        ("[schedules]", '[grading.a]\nhours = ["08:00"]\n[schedules]', "grading.a.note：没有填写"),
        ("[schedules]", f'{CARE}hours = ["08:00"]\n[schedules]', "grading.a.hours：时段“08:00”"),
        ("[schedules]", f'{CARE}departments = ["zz"]\n[schedules]', "grading.a.departments：没有"),
        ("[schedules]", f'{CARE}words = ["急"]\ndoubt = "some"\n[schedules]', "grading.a.doubt"),
        ("[schedules]", f"{CARE}[schedules]", "grading.a.departments：没有填写"),
        ("[schedules]", f'{CARE}wards = ["em"]\n[schedules]', "grading.a.wards：不认识的设置"),
        ('= "contract"', '= "other"', "hospital.default_policy：没有合同“other”"),
    ],
    "policies/contract.toml": [
        ('["80%"]', '["2h"]', "clock.response.warn：提醒“2h”不短于"),
    ],
}  # fmt: skip
"""File to what is written instead of what, and how the fault begins."""


@pytest.fixture
def files(tmp_path: Path) -> SiteFiles:
    return SiteFiles(tmp_path / "hospital")


def test_the_demo_hospital_reads_without_a_fault() -> None:
    site = read_site(DEMO)
    assert (site.prefix, site.zone, len(site.departments), len(site.people)) == (
        "JN",
        "Asia/Shanghai",
        66,
        27,
    )
    assert {zone: site.zones[zone].campus for zone in site.zones} == {
        "A": "main",
        "B": "main",
        "C": "main",
        "D": "east",
    }
    assert {asset.loaner for asset in site.assets} == {True, False}
    assert {item.zone.value for item in site.stock} == {"red", "yellow", "green"}


def test_the_skeleton_reads_without_a_fault_or_a_note(files: SiteFiles) -> None:
    reading = files.reading()
    assert (reading.faults, reading.notes) == ((), ())
    assert reading.site is not None


def test_a_skeleton_is_never_laid_over_other_files(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(FolderInUse):
        make_site(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_what_is_not_a_directory_is_one_fault(tmp_path: Path) -> None:
    assert [fault.problem for fault in inspect_site(tmp_path / "none").faults] == ["没有这个目录"]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [(name, *case) for name, cases in SPOILED.items() for case in cases],
)
def test_each_fault_is_said_with_its_place_and_what_is_allowed(
    files: SiteFiles, name: str, old: str, new: str, said: str
) -> None:
    files.replace(name, old, new)
    found = files.faults()
    assert any(line.removeprefix(name).lstrip().startswith(said) for line in found), found
    assert files.reading().site is None
    assert all("\n" not in line for line in found)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("departments.csv", "信息中心|", "急诊|", "第 5 行：别名“急诊”也指“em”"),
        ("departments.csv", "phone", "phone,备注", "第 1 行：不认识的列 备注，已忽略"),
        ("people.csv", "engineer,,main,B", "engineer,,main,A", "：片区“B”没有自己的工程师"),
        (
            "policies/contract.toml",
            'limit = "1h"',
            'limit = "unset"',
            "clock.resolution-urgent.limit",
        ),
    ],
)
def test_what_is_only_worth_knowing_is_a_note_and_fails_nothing(
    files: SiteFiles, name: str, old: str, new: str, said: str
) -> None:
    files.replace(name, old, new)
    if "unset" in new:
        files.replace(name, 'warn = ["80%"]\nwarn_basis = "本院设置，合同未写"\n', "")
    assert files.faults() == []
    assert any(line.removeprefix(name).lstrip().startswith(said) for line in files.notes())


def test_a_name_on_two_campuses_is_noted_because_whoever_says_it_is_asked(
    files: SiteFiles,
) -> None:
    files.replace("site.toml", 'main = "本部"', 'main = "本部"\neast = "东院"')
    files.add("departments.csv", "em-e,急诊科,east,综合楼,1,,内科病区,")
    assert files.faults() == []
    assert files.notes() == [
        f"departments.csv 第 6 行：{what}的名称相同；两个院区同名，遇到时会先问是哪一个"
        for what in ("科室名称“急诊科”与“em”", "别名“内科病区”与“ward-im”")
    ]


@pytest.mark.parametrize("channel", ["telegram", "wecom"])
def test_an_account_belongs_to_one_person(files: SiteFiles, channel: str) -> None:
    row = {"telegram": "77,", "wecom": ",77"}[channel]
    files.add("people.csv", f"n-1,甲,nurse,,main,,,{row},")
    files.add("people.csv", f"n-2,乙,nurse,,main,,,{row},")
    problem = f"people.csv 第 10 行：{channel} 账号“77”与第 9 行重复；{channel} 账号不能重复"
    assert files.faults() == [problem]


def test_every_fault_of_every_file_is_said_at_once(files: SiteFiles) -> None:
    files.replace("site.toml", 'prefix = "XY"', 'prefix = "?"')
    files.replace("departments.csv", "1,A,急诊", "1,Z,急诊")
    files.replace("people.csv", "nurse,em", "nurse,er")
    files.replace("people.csv", "甲工,engineer", "甲工,enginer")
    files.replace("roster.csv", "d-1,duty", "d-9,duty")
    files.replace("policies/contract.toml", 'limit = "10min"', 'limit = "soon"')
    with pytest.raises(SiteFaults) as caught:
        read_site(files.folder)
    assert {fault.path for fault in caught.value.faults} == {
        "site.toml",
        "departments.csv",
        "people.csv",
        "roster.csv",
        "policies/contract.toml",
    }


@pytest.mark.parametrize("name", ["site.toml", "departments.csv", "people.csv"])
def test_a_missing_file_is_one_fault_and_not_one_a_row(files: SiteFiles, name: str) -> None:
    (files.folder / name).unlink()
    (files.folder / "roster.csv").unlink()
    assert [line for line in files.faults() if "roster" not in line] == [
        f"{name}：缺少这个文件；每家医院都要有"
    ]


def test_a_role_that_a_contract_names_and_somebody_has_is_a_role(files: SiteFiles) -> None:
    files.replace("policies/contract.toml", '["supervisor"]', '["supervisor", "project_head"]')
    assert "没有角色“project_head”" in files.faults()[0]
    files.add("people.csv", "p-1,项目负责人,project_head,,main,,,,,")
    assert files.faults() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_table_says_the_same_in_every_encoding(
    files: SiteFiles, encoding: str, newline: str
) -> None:
    expected = read_site(files.folder).departments
    text = files.text("departments.csv").replace("\n", newline)
    (files.folder / "departments.csv").write_bytes(text.encode(encoding))
    assert read_site(files.folder).departments == expected


@pytest.mark.parametrize(
    "data", ["id,name\nem,急诊\n".encode("utf-16"), b"id,name\nem,\xff\xfe\xff\n"]
)
def test_an_encoding_that_nobody_knows_is_refused(files: SiteFiles, data: bytes) -> None:
    (files.folder / "departments.csv").write_bytes(data)
    assert files.faults()[0].startswith("departments.csv：文字编码无法识别")


def test_blank_rows_and_spaces_around_cells_mean_nothing(files: SiteFiles) -> None:
    expected = read_site(files.folder).departments
    text = files.text("departments.csv").replace("em,急诊科", " em , 急诊科 ")
    files.write("departments.csv", text.replace("\nit,", "\n,,,,,,,\n\nit,"))
    assert read_site(files.folder).departments == expected


def test_an_excel_workbook_is_read_like_the_table_it_was(files: SiteFiles) -> None:
    before = read_site(files.folder)
    for name in ("departments", "people", "roster"):
        _as_workbook(files, name)
    after = read_site(files.folder)
    assert (after.departments, after.people, after.roster) == (
        before.departments,
        before.people,
        before.roster,
    )


def test_a_line_of_a_workbook_is_named_as_excel_counts(files: SiteFiles) -> None:
    files.replace("roster.csv", "d-1,duty", "d-9,duty")
    _as_workbook(files, "roster")
    assert files.faults() == ["roster.xlsx 第 8 行：没有人员“d-9”；填 people.csv 里的编号"]


def test_hours_and_dates_that_excel_understood_are_read_back(files: SiteFiles) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["person", "kind", "days", "from", "to"])
    sheet.append(["e-a", "duty", date(2027, 2, 17), time(8), timedelta(days=1)])
    (files.folder / "roster.csv").unlink()
    book.save(files.folder / "roster.xlsx")
    (row,) = read_site(files.folder).roster.rows
    assert row.days.ranges == ((date(2027, 2, 17), date(2027, 2, 17)),)
    assert (row.start, row.end) == (timedelta(hours=8), timedelta(hours=24))


@pytest.mark.parametrize("data", [b"", b"id,name\nem,x\n", b"PK\x03\x04 torn"])
def test_a_file_that_is_no_workbook_is_refused(files: SiteFiles, data: bytes) -> None:
    (files.folder / "stock.xlsx").write_bytes(data)
    assert files.faults() == ["stock.xlsx：不是有效的 .xlsx 文件，请用 Excel 重新另存"]


def test_a_table_that_stands_in_two_files_is_refused(files: SiteFiles) -> None:
    before = (files.folder / "roster.csv").read_bytes()
    _as_workbook(files, "roster")
    (files.folder / "roster.csv").write_bytes(before)
    assert files.faults() == ["roster.csv：同一张表有两个文件：roster.csv、roster.xlsx；只留一个"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("x" * 2_001, "assets.csv 第 2 行：有单元格超过 2000 字"),
        ("a,b,other\n" * 20_001, "assets.csv：行数太多，最多 20000 行"),
        ("x" * (9 * 1024 * 1024), "assets.csv：文件太大，最多 8 MB"),
        ("", None),
    ],
)
def test_a_table_beyond_all_bounds_is_refused(
    files: SiteFiles, rows: str, said: str | None
) -> None:
    files.write("assets.csv", f"tag,name,category\n{rows}")
    assert files.faults() == ([said] if said else [])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("T1,电脑,computer,,,,2026-01-01,2025-01-01,,no", "保修截止早于购买日期"),
        ("T1,电脑,laptop,,,,,,,no", "没有类别“laptop”"),
        ("T1,电脑,computer,,xx,,,,,no", "没有科室“xx”"),
        ("T1,电脑,computer,,,,去年,,,no", "bought 的日期“去年”不对"),
        ("T1,电脑,computer,,,,,,,maybe", "loaner“maybe”不对"),
        ("T0,电脑,computer,,,,,,,no", "资产编号“T0”重复"),
    ],
)
def test_a_device_with_a_fault_is_named_by_its_line(files: SiteFiles, row: str, said: str) -> None:
    header = "tag,name,category,model,department,serial,bought,warranty_until,vendor,loaner"
    files.write("assets.csv", f"{header}\nT0,电脑,computer,,it,,2026/1/5,,,是\n{row}\n")
    (line,) = files.faults()
    assert line.startswith(f"assets.csv 第 3 行：{said}")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("S1,纸,,blue,包,1,1,", "没有库存分区“blue”"),
        ("S1,纸,,red,包,-1,1,", "on_hand 的数量“-1”不对"),
        ("S1,纸,,red,包,1,NaN,", "daily_use 的数量“NaN”不对"),
        ("S1,纸,,red,,1,1,", "unit 没有填写"),
        ("S0,纸,,red,包,1,1,", "物品编号“S0”重复"),
    ],
)
def test_an_article_with_a_fault_is_named_by_its_line(
    files: SiteFiles, row: str, said: str
) -> None:
    header = "sku,name,aliases,zone,unit,on_hand,daily_use,location"
    files.write("stock.csv", f"{header}\nS0,A4 纸,打印纸|纸,red,包,12.5,0,A-01\n{row}\n")
    (line,) = files.faults()
    assert line.startswith(f"stock.csv 第 3 行：{said}")


def test_an_article_keeps_its_numbers_exactly(files: SiteFiles) -> None:
    files.write(
        "stock.csv",
        "sku,name,aliases,zone,unit,on_hand,daily_use,location\nS0,纸,打印纸|纸,red,包,12.5,0.1,A\n",
    )
    (item,) = read_site(files.folder).stock
    assert (item.on_hand, item.daily_use, item.aliases) == (
        Decimal("12.5"),
        Decimal("0.1"),
        ("打印纸", "纸"),
    )


def test_without_a_roster_all_who_work_on_tickets_work_the_standard_shift(
    files: SiteFiles,
) -> None:
    (files.folder / "roster.csv").unlink()
    rows = read_site(files.folder).roster.rows
    assert {row.person for row in rows} == {"e-a", "e-b", "d-1", "s-1"}
    assert {row.days.weekdays for row in rows} == {MONDAY_TO_FRIDAY}
    assert len(rows) == 8


def test_without_roster_and_standard_shift_nobody_would_work_and_that_is_a_fault(
    files: SiteFiles,
) -> None:
    (files.folder / "roster.csv").unlink()
    duty = '[duty]\ndays = "mon-fri"\nhours = ["08:00-12:00", "14:00-17:30"]\n'
    files.replace("site.toml", duty, "")
    assert files.faults()[0].startswith("site.toml duty：没有 roster.csv")


@pytest.mark.parametrize(
    ("written", "weekdays", "n_ranges"),
    [
        ("daily", EVERY_DAY, 0),
        ("Mon-Fri", MONDAY_TO_FRIDAY, 0),
        ("sat|sun", frozenset({5, 6}), 0),
        ("fri-mon", frozenset({4, 5, 6, 0}), 0),
        ("2027-02-17", frozenset(), 1),
        ("2027/2/17 ~ 2027/2/23", frozenset(), 1),
        ("2027-02-17|2027-03-01..2027-03-05|wed", frozenset({2}), 2),
    ],
)
def test_days_are_read_as_staff_write_them(
    files: SiteFiles, written: str, weekdays: frozenset[int], n_ranges: int
) -> None:
    files.replace("roster.csv", "daily", written)
    days = read_site(files.folder).roster.rows[-1].days
    assert (days.weekdays, len(days.ranges)) == (weekdays, n_ranges)


def test_leave_without_hours_lasts_the_whole_day(files: SiteFiles) -> None:
    files.add("roster.csv", "e-a,leave,2027-02-17,,")
    row = read_site(files.folder).roster.rows[-1]
    assert (row.end - row.start).days == 1


def test_equal_files_have_equal_versions_and_any_change_makes_another(
    files: SiteFiles, tmp_path: Path
) -> None:
    twin = SiteFiles(tmp_path / "twin")
    assert read_site(files.folder).version == read_site(twin.folder).version
    twin.replace("people.csv", "甲工", "丙工")
    assert read_site(files.folder).version != read_site(twin.folder).version


def test_a_fault_is_one_line_whatever_is_in_the_file() -> None:
    assert Fault("a.csv", "第 2 行", "没有\n“x\ty”", "填\r\n别的").line() == (
        "a.csv 第 2 行：没有 “x y”；填 别的"
    )


def _as_workbook(files: SiteFiles, name: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in files.text(f"{name}.csv").splitlines():
        sheet.append([int(cell) if cell.isdecimal() else cell or None for cell in line.split(",")])
    book.save(files.folder / f"{name}.xlsx")
    (files.folder / f"{name}.csv").unlink()


def test_where_what_may_be_urgent_counts_as_urgent_is_read_in_the_order_of_the_file(
    files: SiteFiles,
) -> None:
    rules = (
        '[grading.night]\nnote = "夜里"\nhours = ["22:00-07:00"]\nwords = ["输血"]\n'
        '[grading.em]\nnote = "急诊"\ndepartments = ["em"]\ndoubt = "any"\n[schedules]'
    )
    files.replace("site.toml", "[schedules]", rules)
    site = files.reading().site
    assert site is not None
    night, em = site.grading
    assert (night.name, night.hours, night.doubt) == ("night", ((time(22), time(7)),), Doubt.REAL)
    assert (em.departments, em.doubt, em.note) == (frozenset({"em"}), Doubt.ANY, "急诊")
