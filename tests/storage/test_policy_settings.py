"""Every setting of a policy file changes something: what is reckoned, or what is said and kept."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.calendar import ALWAYS, Hours, WorkCalendar
from core.escalation import steps
from core.events import EventKind, Json, TicketEvent
from core.kinds import Urgency
from core.people import ROLES
from core.policy import Policy
from core.sla import milestones, states
from storage.site.policies import PolicyFrame, read_policies

SHANGHAI = "Asia/Shanghai"
CALENDARS = {
    ALWAYS: WorkCalendar.always(SHANGHAI),
    "office": WorkCalendar.weekly("office", SHANGHAI, [Hours(480, 720), Hours(900, 1080)]),
}
FRAME = PolicyFrame(CALENDARS, ("main", "east"), ROLES, readings={"office": "other"})
NOON = datetime(2026, 11, 23, 3, 50, tzinfo=UTC)
"""Ten minutes before the office shuts."""
MINUTE = timedelta(minutes=1)
K = EventKind

WHOLE = """
key = "office"
contract = "000"
title = "甲合同"
reopen = "continue"
exemption_by = "supervisor"
grade_by = "desk"

[scope]
categories = ["printer"]
campuses = ["main"]
assets = ["ZC-*"]

[severity.urgent]
word = "紧急"
urgencies = ["urgent"]
clause = "000 §1"
spread = 2

[severity.general]
word = "一般"
urgencies = ["normal"]
clause = "000 §1"

[clock.response]
clock = "contact"
kinds = ["report"]
severities = ["紧急"]
campuses = ["main"]
anchor = "opened"
stop = ["acknowledged"]
limit = "20min"
calendar = "24x7"
warn = ["80%"]
warn_basis = "甲"
pauses = ["parts"]
repeats = false
grace = "5min"
grace_basis = "甲"
clause = "000 §2"
note = "甲"
sets = ["other"]

[clock.arrival]
clock = "arrival"
kinds = ["report"]
anchor = "opened"
stop = ["arrived"]
limit = "15min"
calendar = "24x7"
clause = "000 §2"

[clock.resolution]
clock = "resolution"
kinds = ["report"]
anchor = "opened"
stop = ["resolved"]
limit = "1h"
calendar = "24x7"
clause = "000 §3"

[clock.soak]
clock = "soak"
kinds = ["report"]
anchor = "resolved"
stop = ["left"]
limit = "2h"
calendar = "24x7"
at_least = true
clause = "000 §3"

[reading.late]
clock = "arrival"
kinds = ["report"]
anchor = "opened"
stop = ["arrived"]
limit = "30min"
calendar = "24x7"
clause = "000 §4"
sets = ["other"]

[escalation.up]
clock = "contact"
since = "breach"
after = "1min"
severities = ["紧急"]
to = ["supervisor"]
basis = "000 §5"

[satisfaction]
percent = 95
clause = "000 §6"

[tell.replan]
to = ["supervisor"]
clause = "000 §6"

