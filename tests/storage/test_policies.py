"""Contracts as files: what is read, and that every fault is found at once, in Chinese."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.calendar import ALWAYS, Hours, WorkCalendar
from core.events import EventKind
from core.kinds import ClockName, TicketKind, Urgency
from core.people import ROLES
from core.policy import Policy, StepStart
from core.recipients import Occasion
from storage.site.calendars import read_calendars
from storage.site.faults import Fault
from storage.site.policies import PolicyFrame, read_policies
from storage.site.reader import inspect_site

SHANGHAI = "Asia/Shanghai"
FRAME = PolicyFrame({ALWAYS: WorkCalendar.always(SHANGHAI)}, ("main", "east"), ROLES)
DEMO = inspect_site(Path(__file__).parents[2] / "sites" / "demo")
FIVE = inspect_site(Path(__file__).parents[1] / "data" / "sites" / "five")
SHIPPED = [*FIVE.site.policies.values()] if FIVE.site else []

HEAD = """
key = "office"
contract = "000"
title = "测试合同"

[severity.urgent]
word = "紧急"
urgencies = ["urgent"]
clause = "000 §1"
"""
CLOCK = """
[clock.response]
clock = "response"
kinds = ["report"]
anchor = "opened"
stop = ["acknowledged"]
limit = "10min"
calendar = "24x7"
warn = ["80%", "1min"]
warn_basis = "合同未约定"
clause = "000 §1"
"""
STEP = """
[escalation.unanswered]
clock = "response"
to = ["supervisor"]
basis = "合同未约定"
"""

FIGURE = """
[figure.each]
value = 0.2
unit = "percent"
clause = "000 §1"
"""
OTHER = CLOCK.replace("[clock.response]", "[reading.other]")

Reading = tuple[list[Policy], list[Fault]]
Write = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Write:
    """Return a function that writes files of policies and reads them."""

    def write(*contents: str, frame: PolicyFrame = FRAME) -> Reading:
        (tmp_path / "policies").mkdir()
        for number, content in enumerate(contents):
            (tmp_path / "policies" / f"p{number}.toml").write_text(content, "utf-8")
        return read_policies(tmp_path, frame)

    return write


def test_a_policy_is_read_whole(read: Write) -> None:
    (policy,), faults = read(HEAD + CLOCK + STEP)
    assert faults == []
    (rule,) = policy.clocks
    assert (rule.clock, rule.kinds) == (ClockName.RESPONSE, frozenset({TicketKind.REPORT}))
    assert (rule.anchor, rule.stop) == (EventKind.OPENED, (EventKind.ACKNOWLEDGED,))
    assert rule.limit == timedelta(minutes=10)
    assert rule.warn_before == (timedelta(minutes=2), timedelta(minutes=1))
    assert policy.severity_of(Urgency.URGENT) == "紧急"
    assert policy.severity_of(Urgency.NORMAL) is None
    assert policy.escalation[0].since is StepStart.BREACH
    assert policy.escalation[0].after == timedelta(0)


def test_the_demo_hospital_has_one_of_five_contracts_in_force() -> None:
    assert DEMO.site is not None
    assert list(DEMO.site.policies) == ["office"]
    assert {policy.contract for policy in SHIPPED} == {"000", "001", "002", "003", "004"}
    idle = [note.path for note in DEMO.notes if "没有启用" in note.problem and not note.where]
    assert len(idle) == 4


@pytest.mark.parametrize("policy", SHIPPED, ids=lambda policy: policy.key)
def test_a_policy_survives_json_with_its_version(policy: Policy) -> None:
    assert policy.version
    assert Policy.from_json(policy.to_json()) == policy


def test_the_version_follows_the_content(read: Write) -> None:
    (one, two, same), _ = read(
        HEAD + CLOCK,
        HEAD.replace("office", "other") + CLOCK,
        "# 只加了一句注释\n" + HEAD.replace("office", "third") + CLOCK,
    )
    assert one.version != two.version
    assert Policy.from_json({**same.to_json(), "key": "office"}).stamped().version == one.version


def test_a_scope_says_which_work_falls_under_the_contract(read: Write) -> None:
    scope = '[scope]\ncategories = ["printer"]\ncampuses = ["east"]\n'
    (policy,), _ = read(HEAD + scope + CLOCK)
    assert policy.covers("printer", "east")
    assert not policy.covers("printer", "main")
    assert not policy.covers("network", "east")


def test_a_limit_that_the_contract_leaves_open_is_a_note(read: Write) -> None:
    (policy,), (note,) = read(HEAD + CLOCK.replace('"10min"', '"unset"'))
    assert policy.clocks[0].limit is None
    assert note.note
    assert note.where == "clock.response.limit"


def test_a_reading_that_is_not_active_is_a_note_with_its_clause(read: Write) -> None:
    (policy,), (note,) = read(HEAD + CLOCK + CLOCK.replace("[clock.response]", "[reading.other]"))
    assert len(policy.readings) == 1
    assert note.note
    assert "000 §1" in note.line()


def test_a_reading_that_is_stricter_than_the_one_in_force_is_noted(read: Write) -> None:
    _, found = read(HEAD + CLOCK + OTHER.replace("10min", "5min").replace("1min", "30s"))
    assert all(fault.note and fault.where == "reading.other" for fault in found)
    assert any("比 clock.response 更严" in fault.problem for fault in found)


def test_a_set_of_readings_that_the_site_chooses_is_in_force(read: Write) -> None:
    lax = OTHER.replace("10min", "30min").replace("anchor", 'sets = ["lax"]\nanchor')
    frame = replace(FRAME, readings={"office": "lax"})
    (policy,), (note,) = read(HEAD + CLOCK + lax, frame=frame)
    assert [rule.limit for rule in policy.clocks] == [timedelta(minutes=30)]
    assert [rule.limit for rule in policy.readings] == [timedelta(minutes=10)]
    assert (note.where, note.note) == ("clock.response", True)


@pytest.mark.parametrize(
    ("frame", "where", "says"),
    [
        (replace(FRAME, readings={"office": "lax"}), "readings.office", "lax"),
        (replace(FRAME, readings={"his": "lax"}), "readings.his", "his"),
        (replace(FRAME, active=("office", "his")), "contracts.active", "his"),
    ],
)
def test_what_the_site_chooses_must_be_there(
    read: Write, frame: PolicyFrame, where: str, says: str
) -> None:
    _, (fault,) = read(HEAD + CLOCK, frame=frame)
    assert (fault.path, fault.where) == ("site.toml", where)
    assert says in fault.problem
    assert fault.allowed
    assert not fault.note


def test_a_contract_that_is_not_in_force_is_one_note_and_still_checked(read: Write) -> None:
    idle = HEAD.replace('"office"', '"his"') + CLOCK.replace('"10min"', '"unset"') + STEP
    frame = replace(FRAME, active=("office",))
    (policy,), (note,) = read(HEAD + CLOCK, idle.replace("supervisor", "boss"), frame=frame)
    assert policy.key == "office"
    assert (note.path, note.where, note.note) == ("policies/p1.toml", "", True)


def test_a_contract_that_is_not_in_force_is_refused_if_it_is_wrong(read: Write) -> None:
    idle = HEAD.replace('"office"', '"his"') + CLOCK.replace('"10min"', '"bald"')
    _, faults = read(HEAD + CLOCK, idle, frame=replace(FRAME, active=("office",)))
    assert [fault.where for fault in faults if not fault.note] == ["clock.response.limit"]


def test_how_long_before_an_open_limit_to_warn_is_kept_for_when_it_is_filled_in(
    read: Write,
) -> None:
    (policy,), _ = read(HEAD + CLOCK.replace('"10min"', '"unset"'))
    assert policy.clocks[0].warn_before == (timedelta(minutes=1),)


def test_a_number_that_is_no_clock_is_kept_exactly(read: Write) -> None:
    (policy,), faults = read(HEAD + CLOCK + FIGURE)
    assert faults == []
    assert [figure.value for figure in policy.figures] == [Decimal("0.2")]


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ('clause = "000 §1"\n', "", "clock.response.clause", "没有填写"),
        ('"10min"', '"10 minutes"', "clock.response.limit", "10 minutes"),
        ('limit = "10min"\n', "", "clock.response.limit", "没有填写"),
        ('"1min"', '"15min"', "clock.response.warn", "不短于时限 10min"),
        ('"80%"', '"100%"', "clock.response.warn", "100%"),
        ('warn_basis = "合同未约定"\n', "", "clock.response.warn_basis", "没有填写"),
        ('clock = "response"', 'clock = "reply"', "clock.response.clock", "reply"),
        ('["report"]', '["repair"]', "clock.response.kinds", "repair"),
        ('kinds = ["report"]\n', "", "clock.response.kinds", "没有填写"),
        ('"opened"', '"reported"', "clock.response.anchor", "reported"),
        ('["acknowledged"]', '["answered"]', "clock.response.stop", "answered"),
        ('["acknowledged"]', '["opened"]', "clock.response.stop", "既是起点又是终点"),
        ('"24x7"', '"office"', "clock.response.calendar", "office"),
        ("warn =", "warns =", "clock.response.warns", "不认识"),
        ("anchor", 'severities = ["重大"]\nanchor', "clock.response.severities", "重大"),
        ("anchor", 'pauses = ["lunch"]\nanchor', "clock.response.pauses", "lunch"),
        ("anchor", 'pauses = ["parts"]\nanchor', "clock.response.pauses", "响应"),
        ("anchor", 'campuses = ["west"]\nanchor', "clock.response.campuses", "west"),
        ("anchor", 'repeats = "yes"\nanchor', "clock.response.repeats", "yes"),
        ("anchor", "at_least = 1\nanchor", "clock.response.at_least", "1"),
        ("anchor", "at_least = true\nanchor", "clock.response.at_least", "不与提醒"),
        ("anchor", 'grace = "bald"\nanchor', "clock.response.grace", "bald"),
        ("anchor", 'grace = "5min"\nanchor', "clock.response.grace_basis", "没有填写"),
    ],
)
def test_each_fault_of_a_rule_is_named_by_file_key_and_reason(
    read: Write, old: str, new: str, where: str, says: str
) -> None:
    assert old in CLOCK
    _, faults = read(HEAD + CLOCK.replace(old, new, 1))
    found = {fault.where: fault for fault in faults}
    assert where in found
    assert found[where].path == "policies/p0.toml"
    assert says in found[where].problem
    assert not found[where].note


@pytest.mark.parametrize("role", ["supervisor", "desk", "admin"])
def test_a_contract_names_who_excuses_and_keeps_its_version_at_the_default(
    read: Write, role: str
) -> None:
    policies, faults = read(f'exemption_by = "{role}"\n' + HEAD + CLOCK)
    plain = replace(policies[0], exemption_by="supervisor").stamped()
    assert not [fault for fault in faults if not fault.note]
    assert policies[0].exemption_by == role
    assert Policy.from_json(policies[0].to_json()) == policies[0]
    assert (policies[0].version == plain.version) == (role == "supervisor")


def test_a_contract_names_who_agrees_to_a_pause(read: Write) -> None:
    policies, faults = read(HEAD + CLOCK + '[confirm]\nforce_majeure = "supervisor"\n')
    assert not [fault for fault in faults if not fault.note]
    assert policies[0].confirmer_of("force_majeure") == "supervisor"
    assert policies[0].confirmer_of("parts") is None
    assert Policy.from_json(policies[0].to_json()) == policies[0]


def test_a_contract_names_who_decides_a_disputed_grade_and_whom_to_tell(read: Write) -> None:
    said = 'grade_by = "supervisor"\n' + HEAD + CLOCK
    policies, faults = read(said + '[tell.replan]\nto = ["requester", "admin"]\nclause = "1"\n')
    assert not [fault for fault in faults if not fault.note]
    told = policies[0].told_of(Occasion.REPLAN)
    assert policies[0].grade_by == "supervisor"
    assert told is not None
    assert told.to == ("requester", "admin")
    assert policies[0].told_of(Occasion.PROGRESS) is None
    assert Policy.from_json(policies[0].to_json()) == policies[0]


@pytest.mark.parametrize("role", ["engineer", "nurse", "boss"])
def test_no_side_of_a_dispute_decides_it_and_nobody_whom_the_files_do_not_know(
    read: Write, role: str
) -> None:
    _, faults = read(f'grade_by = "{role}"\n' + HEAD + CLOCK)
    assert "grade_by" in {fault.where for fault in faults}


def test_nobody_who_works_on_tickets_excuses_them(read: Write) -> None:
    _, faults = read('exemption_by = "engineer"\n' + HEAD + CLOCK)
    assert "exemption_by" in {fault.where for fault in faults}


@pytest.mark.parametrize(
    ("more", "where", "says"),
    [
        (CLOCK.replace("[clock.response]", "[clock.again]"), "clock.again", "response"),
        (STEP.replace("supervisor", "boss"), "escalation.unanswered.to", "boss"),
        (STEP.replace('"response"', '"arrival"'), "escalation.unanswered.clock", "arrival"),
        (STEP.replace('to = ["supervisor"]', ""), "escalation.unanswered.to", "没有填写"),
        (STEP + 'after = "soon"\n', "escalation.unanswered.after", "soon"),
        (STEP.replace('basis = "合同未约定"', ""), "escalation.unanswered.basis", "没有填写"),
        ('[scope]\ncampuses = ["west"]\n', "scope.campuses", "west"),
        ('[scope]\ncategories = ["lift"]\n', "scope.categories", "lift"),
        ("[satisfaction]\npercent = 95\n", "satisfaction.clause", "没有填写"),
        ('[satisfaction]\npercent = 101\nclause = "1"\n', "satisfaction.percent", "101"),
        ('[confirm]\nparts = "boss"\n', "confirm.parts", "boss"),
        ('[confirm]\nlunch = "ward"\n', "confirm.lunch", "lunch"),
        ('[tell.progress]\nto = ["boss"]\nclause = "1"\n', "tell.progress.to", "boss"),
        ('[tell.progress]\nclause = "1"\n', "tell.progress.to", "没有填写"),
        ('[tell.progress]\nto = ["desk"]\n', "tell.progress.clause", "没有填写"),
        ('[tell.lunch]\nto = ["desk"]\nclause = "1"\n', "tell.lunch", "lunch"),
        ('[penalty]\neach = "0.2%"\n', "penalty", "不认识"),
        (STEP + 'since = "limit"\nafter = "10min"\n', "escalation.unanswered.after", "不短于"),
        (STEP + 'severities = ["紧急"]\n', "escalation.unanswered.severities", "紧急"),
        (STEP + 'since = "warning"\n', "escalation.unanswered.since", "warning"),
        (FIGURE.replace("0.2", '"0.2"'), "figure.each.value", "0.2"),
        (FIGURE.replace("value = 0.2\n", ""), "figure.each.value", "没有填写"),
        (FIGURE.replace('"percent"', '"yuan"'), "figure.each.unit", "yuan"),
        (FIGURE.replace('clause = "000 §1"', ""), "figure.each.clause", "没有填写"),
        (FIGURE + 'per = "week"\n', "figure.each.per", "week"),
        (OTHER.replace('"response"', '"arrival"'), "reading.other", "没有与它不一致"),
        (HEAD[HEAD.index("[") :].replace("urgent]", "x]"), "severity.x.urgencies", "重复"),
    ],
)
def test_each_fault_around_the_rules_is_named(
    read: Write, more: str, where: str, says: str
) -> None:
    _, faults = read(HEAD + CLOCK + more)
    found = {fault.where: fault.problem for fault in faults if not fault.note}
    assert where in found
    assert says in found[where]


def test_all_faults_of_all_files_come_at_once(read: Write) -> None:
    broken = CLOCK.replace('"10min"', '"bald"').replace('clock = "response"', 'clock = "x"')
    _, faults = read(HEAD + broken, "key = \n", HEAD + CLOCK)
    assert {fault.path for fault in faults} == {f"policies/p{n}.toml" for n in range(3)}
    assert len(faults) == 4
    assert all("\n" not in fault.line() for fault in faults)


def test_two_rules_for_different_severities_live_together(read: Write) -> None:
    urgent = CLOCK.replace("anchor", 'severities = ["紧急"]\nanchor')
    general = urgent.replace("紧急", "一般").replace("[clock.response]", "[clock.general]")
    more = '[severity.general]\nword = "一般"\nurgencies = ["normal"]\nclause = "000 §1"\n'
    (policy,), faults = read(HEAD + more + urgent + general)
    assert faults == []
    assert len(policy.clocks) == 2


def test_a_site_without_any_policy_is_a_fault(read: Write) -> None:
    assert [fault.where for fault in read()[1]] == [""]


@pytest.mark.parametrize("nobody", ['""', '"  "', "'　'"])
def test_a_policy_that_nobody_confirmed_is_left_out_with_one_note(read: Write, nobody: str) -> None:
    draft = f"confirmed_by = {nobody}\n" + HEAD.replace("office", "draft") + CLOCK + "odd = 1\n"
    policies, found = read(HEAD + CLOCK, draft)
    assert [policy.key for policy in policies] == ["office"]
    assert [fault.line() for fault in found] == [
        "policies/p1.toml：还没有人确认，填上 confirmed_by 才会生效"
    ]
    assert found[0].note


def test_a_name_puts_a_draft_in_force_and_changes_nothing_else(read: Write) -> None:
    (signed, plain), faults = read(
        'confirmed_by = "宋敏"\n' + HEAD + CLOCK, HEAD.replace("office", "plain") + CLOCK
    )
    assert faults == []
    assert Policy.from_json({**plain.to_json(), "key": "office"}).stamped() == signed


def test_a_confirmation_that_is_no_name_is_a_fault(read: Write) -> None:
    _, (fault,) = read("confirmed_by = true\n" + HEAD + CLOCK)
    assert (fault.where, fault.note) == ("confirmed_by", False)


def test_a_site_whose_contracts_all_wait_for_a_name_is_a_fault(read: Write) -> None:
    policies, (note, fault) = read('confirmed_by = ""\n' + HEAD + CLOCK)
    assert policies == []
    assert (note.note, fault.note) == (True, False)
    assert "没有人确认" in fault.problem


# Calendars.


def test_calendars_are_read_with_their_dates() -> None:
    office = {
        "days": "mon-fri",
        "hours": ["15:00-18:00", "08:00-12:00"],
        "dates": {"2026-02-17": [], "2026-02-14": ["08:00-12:00"]},
    }
    read, faults = read_calendars({"office": office}, SHANGHAI, "site.toml")
    assert faults == []
    calendars = read.calendars
    assert calendars[ALWAYS].is_always
    day = (Hours(480, 720), Hours(900, 1080))
    assert calendars["office"].week == (*[day] * 5, (), ())
    assert calendars["office"].overrides == {date(2026, 2, 17): (), date(2026, 2, 14): day[:1]}


@pytest.mark.parametrize(
    ("office", "where", "says"),
    [
        ({"hours": ["8-12"]}, "calendars.office.hours", "8-12"),
        ({"hours": ["12:00-25:00"]}, "calendars.office.hours", "25:00"),
        ({"hours": []}, "calendars.office.hours", "没有任何开放时间"),
        ({"hours": ["08:00-12:00"], "days": "workday"}, "calendars.office.days", "workday"),
        ({"hours": ["08:00-12:00"], "days": "2026-02-17"}, "calendars.office.days", "2026"),
        ({"hours": ["08:00-12:00"], "open": True}, "calendars.office.open", "不认识"),
        ({"hours": ["08:00-12:00"], "dates": {"春节": []}}, "calendars.office.dates.春节", "春节"),
    ],
)
def test_each_fault_of_a_calendar_is_named(
    office: dict[str, object], where: str, says: str
) -> None:
    _, faults = read_calendars({"office": office}, SHANGHAI, "site.toml")
    found = {fault.where: fault.problem for fault in faults}
    assert where in found
    assert says in found[where]


def test_the_calendar_that_never_closes_cannot_be_redefined() -> None:
    read, faults = read_calendars({ALWAYS: {"hours": []}}, SHANGHAI, "site.toml")
    assert read.calendars[ALWAYS].is_always
    assert [fault.where for fault in faults] == ["calendars.24x7"]
