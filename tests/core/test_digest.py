"""Laws of the digest: the longest delay first, and no number that cannot be added up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.digest import MOST_LINES, Delay, delays, digest_facts
from core.events import EventKind
from core.figures import PeriodFigures
from core.ids import PersonId, TicketId
from core.moves import move
from core.sla import ClockState, states
from core.ticket import Ticket
from tests.desk import demo_hospital
from tests.factories import HOUR, MINUTE, NINE, a_ticket

SITE = demo_hospital().files
POLICY = SITE.policies["office"]
ZHAO, QIAN = PersonId("e-zhao"), PersonId("e-qian")
NOTHING = PeriodFigures(0, 0, 0, 0, 0, 0, 0, 0, (), (), ())


def with_clocks(ticket: Ticket, now: datetime) -> tuple[Ticket, Sequence[ClockState]]:
    return ticket, states(POLICY, SITE.calendars, events=ticket.events, now=now)


def a_report(minutes: int, number: int = 1) -> Ticket:
    """Return a report so many minutes after nine."""
    at = NINE + minutes * MINUTE
    return a_ticket(at=at, number=f"JN-261123-{number:03d}", assignee="e-zhao")


def facts(still_open: Sequence[Delay] = (), figures: PeriodFigures = NOTHING, **owed: int) -> dict:  # type: ignore[type-arg]
    counts: dict[PersonId | None, int] = {PersonId(key): n for key, n in owed.items()}
    return digest_facts(figures, still_open, counts, day="2026-11-23", target_percent=95)


@given(st.lists(st.integers(0, 600), max_size=20), st.integers(600, 1200))
def test_the_longest_delay_comes_first(minutes: list[int], later: int) -> None:
    now = NINE + later * MINUTE
    tickets = [with_clocks(a_report(m, n), now) for n, m in enumerate(minutes, start=1)]
    found = delays(tickets, now)
    overs = [delay.over for delay in found if delay.over is not None]
    assert overs == sorted(overs, reverse=True)
    assert len(found) == len(minutes)


def test_a_delay_counts_from_the_nearest_limit_that_still_runs() -> None:
    ticket = move(a_report(0), EventKind.ARRIVED, at=NINE + MINUTE, by=ZHAO)
    now = NINE + 5 * HOUR
    assert delays([with_clocks(ticket, now)], now)[0].over == HOUR
    fresh = a_report(0)
    assert delays([with_clocks(fresh, now)], now)[0].over == 5 * HOUR - 10 * MINUTE


def test_what_has_no_limit_comes_last_the_oldest_first() -> None:
    now = NINE + HOUR
    bare = [(a_report(20, 3), ()), (a_report(10, 2), ())]
    found = delays([*bare, with_clocks(a_report(0), now)], now)
    assert [delay.ticket.number[-3:] for delay in found] == ["001", "002", "003"]
    assert [delay.over is None for delay in found] == [False, True, True]


def test_a_day_without_anything_says_so_in_noughts() -> None:
    said = facts()
    for name in ("opened", "resolved", "cancelled", "breached", "open", "overdue", "unassigned"):
        assert said[name] == 0
    assert said["lines"] == said["people"] == said["by_category"] == []


def test_only_the_worst_are_named_and_all_are_counted() -> None:
    many = [Delay(a_report(n, n), timedelta(minutes=30 - n)) for n in range(40)]
    said = facts(many)
    assert len(said["lines"]) == MOST_LINES
    assert (said["open"], said["overdue"]) == (40, 30)


def test_everybody_who_did_owed_or_missed_anything_is_named_once() -> None:
    figures = PeriodFigures(
        *(3, 2, 0, 1, 2, 9, 2, 2),
        opened_by_category=(("printer", 3),),
        resolved_by_assignee=((ZHAO, 2),),
        breached_by_assignee=((PersonId("e-li"), 1),),
    )
    said = facts((), figures, **{"e-qian": 4})
    assert said["people"] == [
        {"person": "e-li", "done": 0, "open": 0, "late": 1, "excused": 0},
        {"person": "e-qian", "done": 0, "open": 4, "late": 0, "excused": 0},
        {"person": "e-zhao", "done": 2, "open": 0, "late": 0, "excused": 0},
    ]
    assert (said["rated"], said["rating_sum"], said["satisfied"], said["asked"]) == (2, 9, 2, 2)
    assert said["target_percent"] == 95


def test_what_is_excused_stays_among_the_breaches_and_is_told_apart() -> None:
    figures = replace(NOTHING, breached=3, breached_by_assignee=((QIAN, 2), (ZHAO, 1)))
    one, other = TicketId("t-1"), TicketId("t-2")
    excused = [(one, QIAN), (one, ZHAO), (other, None)]
    said = digest_facts(figures, (), {}, day="2026-11-23", target_percent=None, excused=excused)
    assert (said["breached"], said["excused"]) == (3, 2)
    assert said["people"] == [
        {"person": QIAN, "done": 0, "open": 0, "late": 2, "excused": 1},
        {"person": ZHAO, "done": 0, "open": 0, "late": 1, "excused": 1},
    ]
