"""What the database says afterwards, asked in plain SQL: it shares no code with what it judges."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.said import Message

_TICKETS_OF_MESSAGES = """
    SELECT inbox.message_id, opened.value FROM inbox, json_each(inbox.tickets) AS opened
    WHERE inbox.outcome = 'opened'
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counts; every one of `broken` has to be zero."""

    outcomes: Mapping[str, int]
    tickets: int
    answers: int
    """Outbox rows that were sent."""
    taken_again: int
    """Answers that a killed process had taken and a later one took again: sent twice at most."""
    broken: Mapping[str, int]

    @property
    def is_kept(self) -> bool:
        """Every promise was kept."""
        return not any(self.broken.values())


def waiting(database: Path) -> int:
    """Return how many payloads wait to be understood, how many messages have no outcome and how
    many answers are due but not sent.
    """
    owed = "outbox WHERE due_at IS NOT NULL AND (held_until IS NULL OR held_until <= ?)"
    with _opened(database) as rows:
        return (
            _count(rows, "received WHERE due_at IS NOT NULL")
            + _count(rows, "inbox WHERE outcome IS NULL")
            + _count(rows, owed, _now())
        )


def judge(database: Path, said: Mapping[str, Message], written: int) -> Verdict:
    """Return what became of the messages that were acknowledged, of so many that were written."""
    with _opened(database) as rows:
        outcomes = Counter(row[0] for row in rows.execute("SELECT outcome FROM inbox"))
        return Verdict(
            outcomes={str(name): n for name, n in sorted(outcomes.items(), key=str)},
            tickets=_count(rows, "tickets"),
            answers=_count(rows, "outbox WHERE state = 'sent'"),
            taken_again=_count(rows, "outbox WHERE attempts > 0 AND fault IS NULL"),
            broken={"messages never acknowledged": written - len(said)}
            | _messages(rows, said)
            | _tickets(rows, said)
            | _answers(rows),
        )


def _messages(rows: sqlite3.Connection, said: Mapping[str, Message]) -> dict[str, int]:
    stored = Counter(row[0] for row in rows.execute("SELECT message_id FROM inbox"))
    return {
        "acknowledged messages lost": sum(not stored[key] for key in said),
        "messages stored twice": sum(n > 1 for n in stored.values()),
        "messages without an outcome": _count(rows, "inbox WHERE outcome IS NULL"),
        "messages parked": _count(rows, "inbox WHERE outcome = 'parked'"),
    }


def _tickets(rows: sqlite3.Connection, said: Mapping[str, Message]) -> dict[str, int]:
    opened = Counter(key for key, _ in rows.execute(_TICKETS_OF_MESSAGES))
    named = Counter(ticket for _, ticket in rows.execute(_TICKETS_OF_MESSAGES))
    tickets = dict(rows.execute("SELECT id, number FROM tickets").fetchall())
    return {
        "reports without a ticket": sum(not opened[m.id] for m in said.values() if m.is_report),
        "reports with two tickets": sum(opened[key] > 1 for key in said),
        "chatter with a ticket": sum(opened[m.id] for m in said.values() if not m.is_report),
        "tickets of no message": len(tickets.keys() - named.keys()),
        "tickets of two messages": sum(n > 1 for n in named.values()),
        "ticket numbers used twice": len(tickets) - len(set(tickets.values())),
    }


def _answers(rows: sqlite3.Connection) -> dict[str, int]:
    unsent = "outbox WHERE state <> 'sent' AND (held_until IS NULL OR held_until <= ?)"
    no_card = "tickets WHERE NOT EXISTS (SELECT 1 FROM posted WHERE slot = 'card:' || tickets.id)"
    unposted = """
        outbox WHERE state = 'sent' AND NOT edit_only AND NOT EXISTS (
            SELECT 1 FROM posted
            WHERE posted.id = outbox.id OR (outbox.slot <> '' AND posted.slot = outbox.slot)
        )
    """
    return {
        "answers never sent": _count(rows, unsent, _now()),
        "answers marked as sent, not posted": _count(rows, unposted),
        "tickets without their card": _count(rows, no_card),
        "faults of the database file": len(rows.execute("PRAGMA foreign_key_check").fetchall())
        + (rows.execute("PRAGMA integrity_check").fetchall() != [("ok",)]),
    }


@contextmanager
def _opened(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as rows:
        yield rows


def _count(rows: sqlite3.Connection, what: str, *values: str) -> int:
    (number,) = rows.execute(f"SELECT count(*) FROM {what}", values).fetchone()
    return int(number)


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
