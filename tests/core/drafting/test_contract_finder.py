"""Laws of reading a contract: what is a limit and what only looks like one."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.drafting.draft import draft_of
from core.drafting.finder import findings_in
from core.drafting.findings import Limit
from core.drafting.lengths import Unit, lengths_in
from core.drafting.rules import Doubt
from core.drafting.text import sentences_of
from core.events import EventKind
from core.kinds import ClockName, TicketKind

CONTRACTS = sorted((Path(__file__).parents[2] / "data" / "contracts").glob("*.txt"))
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def told(limit: Limit) -> str:
    """Return a limit on one line, as the files beside the contracts have it."""
    promise, start = limit.promise, limit.start
    event = start.event if start and start.event else start.written if start else ""
    parts = (
        promise.clock,
        "/".join(promise.grades),
        limit.written,
        f"从 {event}" if event else "",
        limit.case,
        "/".join(sorted(promise.kinds)) if len(promise.kinds) == 1 else "",
        promise.sentence.article or f"第 {promise.sentence.line} 行",
    )
    return " · ".join(part for part in parts if part)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda path: path.stem)
def test_what_is_found_in_a_contract_is_what_stands_beside_it(contract: Path) -> None:
    findings = findings_in(contract.read_text("utf-8"))
    lines = [told(limit) for limit in findings.limits]
    lines += [
        f"没有数字 · {each.clock} · {'/'.join(each.grades)} · {each.sentence.article}"
        for each in findings.open_promises
    ]
    for warning in findings.warnings:
        offset = f"{warning.percent}%" if warning.percent else f"提前 {warning.before}"
        lines.append(f"预警 · {warning.clock} · {'/'.join(warning.grades)} · {offset}")
    lines += [
        f"升级 · {step.clock} · {step.since} · {step.after} · {step.told}"
        for step in findings.escalations
    ]
    lines += [f"满意度 · {each.percent}" for each in findings.satisfaction]
    lines += [f"扣款 · {each.text}" for each in findings.penalties]
    lines += [f"没有位置 · {each.text}" for each in findings.unplaced]
    expected = contract.with_suffix(".findings").read_text("utf-8").splitlines()
    assert lines == expected


@pytest.mark.parametrize(
    ("written", "length", "unit"),
    [
        ("30分钟", 30 * MINUTE, Unit.CLOCK),
        ("３０分钟", 30 * MINUTE, Unit.CLOCK),
        ("半小时", 30 * MINUTE, Unit.CLOCK),
        ("半个小时", 30 * MINUTE, Unit.CLOCK),
        ("一个半小时", 90 * MINUTE, Unit.CLOCK),
        ("1.5小时", 90 * MINUTE, Unit.CLOCK),
        ("1小时30分钟", 90 * MINUTE, Unit.CLOCK),
        ("一刻钟", 15 * MINUTE, Unit.CLOCK),
        ("二十四小时", 24 * HOUR, Unit.CLOCK),
        ("两个小时", 2 * HOUR, Unit.CLOCK),
        ("24h", 24 * HOUR, Unit.CLOCK),
        ("20 min", 20 * MINUTE, Unit.CLOCK),
        ("3个工作日", 3 * DAY, Unit.WORKDAY),
        ("五个工作日", 5 * DAY, Unit.WORKDAY),
        ("15个日历日", 15 * DAY, Unit.DAY),
        ("7天", 7 * DAY, Unit.DAY),
        ("一周", 7 * DAY, Unit.DAY),
        ("两个星期", 14 * DAY, Unit.DAY),
        ("一个月", None, Unit.UNCLEAR),
        ("半天", None, Unit.UNCLEAR),
    ],
)
def test_a_length_is_read_however_it_is_written(
    written: str, length: timedelta | None, unit: Unit
) -> None:
    (found,) = lengths_in(f"应在{written}内完成")
    assert (found.written, found.length, found.unit) == (written, length, unit)


def test_a_range_has_two_ends() -> None:
    for written in ("2-4小时", "2至4小时", "2小时～4小时", "二到四小时"):
        (found,) = lengths_in(f"{written}内修复")
        assert (found.least, found.length) == (2 * HOUR, 4 * HOUR), written


@pytest.mark.parametrize(
    "trap",
    [
        "硬件保修3年，质保期36个月。",
        "每超时一次罚款500元。",
        "按第15条、第三条处理。",
        "本合同自2026年3月1日起生效，到3月31日内完成交接。",
        "报修电话0551-62001234，手机13800001234。",
        "维修人员不少于2人。",
        "每月25日前提交上月报告，次月5日内出具月报。",
        "系统可用率95%以上，累计响应超时3次以上的终止合同。",
        "提供7×24小时响应服务，5*8现场维修。",
        "提供24小时响应。",
        "设有24小时维修热线。",
        "维修超过24小时的，应提供备用机。",
        "维修人员到场培训不少于2小时。",
        "修复后稳定性应达到2年以上。",
        "每超过30分钟未修复扣100元。",
        "抢修设备满2小时应休息。",
        "电梯每15天保养一次。",
        "响应率100%，修复率98%。",
    ],
)
def test_what_only_looks_like_a_limit_is_none(trap: str) -> None:
    assert findings_in(trap).limits == ()


@pytest.mark.parametrize(
    ("text", "clock", "length", "anchor"),
    [
        ("接到报修后30分钟内响应。", ClockName.RESPONSE, 30 * MINUTE, EventKind.OPENED),
        ("响应时间不超过10分钟。", ClockName.RESPONSE, 10 * MINUTE, None),
        ("响应时间：≤15分钟", ClockName.RESPONSE, 15 * MINUTE, None),
        ("自响应起2小时内到达现场。", ClockName.ARRIVAL, 2 * HOUR, EventKind.ACKNOWLEDGED),
        ("在30分钟内，派工程师赶到现场。", ClockName.ARRIVAL, 30 * MINUTE, None),
        ("到场后1小时内查明故障原因。", ClockName.DIAGNOSIS, HOUR, EventKind.ARRIVED),
        ("确诊后48小时内更换备件。", ClockName.PART, 48 * HOUR, EventKind.DIAGNOSED),
        ("最迟4小时修复。", ClockName.RESOLUTION, 4 * HOUR, None),
        ("2小时内响应并提出解决方案。", ClockName.RESPONSE, 2 * HOUR, None),
        ("修复后24小时内完成复盘。", ClockName.REVIEW, 24 * HOUR, EventKind.RESOLVED),
        ("离场后24小时内提交分析报告。", ClockName.REPORT, 24 * HOUR, EventKind.LEFT),
        ("接到报告后半小时内到场。", ClockName.ARRIVAL, 30 * MINUTE, EventKind.OPENED),
        ("每隔30分钟通报一次进展。", ClockName.PROGRESS, 30 * MINUTE, None),
        ("硒鼓、墨盒2小时内送到科室。", ClockName.DELIVERY, 2 * HOUR, None),
        ("修复后试运行24小时。", ClockName.SOAK, 24 * HOUR, None),
        ("未在30分钟内响应的，每次扣100元。", ClockName.RESPONSE, 30 * MINUTE, None),
    ],
)
def test_a_promise_is_known_by_its_verb_and_its_start(
    text: str, clock: ClockName, length: timedelta, anchor: EventKind | None
) -> None:
    limit = findings_in(text).limits[0]
    assert (limit.promise.clock, limit.length) == (clock, length)
    assert (limit.start.event if limit.start else None) == anchor


def test_each_way_of_numbering_names_the_article() -> None:
    text = "第三条 服务\n3.2 甲。\n（一）乙：（1）丙；（2）丁。\n第四条 戊\n一、己\n1、庚\n2）辛"
    named = {each.text.rstrip("：；。"): each.article for each in sentences_of(text)}
    assert named["甲"] == "第三条 3.2"
    assert named["丁"] == "第三条 3.2 （一） （2）"
    assert named["己"] == "第四条 一"
    assert named["辛"] == "第四条 一 2"


def test_a_reference_to_an_article_is_no_article() -> None:
    (first, second) = sentences_of("第三条 按约定办。\n第五条约定的时限不变。")
    assert (first.article, second.article) == ("第三条", "第三条")


def test_a_line_that_only_the_page_broke_is_one_sentence() -> None:
    (limit,) = findings_in("乙方应当在接到甲方报修电话之后的\n30分钟内到达现场。").limits
    assert limit.promise.sentence.text.endswith("30分钟内到达现场。")


def test_a_heading_says_what_the_numbers_under_it_are() -> None:
    limits = findings_in("1. 到场时限\n（1）紧急：30分钟\n（2）一般：2小时\n").limits
    assert [each.promise.clock for each in limits] == [ClockName.ARRIVAL] * 2
    assert [each.promise.grades for each in limits] == [("紧急",), ("一般",)]


def test_a_table_may_stand_on_its_side() -> None:
    limits = findings_in(
        "项目 重大故障 一般故障\n响应时间 10分钟 30分钟\n修复时间 2小时 1天\n"
    ).limits
    assert [(each.promise.clock, each.promise.grades, each.length) for each in limits] == [
        (ClockName.RESPONSE, ("重大",), 10 * MINUTE),
        (ClockName.RESPONSE, ("一般",), 30 * MINUTE),
        (ClockName.RESOLUTION, ("重大",), 2 * HOUR),
        (ClockName.RESOLUTION, ("一般",), DAY),
    ]


# What a draft makes of it.


def test_of_two_numbers_the_stricter_is_active_and_the_other_is_kept_with_both_sentences() -> None:
    draft = draft_of(findings_in("一、30分钟内到场。\n二、15分钟内到场。\n"))
    (rule,) = draft.rules
    assert rule.length == 15 * MINUTE
    assert [each.length for each in rule.rivals] == [30 * MINUTE]
    (question,) = [each for each in draft.questions if each.doubt is Doubt.CONTRADICTION]
    assert [each.promise.sentence.article for each in question.limits] == ["二", "一"]


def test_what_is_said_twice_alike_is_no_contradiction() -> None:
    draft = draft_of(findings_in("一、30分钟内到场。\n二、半小时内到达现场。\n"))
    assert len(draft.rules[0].again) == 1
    assert Doubt.CONTRADICTION not in {each.doubt for each in draft.questions}


def test_a_promise_without_a_number_stays_unset_and_is_asked_about() -> None:
    draft = draft_of(findings_in("乙方应及时响应，尽快修复。"))
    assert {rule.promise.clock for rule in draft.rules} == {
        ClockName.RESPONSE,
        ClockName.RESOLUTION,
    }
    assert all(rule.length is None and rule.limit is None for rule in draft.rules)
    asked = {(each.doubt, each.clock) for each in draft.questions}
    assert (Doubt.OPEN, ClockName.RESPONSE) in asked
    assert (Doubt.MISSING, ClockName.ARRIVAL) in asked


def test_what_a_text_does_not_promise_is_left_out_and_asked_about() -> None:
    draft = draft_of(findings_in(""))
    assert draft.rules == ()
    assert [each.doubt for each in draft.questions] == [Doubt.MISSING] * 3


def test_a_number_for_all_covers_the_grades_that_have_none_of_their_own() -> None:
    draft = draft_of(findings_in("2小时内到达现场，紧急故障1小时内到达现场。"))
    assert {rule.grades: rule.length for rule in draft.rules} == {
        ("紧急",): HOUR,
        ("其他",): 2 * HOUR,
    }


def test_a_case_is_no_number_for_the_grades_without_one() -> None:
    text = "紧急故障1小时内修复，复杂故障尽快修复。返厂维修周期不超过一周。"
    draft = draft_of(findings_in(text))
    lengths = {rule.grades: rule.length for rule in draft.rules}
    assert lengths == {("紧急",): HOUR, ("复杂",): None}


def test_numbers_of_levels_are_ranked_by_what_is_due_sooner() -> None:
    text = "一级故障8小时内修复，二级故障4小时内修复，三级故障1小时内修复。"
    draft = draft_of(findings_in(text))
    assert [grade.word for grade in draft.grades] == ["三级", "二级", "一级"]


def test_what_a_sentence_says_twice_counts_once() -> None:
    (rule,) = draft_of(findings_in("30分钟响应30分钟响应")).rules
    assert (rule.again, rule.rivals) == ((), ())


def test_complaints_have_clocks_of_their_own() -> None:
    draft = draft_of(findings_in("报修10分钟内响应。投诉24小时内答复。"))
    kinds = {rule.length: rule.kinds for rule in draft.rules}
    assert kinds[24 * HOUR] == {TicketKind.COMPLAINT}
    assert TicketKind.COMPLAINT not in kinds[10 * MINUTE]


_PIECES = (
    "第三条 |3.2 |（一）|（1）|一、|\n|。|；|，|：|、|紧急|一般|重大|一级|（红色）|故障"
    "|其他|响应|到场|修复"
    "|解决方案|报告|复盘|备件|更换|送达|投诉|需求变更|30分钟|2-4小时|半小时|3个工作日|一周|一个月|内|以上"
    "|不超过|超过|每|剩余|提前|预警|升级至主管|上报信息科|未|罚款500元"
    "|满意度不低于95%|7×24小时|工作日"
    "|市区|返厂|及时|尽快|接到报修后|到达后|时间|时限|\t|  |\"|\\|\x00|'''|#|1000000天"
)
PIECES = st.sampled_from(_PIECES.split("|"))


@given(st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=300)))
def test_no_two_clocks_of_a_draft_collide_whatever_the_text(text: str) -> None:
    rules = draft_of(findings_in(text)).rules
    for place, rule in enumerate(rules):
        assert not any(rule.collides_with(other) for other in rules[:place])
        assert rule.anchor not in rule.stop
        assert rule.kinds
        assert rule.limit not in (*rule.rivals, *rule.again)
        assert rule.length is None or rule.length > timedelta(0)


@pytest.mark.parametrize(
    "left",
    [
        "乙方应提供备用冰箱，2小时内送达。",
        "收到甲方异议后五个工作日内整改完毕。",
        "小修当日完成，中修不超过3天。",
        "不能按期完成的，应提前1小时告知甲方。",
        "季度满意度平均分不得低于85分。",
    ],
)
def test_what_has_no_clock_is_handed_on_and_not_dropped(left: str) -> None:
    findings = findings_in(left)
    assert findings.limits == ()
    assert [each.text for each in findings.unplaced] == [left]


def test_a_condition_right_before_a_number_is_its_case() -> None:
    (limit,) = findings_in("需停机检修的，3日内修复。").limits
    assert limit.case == "需停机检修"


def test_a_grade_that_a_sentence_begins_with_goes_on_after_a_semicolon_and_an_aside_does_not() -> (
    None
):
    topic = findings_in("紧急故障：5分钟内响应；1小时内修复；").limits
    assert [each.promise.grades for each in topic] == [("紧急",), ("紧急",)]
    aside = findings_in("到场快，紧急故障5分钟内响应；1小时内修复；").limits
    assert [each.promise.grades for each in aside] == [("紧急",), ()]


def test_grades_are_read_in_their_first_word() -> None:
    findings = findings_in("一级（重大）故障10分钟内响应。重大故障2小时内修复。")
    assert {each.promise.grades for each in findings.limits} == {("一级",)}
