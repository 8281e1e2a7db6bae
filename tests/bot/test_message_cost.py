"""What a message costs the database: statements pinned, one commit a batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from core.messages import Outcome
from storage.tables import inbox
from tests.desk import Stage
from tests.factories import MINUTE
from tests.storage.counting import engine_of, statements

CONTROL = ("BEGIN", "SAVEPOINT", "RELEASE")
READS_OF_A_REPORT = 8
"""Claim, open question, state of his tickets, what he wrote, same fault here, photos, load."""
READS_OF_CHATTER = 4
WRITES_OF_A_REPORT = [
    "INSERT INTO outbox",
    "INSERT INTO serials",
    "INSERT INTO ticket_events",
    "INSERT INTO tickets",
    "INSERT INTO timers",
    "UPDATE inbox",
]


@contextmanager
def commits(stage: Stage) -> Iterator[list[None]]:
    """Collect the commits of the database."""
    made: list[None] = []

    def note(_: Any) -> None:
        made.append(None)

    engine = engine_of(stage.database)
    event.listen(engine, "commit", note)
    try:
        yield made
    finally:
        event.remove(engine, "commit", note)


def writes(sent: list[str]) -> list[str]:
    """Return verb and table of every statement that changes rows, in order of the alphabet."""
    found = [words for words in sent if not words.startswith(("SELECT", *CONTROL))]
    return sorted(
        " ".join(words.split()[:3] if words.startswith("INSERT") else words.split()[:2])
        for words in found
    )


def reads(sent: list[str]) -> int:
    return sum(words.startswith("SELECT") for words in sent)


async def handled(stage: Stage, *messages: tuple[str, str]) -> list[str]:
    """Return the statements that a batch of messages took."""
    for person, text in messages:
        await stage.write(person, text)
    with statements() as sent, commits(stage) as made:
        assert await stage.desk.work_off() == len(messages)
    assert len(made) == 1
    return sent


@pytest.fixture(autouse=True)
async def warm(stage: Stage) -> None:
    """Keep the terms of the contract, which a first report writes down."""
    await stage.say("n-resp", "6楼护士站打印机卡纸了")
    stage.clock.now += 5 * MINUTE


async def test_one_report_takes_six_writes_and_few_reads(stage: Stage) -> None:
    sent = await handled(stage, ("n-em", "分诊台电脑开不了机"))
    assert writes(sent) == WRITES_OF_A_REPORT
    assert reads(sent) <= READS_OF_A_REPORT
    assert len(sent) - reads(sent) - len(WRITES_OF_A_REPORT) <= 3


async def test_chatter_writes_nothing_but_its_outcome(stage: Stage) -> None:
    sent = await handled(stage, ("n-icu", "今天好忙啊"))
    assert writes(sent) == ["UPDATE inbox"]
    assert reads(sent) <= READS_OF_CHATTER
    assert not [words for words in sent if words.startswith("SAVEPOINT")]


async def test_twenty_messages_share_one_commit_and_write_no_row_twice(stage: Stage) -> None:
    sent = await handled(stage, *(("n-icu", "今天好忙啊") for _ in range(20)))
    assert set(writes(sent)) == {"UPDATE inbox"}
    assert len(writes(sent)) <= 20
    assert reads(sent) <= 20 * (READS_OF_CHATTER - 1) + 1
    rows = await stage.rows(inbox)
    assert [row.outcome for row in rows[1:]] == [Outcome.SILENT] * 20


async def test_the_cost_of_a_report_does_not_grow_with_what_was_before(stage: Stage) -> None:
    first = await handled(stage, ("n-em", "分诊台电脑开不了机"))
    for n in range(12):
        await stage.say("n-lab", f"{n}号电脑蓝屏")
        stage.clock.now += MINUTE
    later = await handled(stage, ("n-cash", "收费处电脑开不了机"))
    assert len(later) <= len(first)
