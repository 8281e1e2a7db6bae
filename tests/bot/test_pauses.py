"""Laws of pauses that somebody has to agree to: until he does, the clock runs."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from core.kinds import ClockName, State
from core.policy import ClockRule, Confirmer, Policy, WaitReason
from core.sla import ClockState, latest
from core.usecases.keeping import clocks_of
from tests.desk import Stage, a_desk, demo_hospital
from tests.factories import MINUTE

CONFIRM = (
    (WaitReason.CONFIRMATION, Confirmer.WARD),
    (WaitReason.FORCE_MAJEURE, Confirmer.SUPERVISOR),
)


def _pausable(rule: ClockRule) -> ClockRule:
    is_repair = rule.clock is ClockName.RESOLUTION
    return replace(rule, pauses=tuple(WaitReason)) if is_repair else rule


def _policy(policy: Policy) -> Policy:
    clocks = tuple(map(_pausable, policy.clocks))
    return replace(policy, clocks=clocks, confirm=CONFIRM).stamped()


@pytest_asyncio.fixture
async def strict(sqlite_url: str) -> AsyncIterator[Stage]:
    """Return a desk whose contract asks for consent, with a ticket whose engineer is on site."""
    files = demo_hospital().files
    policies = {key: _policy(policy) for key, policy in files.policies.items()}
    # The demo's own terms are kept with its site, and shared with every copy of it.
    site = replace(files, policies=policies)
    async with a_desk(sqlite_url, site=site) as stage:
        await stage.say("n-card", "5楼护士站电脑开不了机")
        await stage.let_pass(5 * MINUTE)
        await stage.say("e-qian", "到了")
        yield stage


async def _repair(stage: Stage) -> ClockState:
    [ticket] = await stage.tickets()
    async with stage.desk.unit(stage.now) as uow:
        found = latest(await clocks_of(ticket, uow, stage.now), ClockName.RESOLUTION)
    assert found is not None
    return found


WAITS = (
    ("等护士长确认，明天上午", "n-card", "work"),
    ("台风进不去，等到明天上午", "s-du", "dm:s-du"),
)


@pytest.mark.parametrize(("said", "who", "chat"), WAITS)
async def test_such_a_pause_counts_from_the_consent_on(
    strict: Stage, said: str, who: str, chat: str
) -> None:
    await strict.say("e-qian", said)
    assert not (await _repair(strict)).paused
    await strict.let_pass(10 * MINUTE)
    await strict.tap(who, "同意", chat=chat)
    await strict.let_pass(30 * MINUTE)
    repair = await _repair(strict)
    assert repair.paused
    assert repair.elapsed == 15 * MINUTE
    assert "同意停表" in strict.channel.posts("dm:e-qian", "ticket_updated")[-1].text


@pytest.mark.parametrize(("said", "who", "chat"), WAITS)
async def test_refused_or_left_alone_it_never_counts(
    strict: Stage, said: str, who: str, chat: str
) -> None:
    await strict.say("e-qian", said)
    await strict.say(who, "不同意", chat=chat)
    await strict.let_pass(30 * MINUTE)
    assert (await _repair(strict)).elapsed == 35 * MINUTE


async def test_the_engineer_cannot_agree_to_his_own_pause(strict: Stage) -> None:
    await strict.say("e-qian", "等护士长确认，明天上午")
    await strict.tap("e-qian", "同意")
    assert not (await _repair(strict)).paused
    assert strict.channel.posts("work", "answer")[-1].text


async def test_a_pause_said_anew_is_to_be_agreed_to_anew(strict: Stage) -> None:
    await strict.say("e-qian", "等护士长确认，明天上午")
    await strict.tap("n-card", "同意")
    assert (await _repair(strict)).paused
    await strict.let_pass(MINUTE)
    await strict.say("e-qian", "还在等护士长确认，后天上午")
    [ticket] = await strict.tickets()
    assert ticket.state is State.WAITING
    assert not (await _repair(strict)).paused


async def test_for_other_reasons_nobody_is_asked(strict: Stage) -> None:
    await strict.say("e-qian", "要返厂修，明天上午拿回来")
    assert (await _repair(strict)).paused
    assert not [p for p in strict.channel.posts("work", "clarify") if "停表" in p.text]
