"""The contracts of a site: `policies/*.toml`, one file a contract, read with every fault at once.

A number without a clause is refused, and so is a limit that was left out: what a contract leaves
open is written `limit = "unset"`, becomes a note, and its clock is shown without a limit. Where a
contract contradicts itself the stricter reading stands under `clock`, the other under `reading`;
`site.toml` may choose a set of the others, and which contracts are in force at all. A file whose
`confirmed_by` stands empty is a draft: it is named in a note and otherwise left alone.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Final

from core.calendar import WorkCalendar
from core.courses import UNPAUSED
from core.events import EventKind
from core.kinds import CATEGORIES, ClockName, TicketKind, Urgency
from core.policy import (
    ClockRule,
    Confirmer,
    Figure,
    FigureUnit,
    Period,
    Policy,
    ReopenMode,
    Severity,
    Step,
    StepStart,
    WaitReason,
)
from storage.site.closed_lists import allowed, known, member, members
from storage.site.durations import DURATION_FORM, read_duration
from storage.site.faults import Fault
from storage.site.hospital import SITE_FILE
from storage.site.parties import check_told, known_parties, read_decider, read_grader, read_tells
from storage.site.tables import Table, read_table

FOLDER: Final = "policies"
UNSET: Final = "unset"
CONFIRMED_BY: Final = "confirmed_by"

_PERCENT: Final = re.compile(r"([1-9][0-9]?)\s?[%％]", re.ASCII)
_WARN_FORM: Final = "写法如 80%（时限用掉八成时）或 30min（到时限前 30 分钟）"
_NO_TIME: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class PolicyFrame:
    """What policies refer to by name, and what the site chooses among them."""

    calendars: Mapping[str, WorkCalendar]
    campuses: Collection[str]
    roles: Collection[str] | None
    """None where any will do."""
    active: Collection[str] | None = None
    """Keys of the contracts in force; None for all."""
    readings: Mapping[str, str] = field(default_factory=dict)
    """Key of a contract to the set of readings chosen for it."""


def read_policies(site: Path, frame: PolicyFrame) -> tuple[list[Policy], list[Fault]]:
    """Return the policies in force of a site directory, by file name, and every fault and note."""
    policies: dict[str, Policy] = {}
    faults: list[Fault] = []
    for path in sorted((site / FOLDER).glob("*.toml")):
        found: list[Fault] = []
        root = read_table(path, found)
        if root is not None and _is_draft(root):
            root.fault("", f"还没有人确认，填上 {CONFIRMED_BY} 才会生效", note=True)
        elif root is not None:
            policy = _chosen(root, frame, found)
            if policy.key in policies:
                root.fault("key", f"合同代号“{policy.key}”在别的文件里用过了", "每份合同一个代号")
            policies.setdefault(policy.key, policy)
        faults += [replace(fault, path=f"{FOLDER}/{fault.path}") for fault in found]
    if not policies and all(fault.note for fault in faults):
        # A hospital without any contract in force has no clocks to run.
        problem = "合同都还没有人确认" if faults else "没有任何合同文件"
        faults.append(Fault(FOLDER, "", problem, "至少要有一份生效的 *.toml"))
    faults += _choices(policies, frame)
    return [policy for key, policy in policies.items() if _is_active(key, frame)], faults


def _chosen(root: Table, frame: PolicyFrame, found: list[Fault]) -> Policy:
    """Return a policy as the site reads it. One that is not in force is checked all the same,
    but for the people whom it names; that it leaves things open is not worth a note each.
    """
    if _is_active(root.text("key", ""), frame):
        return _policy(root, frame)
    policy = _policy(root, replace(frame, roles=None))
    found[:] = [fault for fault in found if not fault.note]
    root.fault("", "这份合同没有启用", f"要启用就写进 {SITE_FILE} 的 [contracts] active", note=True)
    return policy


def _is_active(key: str, frame: PolicyFrame) -> bool:
    return frame.active is None or key in frame.active


def _choices(policies: Mapping[str, Policy], frame: PolicyFrame) -> Iterator[Fault]:
    """Yield what `site.toml` chooses that no contract has."""
    for key in frame.active or ():
        if key not in policies:
            yield Fault(SITE_FILE, "contracts.active", f"没有合同“{key}”", allowed(policies))
    for key, chosen in frame.readings.items():
        where = f"readings.{key}"
        if key not in policies:
            yield Fault(SITE_FILE, where, f"没有合同“{key}”", allowed(policies))
        elif chosen not in policies[key].sets and _is_active(key, frame):
            others = allowed(sorted(policies[key].sets) or ("（这份合同没有别的读法）",))
            yield Fault(SITE_FILE, where, f"没有读法“{chosen}”", others)


def _is_draft(root: Table) -> bool:
    """Return whether nobody has confirmed it; a file without the key needs nobody to."""
    written = dict(root.items()).get(CONFIRMED_BY)
    return isinstance(written, str) and not written.strip()


def read_policy(path: Path, frame: PolicyFrame) -> tuple[Policy | None, list[Fault]]:
    """Return the contract of one file, wherever it lies, with every fault and note."""
    faults: list[Fault] = []
    root = read_table(path, faults)
    return (None if root is None else _policy(root, frame)), faults


def _policy(root: Table, frame: PolicyFrame) -> Policy:
    scope, satisfaction = root.table("scope"), root.table("satisfaction")
    severities = _severities(root.table("severity"))
    words = [grade.word for grade in severities]
    clocks, readings = (_rules(root.table(key), words, frame) for key in ("clock", "reading"))
    _refuse_collisions(root.table("clock"), clocks)
    _check_readings(root.table("reading"), readings, clocks)
    root.text(CONFIRMED_BY, "")
    policy = Policy(
        key=root.text("key"),
        contract=root.text("contract"),
        title=root.text("title"),
        severities=severities,
        clocks=tuple(clocks.values()),
        readings=tuple(readings.values()),
        categories=known(scope, "categories", CATEGORIES),
        campuses=known(scope, "campuses", frame.campuses),
        assets=frozenset(scope.texts("assets")),
        escalation=_ladder(root.table("escalation"), clocks.values(), frame.roles),
        reopen=member(root, "reopen", ReopenMode, ReopenMode.CONTINUE),
        satisfaction_percent=_satisfaction(satisfaction),
        satisfaction_clause=satisfaction.text("clause", ""),
        confirm=_confirm(root.table("confirm")),
        exemption_by=read_decider(root),
        grade_by=read_grader(root, frame.roles),
        tells=read_tells(root.table("tell"), frame.roles),
        figures=_figures(root.table("figure")),
    )
    for table in (scope, satisfaction, root):
        table.close()
    chosen = frame.readings.get(policy.key, "")
    policy = policy.read_as(chosen) if chosen in policy.sets else policy.stamped()
    _note_readings(root, policy, {**_named("clock", clocks), **_named("reading", readings)})
    return policy


def _named(section: str, rules: Mapping[str, ClockRule]) -> dict[ClockRule, str]:
    return {rule: f"{section}.{name}" for name, rule in rules.items()}


def _confirm(table: Table) -> tuple[tuple[WaitReason, Confirmer], ...]:
    """Return which waits somebody has to agree to before they pause clocks."""
    found = []
    for key in table:
        who = member(table, key, Confirmer)
        if key in set(WaitReason):
            found.append((WaitReason(key), who))
        else:
            table.fault(key, f"没有等待原因“{key}”", allowed(WaitReason))
    table.close()
    return tuple(sorted(found))


def _severities(section: Table) -> tuple[Severity, ...]:
    grades: list[Severity] = []
    for name in section:
        table = section.table(name)
        grade = Severity(
            table.text("word"),
            frozenset(members(table, "urgencies", Urgency)),
            table.text("clause"),
            table.integer("spread", 0, 2, 99),
        )
        for earlier in grades:
            if grade.word == earlier.word or grade.urgencies & earlier.urgencies:
                table.fault("urgencies", f"“{grade.word}”与“{earlier.word}”重复", "各归一级")
        grades.append(grade)
        table.close()
    return tuple(grades)


def _figures(section: Table) -> tuple[Figure, ...]:
    """Return the numbers that are no clocks; they are kept for who counts with them."""
    figures = []
    for name in section:
        table = section.table(name)
        figure = Figure(
            name,
            table.number("value"),
            member(table, "unit", FigureUnit),
            table.text("clause"),
            member(table, "per", Period) if "per" in table else None,
            table.text("note", ""),
        )
        figures.append(figure)
        table.close()
    return tuple(figures)


def _rules(section: Table, severities: list[str], frame: PolicyFrame) -> dict[str, ClockRule]:
    return {name: _rule(section.table(name), severities, frame) for name in section}


def _rule(table: Table, severities: list[str], frame: PolicyFrame) -> ClockRule:
    limit = _limit(table)
    grace = table.duration("grace", _NO_TIME)
    rule = ClockRule(
        clock=member(table, "clock", ClockName),
        kinds=frozenset(members(table, "kinds", TicketKind, required=True)),
        severities=known(table, "severities", severities),
        campuses=known(table, "campuses", frame.campuses),
        anchor=member(table, "anchor", EventKind),
        stop=members(table, "stop", EventKind, required=True),
        limit=limit,
        calendar=table.text("calendar"),
        warn_before=_warnings(table, limit),
        warn_basis=table.text("warn_basis", "")
        if "warn" not in table
        else table.text("warn_basis"),
        pauses=members(table, "pauses", WaitReason),
        repeats=table.flag("repeats"),
        at_least=table.flag("at_least"),
        grace=grace,
        grace_basis=table.text("grace_basis")
        if "grace" in table
        else table.text("grace_basis", ""),
        sets=frozenset(table.texts("sets")),
        clause=table.text("clause"),
        note=table.text("note", ""),
    )
    if rule.calendar and rule.calendar not in frame.calendars:
        table.fault("calendar", f"没有日历“{rule.calendar}”", allowed(frame.calendars))
    if rule.pauses and rule.clock in UNPAUSED:
        table.fault("pauses", "响应和到场不能因等待停表", "去掉这一行；特殊情况走免责")
    if rule.anchor in rule.stop:
        table.fault("stop", f"“{rule.anchor}”既是起点又是终点", "起点与终点要不同")
    if rule.at_least and (rule.warn_before or rule.repeats or rule.grace):
        table.fault("at_least", "不与提醒、宽限、重复同用", "去掉 warn、grace、repeats")
    table.close()
    return rule


def _limit(table: Table) -> timedelta | None:
    written = table.text("limit")
    if written == UNSET:
        table.fault("limit", "合同没有写明时限，只计时，不提醒", "补上后生效", note=True)
        return None
    limit = _length(written)
    if written and limit is None:
        table.fault("limit", f"时限“{written}”不对", f"{DURATION_FORM}；合同未写明时填 {UNSET}")
    return limit


def _length(written: str) -> timedelta | None:
    """Return a length of time, which may here be nothing at all: at once."""
    return _NO_TIME if written == "0min" else read_duration(written)


def _warnings(table: Table, limit: timedelta | None) -> tuple[timedelta, ...]:
    """Return how long before the limit warnings come, longest first."""
    offsets = set()
    for written in table.texts("warn"):
        percent, offset = _PERCENT.fullmatch(written), read_duration(written)
        if percent is None and offset is None:
            table.fault("warn", f"提醒“{written}”不对", _WARN_FORM)
        elif percent is not None and limit is not None:
            offset = limit * (100 - int(percent[1])) / 100
        if offset is None:
            continue
        if limit is None or offset < limit:
            # How long before a limit that is still to be filled in is worth keeping.
            offsets.add(offset)
        else:
            table.fault("warn", f"提醒“{written}”不短于时限 {table.text('limit')}", _WARN_FORM)
    return tuple(sorted(offsets, reverse=True))


def _refuse_collisions(section: Table, rules: Mapping[str, ClockRule]) -> None:
    for (first, one), (second, other) in combinations(rules.items(), 2):
        if one.collides_with(other):
            section.fault(second, f"与 {first} 对同类工单约定了同一时限", "一种情况只能有一条生效")


def _check_readings(
    section: Table, readings: Mapping[str, ClockRule], clocks: Mapping[str, ClockRule]
) -> None:
    for name, reading in readings.items():
        beside = [key for key, rule in clocks.items() if rule.collides_with(reading)]
        if not beside:
            section.fault(name, "clock 里没有与它不一致的一条", "不冲突的约定直接写进 clock")
        for key in beside:
            if reading.is_stricter_than(clocks[key]):
                advice = f"把较严的写进 clock，要用较宽的在 {SITE_FILE} 的 [readings] 里选"
                section.fault(name, f"比 clock.{key} 更严", advice, note=True)


def _note_readings(root: Table, policy: Policy, names: Mapping[ClockRule, str]) -> None:
    """Put down what stands beside the promises in force, whichever of the two was chosen."""
    for rule in policy.readings:
        about = f"另一种读法，未启用（{rule.clause}）"
        root.fault(names[rule], f"{about}：{rule.note}" if rule.note else about, note=True)


def _ladder(
    section: Table, rules: Collection[ClockRule], roles: Collection[str] | None
) -> tuple[Step, ...]:
    told = known_parties(roles)
    return tuple(_step(section.table(name), rules, told) for name in section)


def _step(table: Table, rules: Collection[ClockRule], told: Collection[str] | None) -> Step:
    written = table.text("after", "0min")
    after = _length(written)
    if after is None:
        table.fault("after", f"时长“{written}”不对", DURATION_FORM)
    step = Step(
        clock=member(table, "clock", ClockName),
        since=member(table, "since", StepStart, StepStart.BREACH),
        after=after or _NO_TIME,
        to=tuple(dict.fromkeys(table.texts("to"))),
        basis=table.text("basis"),
        severities=frozenset(table.texts("severities")),
    )
    about = [rule for rule in rules if rule.clock is step.clock]
    if "clock" in table and not about:
        table.fault("clock", f"这份合同没有“{step.clock}”时限", "先在 clock 一节里写上")
    for word in sorted(step.severities):
        if not any(word in rule.severities for rule in about):
            table.fault("severities", f"没有写明“{word}”的“{step.clock}”时限", "先单独写一条")
    meant = (rule for rule in about if not step.severities or step.severities & rule.severities)
    limits = [rule.limit for rule in meant if rule.limit is not None]
    if step.since is StepStart.LIMIT and any(limit <= step.after for limit in limits):
        table.fault("after", f"“{written}”不短于时限", "提前多久，要短于时限")
    check_told(table, step.to, told)
    table.close()
    return step


def _satisfaction(table: Table) -> int | None:
    if "percent" not in table:
        return None
    table.text("clause")
    return table.integer("percent", 0, 1, 100)
