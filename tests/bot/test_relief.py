"""Laws of what helps before a limit: each button writes its event, and no clock stops for it."""

import pytest

from core.events import EventKind, TicketEvent, standing
from core.kinds import ClockName
from core.sla import latest
from core.usecases.keeping import clocks_of
from tests.desk import Stage
from tests.factories import HOUR, MINUTE

MINE = "dm:e-qian"


async def near_the_limit(stage: Stage) -> None:
    """Let the engineer be on site, and warned that the repair is due."""
    await stage.say("n-card", "5楼护士站打印机坏了，打不了")
    await stage.say("e-qian", "到了", chat=MINE)
    await stage.let_pass(3 * HOUR + 13 * MINUTE)


async def newest(stage: Stage, kind: EventKind) -> TicketEvent:
    (ticket,) = await stage.tickets()
    return [event for event in standing(ticket.events) if event.kind is kind][-1]


async def due_of_repair(stage: Stage) -> object:
    (ticket,) = await stage.tickets()
    async with stage.desk.unit(stage.now) as uow:
        found = latest(await clocks_of(ticket, uow, stage.now), ClockName.RESOLUTION)
    assert found is not None
    assert found.is_running
    return found.due_at


@pytest.mark.parametrize(
    ("button", "words", "kind", "facts"),
    [
        ("申请配件", "明天下午", EventKind.WAITED, {"reason": "parts"}),
        ("借备用机", "", EventKind.LOANER_ASKED, {}),
        (
            "改约并说明原因",
            "明天上午10点，等厂家",
            EventKind.REPLANNED,
            {"reason": "等厂家", "clocks": ["resolution:1"]},
        ),
    ],
)
async def test_each_button_writes_what_the_contract_asks_for_and_stops_no_clock(
    stage: Stage, button: str, words: str, kind: EventKind, facts: dict[str, object]
) -> None:
    await near_the_limit(stage)
    before = await due_of_repair(stage)
    await stage.tap("e-qian", button, chat=MINE)
    if words:
        await stage.say("e-qian", words, chat=MINE)
    event = await newest(stage, kind)
    assert event.by == "e-qian"
    assert facts.items() <= dict(event.facts).items()
    assert await due_of_repair(stage) == before


async def test_all_neighbours_on_duty_are_asked_and_exactly_one_gets_it(stage: Stage) -> None:
    await stage.say("n-card", "5楼护士站打印机坏了，打不了")
    await stage.let_pass(9 * MINUTE)
    await stage.tap("e-qian", "求助邻区", chat=MINE)
    asked = await newest(stage, EventKind.HELP_ASKED)
    assert asked.facts["to"] == ["e-zhao", "e-li"]
    (ticket,) = await stage.tickets()
    assert ticket.assignee == "e-qian"
    for person in ("e-li", "e-zhao"):
        buttons = stage.channel.posts(f"dm:{person}", "clarify")[-1].buttons
        assert [button.label for button in buttons] == ["接", "不接"]
    await stage.tap("e-li", "接", chat="dm:e-li")
    await stage.say("e-zhao", "接", chat="dm:e-zhao")
    (ticket,) = await stage.tickets()
    assert ticket.assignee == "e-li"


async def test_a_new_time_promised_after_the_limit_is_refused(stage: Stage) -> None:
    await near_the_limit(stage)
    await stage.let_pass(HOUR)
    await stage.tap("e-qian", "改约并说明原因", chat=MINE)
    (ticket,) = await stage.tickets()
    assert "已经过了" in stage.channel.posts(MINE, "answer")[-1].text
    assert EventKind.REPLANNED not in {event.kind for event in ticket.events}