[figure.pot]
value = 10
unit = "percent"
per = "year"
clause = "000 §7"
note = "甲"
"""

SAID = (
    "contract",
    "title",
    "exemption_by",
    "grade_by",
    "tell.replan.to",
    "tell.replan.clause",
    "severity.urgent.clause",
    "clock.response.warn_basis",
    "clock.response.grace_basis",
    "clock.response.clause",
    "clock.response.note",
    "clock.response.sets",
    "escalation.up.basis",
    "satisfaction.percent",
    "satisfaction.clause",
    "figure.pot.value",
    "figure.pot.unit",
    "figure.pot.per",
    "figure.pot.clause",
    "figure.pot.note",
)
"""Settings that are told and kept with the version; all others change what is reckoned."""

CHANGED = {
    "key": '"his"',
    "contract": '"004"',
    "title": '"乙合同"',
    "reopen": '"new_cycle"',
    "exemption_by": '"desk"',
    "grade_by": '"supervisor"',
    "tell.replan.to": '["requester", "desk"]',
    "tell.replan.clause": '"000 §9"',
    "scope.categories": '["network"]',
    "scope.campuses": '["east"]',
    "scope.assets": '["SS-1"]',
    "severity.urgent.word": '"火急"',
    "severity.urgent.urgencies": '["important"]',
    "severity.urgent.clause": '"000 §9"',
    "severity.urgent.spread": "9",
    "clock.response.clock": '"diagnosis"',
    "clock.response.kinds": '["supply"]',
    "clock.response.severities": '["一般"]',
    "clock.response.campuses": '["east"]',
    "clock.response.anchor": '"assigned"',
    "clock.response.stop": '["arrived"]',
    "clock.response.limit": '"50min"',
    "clock.response.calendar": '"office"',
    "clock.response.warn": '["5min"]',
    "clock.response.warn_basis": '"乙"',
    "clock.response.pauses": '["ward"]',
    "clock.response.repeats": "true",
    "clock.response.grace": '"9min"',
    "clock.response.grace_basis": '"乙"',
    "clock.response.clause": '"000 §9"',
    "clock.response.note": '"乙"',
    "clock.response.sets": '["more"]',
    "clock.soak.at_least": "false",
    "reading.late.sets": '["more", "others"]',
    "escalation.up.clock": '"arrival"',
    "escalation.up.since": '"limit"',
    "escalation.up.after": '"2min"',
    "escalation.up.severities": '["一般"]',
    "escalation.up.to": '["desk"]',
    "escalation.up.basis": '"000 §9"',
    "satisfaction.percent": "90",
    "satisfaction.clause": '"000 §9"',
    "figure.pot.value": "10.5",
    "figure.pot.unit": '"points"',
    "figure.pot.per": '"month"',
    "figure.pot.clause": '"000 §9"',
    "figure.pot.note": '"乙"',
}
"""Each setting and what is written instead of what stands in `WHOLE`."""


def _read(folder: Path, text: str) -> tuple[Policy, list[str]]:
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "policies" / "office.toml").write_text(text, "utf-8")
    (policy,), faults = read_policies(folder, FRAME)
    return policy, [fault.line() for fault in faults if not fault.note]


def _instead(setting: str, value: str) -> str:
    section, _, key = setting.rpartition(".")
    head = f"[{section}]\n" if section else ""
    before, found, after = WHOLE.partition(head) if head else ("", "", WHOLE)
    changed, n = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", after, count=1)
    assert n == 1, setting
    return before + found + changed


def _log(kind: str, severity: str) -> tuple[TicketEvent, ...]:
    said: tuple[tuple[int, EventKind, dict[str, Json]], ...] = (
        (0, K.OPENED, {"kind": kind, "severity": severity}),
        (2, K.ASSIGNED, {"to": "e-1"}),
        (5, K.WAITED, {"reason": "parts", "until": (NOON + 15 * MINUTE).isoformat()}),
        (40, K.ACKNOWLEDGED, {}),
        (45, K.ARRIVED, {}),
        (190, K.RESOLVED, {}),
        (200, K.LEFT, {}),
        (260, K.REOPENED, {}),
        (400, K.RESOLVED, {}),
    )
    return tuple(
        TicketEvent(seq, event, NOON + minute * MINUTE, facts=facts)
        for seq, (minute, event, facts) in enumerate(said, start=1)
    )


def _reckoned(policy: Policy) -> Iterator[object]:
    """Yield all that the policy does to tickets."""
    for category in ("printer", "network"):
        for campus in ("main", "east"):
            yield [policy.covers(category, campus, asset) for asset in ("ZC-1", "SS-1", None)]
    yield [policy.severity_of(urgency) for urgency in Urgency]
    yield [each.spread for each in policy.severities]
    here = policy.at_campus("main")
    for kind in ("report", "supply"):
        for severity in ("紧急", "一般"):
            events, now = _log(kind, severity), NOON + timedelta(hours=9)
            for moment in (NOON + 10 * MINUTE, now):
                found = states(here, CALENDARS, events=events, now=moment)
                yield [
                    (each.clock, each.cycle, each.due_at, each.stopped_at, each.breached_at)
                    for each in found
                ]
                yield milestones(found)
                yield [(due.at, due.step.to) for due in steps(here, CALENDARS, found)]


def test_the_table_of_changes_has_every_setting_that_the_reader_knows(tmp_path: Path) -> None:
    known: set[str] = set()
    odd = re.sub(r"(?m)^(\[.+\]|title = .*)$", r"\1\nzz = 1", WHOLE)
    _, faults = _read(tmp_path, odd)
    for fault in faults:
        where, _, words = fault.partition("：不认识的设置；允许 ")
        section = where.partition("office.toml ")[2].rpartition("zz")[0]
        known |= {f"{section}{word}" for word in words.split("、")}
    sections = {"", "scope.", "severity.urgent.", "clock.response.", "escalation.up."}
    sections |= {"satisfaction.", "figure.pot.", "tell.replan."}
    settings = {each for each in known if each.rpartition(".")[0] + "." in sections}
    settings |= {each for each in known if "." not in each}
    tables = {"scope", "severity", "clock", "reading", "escalation", "satisfaction", "figure"}
    tables |= {"tell", "confirm"}  # whose keys are reasons to wait; it has laws of its own
    # An empty `confirmed_by` puts the whole file out of force, which has laws of its own.
    written = set(CHANGED) | {"clock.response.at_least", "confirmed_by"}
    assert settings - tables == written - {"clock.soak.at_least", "reading.late.sets"}


@pytest.mark.parametrize("setting", CHANGED)
def test_every_setting_changes_some_output(tmp_path: Path, setting: str) -> None:
    before, faults = _read(tmp_path, WHOLE)
    assert faults == []
    after, found = _read(tmp_path, _instead(setting, CHANGED[setting]))
    assert before.version != after.version
    assert (list(_reckoned(before)) != list(_reckoned(after)) or bool(found)) is (
        setting not in SAID
    )
