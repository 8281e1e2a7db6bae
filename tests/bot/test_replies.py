"""Laws of words: nothing without them, nothing too long, every label exact."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.replies.errors import EXPLANATIONS, explain, facts_of
from bot.replies.labels import ACTIONS, OPTIONS, label_of, option_label
from bot.replies.layout import Names, lines, span
from bot.replies.render import TEMPLATES, render
from core import errors
from core.actions import (
    Action,
    Tap,
    card_taps,
    engineer_taps,
    handover_taps,
    leader_taps,
    rating_taps,
    sign_off_taps,
)
from core.cards import card_facts
from core.events import EventKind, Facts
from core.ids import TicketNumber
from core.kinds import State, TicketKind
from core.messages import OutboxMessage
from core.permissions import Right
from core.questions import Option, Topic
from core.site import WORK
from core.sla import states
from core.ticket import Ticket, admits, record
from core.usecases.work_ticket import WAIT_DATES, WAIT_REASONS
from tests.desk import demo_hospital
from tests.factories import DAY, HOUR, MINUTE, NINE, a_ticket

SITE = demo_hospital().files
POLICY = SITE.policies["office"]
NAMES = Names(SITE, NINE)
K = EventKind
ORDINARY = 600
"""Characters that fit on a phone without scrolling far."""


def _card(ticket: Ticket) -> dict[str, Any]:
    clocks = states(POLICY, SITE.calendars, events=ticket.events, now=NINE + HOUR)
    return card_facts(ticket, clocks)


def _lives() -> Iterator[Ticket]:
    """Yield a ticket in every state, once with all that may be known and once with nothing."""
    full: dict[str, Any] = {
        "department": "ward-resp",
        "urgency": "urgent",
        "severity": "紧急",
        "quantity": 2,
        "linked": "JN-261122-004",
        "photos": ["a.jpg"],
        "requester_name": "黄丽",
        "slots": {"device": "打印机", "floor": "6"},
    }
    for kind in TicketKind:
        yield a_ticket(kind=kind, assignee="e-qian", **full)
        yield a_ticket(
            kind=kind,
            by=None,
            requester_name="",
            department=None,
            category=None,
            urgency=None,
            severity=None,
            summary="",
            asks_department=True,
        )


_STEPS: tuple[tuple[EventKind, dict[str, Any]], ...] = (
    (K.NUDGED, {"pinged": True}),
    (K.HANDOVER_OFFERED, {"to": "e-li"}),
    (K.JOINED, {"who": "ward-card"}),
    (K.BREACHED, {"clock": "response", "cycle": 1}),
    (K.WAITED, {"reason": "parts", "until": (NINE + DAY).isoformat(), "note": "等硒鼓"}),
    (K.WAITED, {"reason": None, "until": None}),
    (K.RESOLVED, {"note": "换了硒鼓"}),
    (K.ACCEPTED, {}),
    (K.RATED, {"rating": 5}),
    (K.CLOSED, {}),
)


def _cards() -> Iterator[dict[str, Any]]:
    for born in _lives():
        ticket = born
        yield _card(ticket)
        for minute, (kind, facts) in enumerate(_STEPS, start=1):
            if admits(ticket, kind):
                ticket = record(ticket, kind, at=NINE + minute * MINUTE, known=facts)
                yield _card(ticket)
        yield _card(record(born, K.CANCELLED, at=NINE + MINUTE))
        yield _card(record(born, K.MERGED, at=NINE + MINUTE, into="JN-261123-002"))


CARDS = list(_cards())
OF_TICKETS = (
    *("card", "dispatch", "ticket", "ticket_state", "sign_off", "sign_off_again"),
    *("sign_off_moved", "ask_rating", "sign_off_over", "reopened", "nudged", "ping", "cancelled"),
    *("taken_off", "regraded", "undone", "handover", "handover_taken", "handover_declined"),
    *("takeover_granted", "wait_over", "moved"),
)
NUMBER = "JN-261123-007"
DUE = {"clock": "response", "due_at": (NINE + 10 * MINUTE).isoformat(), "limit": 600.0}
CLAUSE = {"clause": "000 §报修响应"}
LINE = {
    "number": NUMBER,
    "department": "ward-resp",
    "summary": "6楼护士站打印机卡纸了，打不出腕带",
    "state": "assigned",
    "assignee": "e-qian",
    "opened_at": NINE.isoformat(),
    "late": True,
    "rating": None,
    "over": 4000.0,
}
BARE_LINE = LINE | {"department": None, "assignee": None, "summary": "", "over": None}
ROWS = {"lines": [LINE, BARE_LINE] * 3, "more": True, "counts": [["e-qian", 3], [None, 3]]}
NO_ROWS: dict[str, Any] = {"lines": [], "more": False, "counts": []}
PERIOD = {
    "from": NINE.isoformat(),
    "to": (NINE + DAY).isoformat(),
    "opened": 3,
    "done": 2,
    "late": 1,
}
DAY_FACTS: dict[str, Any] = {
    "day": "2026-11-23",
    "opened": 9,
    "resolved": 7,
    "cancelled": 1,
    "breached": 2,
    "by_category": [["printer", 5], ["other", 4]],
    "open": 20,
    "unassigned": 1,
    "overdue": 2,
    "lines": [LINE, BARE_LINE] * 2,
    "people": [{"person": "e-qian", "done": 4, "open": 2, "late": 1}],
    "asked": 5,
    "rated": 3,
    "satisfied": 3,
    "rating_sum": 14,
    "target_percent": 95,
}
QUIET_DAY = DAY_FACTS | {
    **dict.fromkeys(("opened", "resolved", "cancelled", "breached", "open", "overdue"), 0),
    **dict.fromkeys(("asked", "rated", "satisfied", "rating_sum", "unassigned"), 0),
    **{name: [] for name in ("by_category", "lines", "people")},
    "target_percent": None,
}
ROUND = {"period": "2026-11", "steps": 5, "closes_at": (NINE + DAY).isoformat()}
WHY_CLOCK: dict[str, Any] = {
    "clock": "resolution",
    "cycle": 1,
    "started_at": NINE.isoformat(),
    "due_at": (NINE + HOUR).isoformat(),
    "stopped_at": (NINE + HOUR).isoformat(),
    "breached": False,
    "limit": 3600.0,
    **CLAUSE,
    "left_out": [
        {"from": NINE.isoformat(), "to": (NINE + HOUR).isoformat(), "reason": reason}
        for reason in ("closed", "resolved", "factory")
    ],
}
CONTRACT = {"contract": "000", "contract_title": "办公设备驻场维护", "terms": "0123456789abcdef"}

SAMPLES: Mapping[str, list[Facts]] = {
    **{name: CARDS for name in OF_TICKETS},
    "poor_rating": [card for card in CARDS if card["rating"]],
    "warning": [card | DUE for card in CARDS],
    "breach": [card | DUE | CLAUSE for card in CARDS],
    "escalation": [card | DUE for card in CARDS],
    "roll_up": [
        {"lines": [LINE | DUE | {"what": what} for what in ("sla_breach", "escalation", "notice")]},
        {"lines": [BARE_LINE | {"what": "sign_off_request", "clock": None, "due_at": None}]},
    ],
    "why": [
        card | CONTRACT | {"clocks": clocks, "tier": tier}
        for card in CARDS
        for clocks, tier in (([], None), ([WHY_CLOCK], "on_call"))
    ],
    "offered": [{"number": NUMBER, "to": "e-li"}],
    "reassigned": [{"number": NUMBER, "to": "e-li"}],
    "takeover_asked": [{"number": NUMBER, "assignee": "e-li"}],
    "takeover_refused": [{"number": NUMBER, "assignee": "e-li"}],
    "ask_photo": [{"number": NUMBER}],
    "ask_department": [
        {"number": NUMBER, "name": "陈静", "options": 0},
        {"number": NUMBER, "name": "陈静", "options": 3},
        {"number": NUMBER, "name": "陈静", "options": 3, "asked": "n-em"},
        {"number": NUMBER, "name": "路人", "options": 0, "asked": "路人"},
    ],
    "ask_home_department": [{"number": NUMBER, "name": "路人", "options": 0}],
    "ask_is_report": [
        {"name": "陈静", "text": "打印机好像不太对", "options": 2},
        {"name": "陈静", "text": "打印机好像不太对", "options": 2, "asked": "n-em"},
    ],
    "ask_which_ticket": [{"name": "钱峰", "choices": [LINE, BARE_LINE], "options": 2}],
    "ask_wait_reason": [{"number": NUMBER, "name": "钱峰", "reason": None, "options": 6}],
    "ask_wait_until": [
        {"number": NUMBER, "name": "钱峰", "reason": reason, "options": 4}
        for reason in ("parts", None)
    ],
    "ask_transfer_to": [{"number": NUMBER, "name": "钱峰", "reason": "", "options": 3}],
    "ask_take_over": [
        {"number": NUMBER, "summary": summary, "by": "e-li", "asked_in": "work", "options": 2}
        for summary in ("卡纸", "")
    ],
    "asked": [{"number": NUMBER, "answer": "等配件"}, {"answer": ""}, {"name": "陈静"}],
    "survey_question": [
        ROUND | {"dimension": name, "step": n}
        for n, name in enumerate(("speed", "result", "attitude", "conduct", "dress"), start=1)
    ],
    "survey_thanks": [ROUND],
    "survey_comment": [
        ROUND | {"department": department, "text": "来得快"} for department in ("ward-card", None)
    ],
    "survey_result": [
        ROUND | {"asked": 5, "answered": 3, "means": [["speed", 4.5, 3]], "comments": 1},
        ROUND | {"asked": 5, "answered": 0, "means": [], "comments": 0},
        ROUND | {"asked": 0, "answered": 0, "means": [], "comments": 0},
    ],
    "comment_kept": [{}],
    "own_work": [ROWS | {"name": "钱峰"}, NO_ROWS | {"name": "钱峰"}],
    "department_open": [ROWS | {"department": "ward-resp"}, NO_ROWS | {"department": "ward-resp"}],
    "backlog": [ROWS, NO_ROWS],
    "period": [
        PERIOD | {"department": None, "rated": 0, "rating_sum": 0, "lines": [], "more": 0},
        PERIOD | {"department": "icu", "rated": 2, "rating_sum": 9, "lines": [LINE], "more": 2},
    ],
    "help": [
        {"bot": "呼应", "speech": [["催一下", "问进度"]], "commands": [], "is_stranger": stranger}
        for stranger in (True, False)
    ],
    "register": [{"name": "路人"}],
    "duty": [
        {"at": NINE.isoformat(), "duty": ["e-qian"], "oncall": [], "leave": ["e-zhao"]},
        {"at": NINE.isoformat()},
    ],
    "leave_kept": [
        {"person": "e-zhao", "first": "2026-11-23", "last": last, "moved": moved}
        for last, moved in (("2026-11-23", []), ("2026-11-25", [NUMBER]))
    ],
    "stock": [
        {
            "wanted": "硒鼓",
            "lines": [
                {"name": "硒鼓", "on_hand": "3", "unit": "个", "daily": daily, "zone": zone}
                | {"location": place}
                for daily, zone, place in (("2", "red", "库房"), ("0", "green", ""))
            ],
            "more": 2,
        },
        {"wanted": "硒鼓", "lines": [], "more": 0},
    ],
    "photo_refused": [{"faults": ["too_large", "broken"]}, {"faults": ["unheard_of"]}],
    "nothing_open": [{"name": "陈静"}],
    "voice_unread": [{"name": "陈静"}],
    "parked": [{"name": "陈静"}],
    "parked_for_desk": [
        {"name": "陈静", "chat": "work", "at": NINE.isoformat(), "text": text, "code": "01234567"}
        for text in ("打印机坏了", "")
    ],
    "unanswered": [{"topic": topic, "asked": "n-em", "number": NUMBER} for topic in Topic]
    + [{"topic": Topic.IS_REPORT, "asked": "路人"}],
    "digest": [DAY_FACTS, QUIET_DAY, DAY_FACTS | {"rated": 0, "rating_sum": 0, "satisfied": 0}],
    "refusal": [],
}


def test_every_template_has_sample_facts_here() -> None:
    assert set(SAMPLES) == set(TEMPLATES)


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_template_says_something_short_whatever_is_missing(template: str) -> None:
    for facts in SAMPLES[template]:
        said = TEMPLATES[template](facts, NAMES)
        assert said.strip(), facts
        assert len(said) <= ORDINARY, said
        assert "None" not in said, said
        assert "\n\n" not in said, said


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_no_message_shows_a_code_where_a_word_belongs(template: str) -> None:
    codes = {*State, *Topic, "e-qian", "ward-resp", "sla_breach", "zone_owner", "on_call"}
    for facts in SAMPLES[template]:
        said = TEMPLATES[template](facts, NAMES)
        assert not [code for code in codes if code in said], said


def _rendered(taps: tuple[Tap, ...]) -> tuple[str, ...]:
    message = OutboxMessage(
        id="1",
        chat=WORK,
        kind="answer",
        template="comment_kept",
        facts={},
        to=(),
        taps=taps,
        ticket=None,
        slot="",
        attachments=(),
        urgent=False,
        edit_only=False,
        created_at=NINE,
    )
    return render(message, SITE)[1]


def test_labels_are_exact() -> None:
    ticket = a_ticket(assignee="e-qian")
    waiting = record(ticket, K.WAITED, at=NINE)
    assert _rendered(engineer_taps(ticket)) == ("接单", "到场", "完成", "等待", "转派", "求助")
    assert "恢复" in _rendered(engineer_taps(waiting))
    assert _rendered(card_taps(ticket)) == ("催一下", "取消报修", "为什么", "撤销")
    assert _rendered(sign_off_taps(ticket)) == ("已解决", "没修好")
    assert _rendered(rating_taps(ticket))[:5] == ("1分", "2分", "3分", "4分", "5分")
    assert _rendered(handover_taps(ticket)) == ("接", "不接")
    assert _rendered(leader_taps(ticket)) == ("转派", "为什么")
    assert [ACTIONS[action] for action in (Action.YES, Action.NO)] == ["是", "否"]


@pytest.mark.parametrize("state", State)
def test_no_message_has_two_buttons_of_one_label_or_more_than_six(state: State) -> None:
    ticket = _in_state(state)
    for taps in (engineer_taps, card_taps, sign_off_taps, rating_taps, handover_taps, leader_taps):
        labels = _rendered(taps(ticket))
        assert len(labels) == len(set(labels)) <= 6


def _in_state(state: State) -> Ticket:
    return replace(a_ticket(assignee="e-qian"), state=state)


def test_every_option_of_a_fixed_question_has_a_label() -> None:
    for option in (*WAIT_REASONS, *WAIT_DATES, Option("yes"), Option("no")):
        assert option_label(option) == OPTIONS[option.value]
        assert label_of(Tap(Action.CHOOSE, None, f"q:{option.value}")) == OPTIONS[option.value]


def _refusals() -> list[errors.DeskError]:
    number = TicketNumber(NUMBER)
    moves = [errors.WrongState(kind, number, state) for kind in K for state in State]
    rights = [errors.ActionNotAllowed(right, number) for right in Right]
    return [
        *moves,
        *rights,
        errors.DeskError(),
        errors.ActionNotAllowed("answer"),
        errors.TicketNotFound("007"),
        errors.TicketNotFound(),
        errors.AlreadyTaken(number, "e-qian"),
        errors.NothingToUndo(),
        errors.UndoTooLate(number, 60),
        errors.UndoOvertaken(number),
        errors.PersonNotFound("小王"),
        errors.PersonNotFound(""),
        errors.NotTheirTrade("陈静"),
        errors.OfferGone(number),
        errors.QuestionGone(),
        errors.RatingOutOfRange(),
        errors.UnknownButton(),
        errors.StaleTicket(),
    ]


def _subclasses(base: type[errors.DeskError]) -> Iterator[type[errors.DeskError]]:
    yield base
    for each in base.__subclasses__():
        yield from _subclasses(each)


def test_every_refusal_has_a_code_of_its_own_and_words() -> None:
    classes = set(_subclasses(errors.DeskError))
    assert {type(refusal) for refusal in _refusals()} == classes
    assert len({each.code for each in classes}) == len(classes)
    assert {each.code for each in classes} == set(EXPLANATIONS)


def test_a_refusal_is_one_short_line_that_shows_no_code() -> None:
    for refusal in _refusals():
        said = explain(facts_of(refusal), NAMES)
        assert said, refusal
        assert "\n" not in said
        assert len(said) <= 60, said
        assert "None" not in said
        assert not [code for code in (*State, *Right, refusal.code) if code in said], said


ROOT = Path(__file__).parents[2]
_PLACES = {"say": 0, "Notice": 2, "_to_engineer": 1, "_told": 1, "_list": 1}
"""Which argument of a call names the template."""


def _templates_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        arguments = [word.value for word in node.keywords if word.arg == "template"]
        arguments += node.args[_PLACES[name] :][:1] if name in _PLACES else []
        for argument in arguments:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def _sources() -> list[Path]:
    rooms = [ROOT / "core", ROOT / "bot" / "handlers", ROOT / "app", ROOT / "scheduler"]
    files = [path for room in rooms for path in sorted(room.rglob("*.py"))]
    return [*files, *(ROOT / "bot").glob("*.py")]


def test_every_template_that_the_code_names_is_registered() -> None:
    named = {
        template
        for path in _sources()
        for template in _templates_in(ast.parse(path.read_text("utf-8")))
    }
    assert len(named) > 20
    assert named <= set(TEMPLATES)
    assert {f"ask_{topic}" for topic in Topic} <= set(TEMPLATES)


def test_no_template_is_left_that_nobody_names() -> None:
    words = {
        node.value
        for path in _sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    asked = {f"ask_{topic}" for topic in Topic}
    assert set(TEMPLATES) - asked <= words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0分钟"),
        (1, "1分钟"),
        (3000, "50分钟"),
        (3600, "1小时"),
        (12_000, "3小时20分"),
        (86_400, "1天"),
        (187_200, "2天4小时"),
        (-3000, "50分钟"),
    ],
)
def test_spans_are_said_in_the_units_that_matter(seconds: float, said: str) -> None:
    assert span(seconds) == said


def test_instants_say_the_day_only_where_it_is_not_today() -> None:
    assert NAMES.time(NINE.isoformat()) == "09:00"
    assert NAMES.time((NINE + DAY).isoformat()) == "明天09:00"
    assert NAMES.time((NINE + 3 * DAY).isoformat()) == "11月26日09:00"
    assert NAMES.time(None) == ""


def test_a_name_that_left_the_files_is_shown_as_it_was_kept() -> None:
    assert NAMES.person("e-gone") == "e-gone"
    assert NAMES.department("gone") == ""
    assert NAMES.place(None) == "地点待确认"
    assert lines("一", "", "二") == "一\n二"
