"""Laws of words: nothing without them, nothing too long, every label exact."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from bot.replies.errors import EXPLANATIONS, explain, facts_of
from bot.replies.labels import ACTIONS, OPTIONS, label_of, option_label
from bot.replies.layout import Names, lines, numbers, some, span
from bot.replies.render import TEMPLATES, render
from core import errors
from core.actions import (
    Action,
    Step,
    Tap,
    card_taps,
    engineer_taps,
    handover_taps,
    leader_taps,
    rating_taps,
    sign_off_taps,
    warning_taps,
)
from core.events import EventKind
from core.ids import TicketNumber
from core.kinds import ClockName, State
from core.messages import OutboxMessage
from core.permissions import Right
from core.questions import APPROVE, EDIT, NO, PASS, REFUSE, SEND, TAKE, YES, Topic
from core.site import WORK
from core.ticket import Ticket, record
from core.usecases.work_ticket import WAIT_DATES, WAIT_REASONS
from tests.bot.card_samples import SITE
from tests.bot.sample_facts import NUMBER, SAMPLES
from tests.factories import DAY, NINE, a_ticket

NAMES = Names(SITE, NINE)
K = EventKind
FIXED = (YES, NO, APPROVE, REFUSE, TAKE, PASS, SEND, EDIT)
ORDINARY = 600
"""Characters that fit on a phone without scrolling far."""


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
        channel="web",
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
    assert _rendered(leader_taps(ticket, Step.TRANSFER)) == ("转派", "为什么")
    assert _rendered(leader_taps(ticket, Step.TAKE)) == ("接单", "为什么")
    assert [ACTIONS[action] for action in (Action.YES, Action.NO)] == ["是", "否"]


@pytest.mark.parametrize("state", State)
def test_no_message_has_two_buttons_of_one_label_or_more_than_six(state: State) -> None:
    ticket = _in_state(state)
    for taps in (engineer_taps, card_taps, sign_off_taps, rating_taps, handover_taps):
        _check(taps(ticket))
    for step in Step:
        _check(leader_taps(ticket, step))
    for clock in ClockName:
        for near, pool in product((True, False), repeat=2):
            _check(warning_taps(ticket, clock, has_neighbours=near, has_loaners=pool))


def _check(taps: tuple[Tap, ...]) -> None:
    labels = _rendered(taps)
    assert len(labels) == len(set(labels)) <= 6


def test_a_warning_offers_only_what_helps_with_its_clock() -> None:
    ticket = record(a_ticket(assignee="e-qian"), K.ARRIVED, at=NINE)
    relief = {"求助邻区", "申请配件", "借备用机", "改约并说明原因"}
    offered = {
        clock: relief
        & set(_rendered(warning_taps(ticket, clock, has_neighbours=True, has_loaners=True)))
        for clock in ClockName
    }
    assert offered[ClockName.RESPONSE] == {"求助邻区"}
    assert offered[ClockName.ARRIVAL] == {"求助邻区", "改约并说明原因"}
    assert offered[ClockName.RESOLUTION] == relief
    assert offered[ClockName.REVIEW] == offered[ClockName.PROGRESS] == set()


def _in_state(state: State) -> Ticket:
    return replace(a_ticket(assignee="e-qian"), state=state)


def test_every_option_of_a_fixed_question_has_a_label() -> None:
    for option in (*WAIT_REASONS, *WAIT_DATES, *FIXED):
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
        errors.ActionNotAllowed("invite"),
        errors.TicketNotFound("007"),
        errors.TicketNotFound(),
        errors.WrongState(K.MERGED, number, State.MERGED, TicketNumber("JN-261123-001")),
        errors.CannotMerge(number, number),
        errors.CannotMerge(number, TicketNumber("JN-261123-001")),
        errors.OthersWait(number),
        errors.DepartmentUnknown("某科"),
        errors.AliasUnusable("护士站"),
        errors.AliasUnusable("急症", "em"),
        errors.AlreadyTaken(number, "e-qian"),
        errors.NothingToUndo(),
        errors.UndoTooLate(number, 60),
        errors.UndoOvertaken(number),
        errors.ReasonMissing(number),
        errors.ExemptionTooLate(number, "resolution", NINE.isoformat()),
        errors.NothingToExempt(number),
        *(errors.NotOfContract(number, K.AGREED, "000", grades) for grades in ((), ("复杂",))),
        errors.AlreadySaid(number, K.REVIEWED),
        errors.NothingAwaited(K.REVIEWED),
        errors.WordsMissing(number, K.PLAN_GIVEN),
        errors.AssetNotFound("ZC-99999"),
        errors.NothingLent(number),
        errors.NothingToSplit(number),
        errors.GradeUnknown(number, ["重大", "复杂", "一般"]),
        errors.ReplanTooLate(number, "resolution", NINE.isoformat()),
        errors.NothingToReplan(number),
        errors.AlreadyAsked(number),
        errors.PersonNotFound("小王"),
        errors.PersonNotFound(""),
        errors.NotTheirTrade("陈静"),
        errors.OfferGone(number),
        errors.QuestionGone(),
        errors.RatingOutOfRange(),
        errors.InvitationUnusable(),
        errors.PrivateOnly(),
        errors.GroupMissing(),
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


def test_a_list_of_numbers_says_the_day_once_and_a_long_list_its_length() -> None:
    days = ["JN-261123-001", "JN-261123-002", "JN-261124-001", "JN-261124-003"]
    assert numbers([*days]) == "JN-261123-001、002、JN-261124-001、003"
    assert numbers([]) == ""
    assert some([str(n) for n in range(8)], "单") == "0、1、2、3、4、5、6、7"
    assert some([str(n) for n in range(9)], "单") == "0、1、2、3、4、5、6、7等9单"


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
