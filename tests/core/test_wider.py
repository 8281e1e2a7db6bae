"""Laws of one fault in many departments: what is the same, how many say so, who joins."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import EventKind
from core.ids import PersonId
from core.kinds import TicketKind
from core.ticket import Ticket, record
from core.wider import (
    ENOUGH,
    SHARED,
    Fault,
    chats_of,
    fault_of,
    is_alike,
    is_same_fault,
    joiners_of,
    may_merge,
    said_last_at,
    wider_fault,
)
from tests.factories import MINUTE, NINE, a_ticket

K = EventKind
HALF_AN_HOUR = timedelta(minutes=30)
WARDS = ("ward-1", "ward-2", "ward-3", "ward-4")
words = st.sampled_from([None, "HIS", "LIS"])
faults = st.builds(Fault, st.sampled_from([None, "clinical", "network", "printer"]), words, words)


def a_fault(ward: str | None = "ward-1", minute: int = 0, **facts: Any) -> Ticket:
    told = {"category": "clinical", "slots": {"device": "HIS", "symptom": "登不进"}} | facts
    number = f"JN-261123-{minute + 1:03d}"
    return a_ticket(at=NINE + minute * MINUTE, department=ward, number=number, **told)


def joined(ticket: Ticket, who: str, minute: int = 1, by: str = "n-2", **facts: Any) -> Ticket:
    at = NINE + minute * MINUTE
    return record(ticket, K.JOINED, at=at, by=PersonId(by), who=who, **facts)


def found(*tickets: Ticket, since: timedelta = HALF_AN_HOUR) -> tuple[str, ...]:
    """Return the departments of the fault of the last ticket as of its report, if it is wide."""
    newest = tickets[-1]
    wider = wider_fault(
        newest, tickets[:-1], since=newest.opened_at - since, departments=frozenset(WARDS)
    )
    return wider.departments if wider else ()


@given(faults, faults)
def test_it_is_the_same_fault_from_both_sides_and_only_of_a_shared_thing(
    one: Fault, other: Fault
) -> None:
    assert is_same_fault(one, other) is is_same_fault(other, one)
    if is_same_fault(one, other):
        assert one.category == other.category
        assert one.category in SHARED
    named = one.device or one.symptom
    assert is_same_fault(one, one) is bool(one.category in SHARED and named)


def test_what_is_named_decides_before_what_is_wrong_with_it() -> None:
    his = Fault("clinical", "HIS", "登不进")
    assert is_same_fault(his, Fault("clinical", "HIS", "死机"))
    assert is_same_fault(his, Fault("clinical", None, "登不进"))
    assert not is_same_fault(his, Fault("clinical", "LIS", "登不进"))
    assert not is_same_fault(his, Fault("clinical", None, None))


@given(faults, faults)
def test_what_is_surely_the_same_is_alike(one: Fault, other: Fault) -> None:
    assert is_alike(one, other) is is_alike(other, one)
    assert is_alike(one, other) or not is_same_fault(one, other)


def test_two_systems_with_the_same_trouble_are_alike_and_not_surely_the_same() -> None:
    his, lis = Fault("clinical", "HIS", "登不进"), Fault("clinical", "LIS", "登不进")
    assert is_alike(his, lis)
    assert not is_same_fault(his, lis)
    assert not is_alike(his, Fault("clinical", "LIS", "死机"))


@given(st.lists(st.sampled_from(WARDS), min_size=1, max_size=6))
def test_three_departments_are_enough_however_often_each_says_it(wards: list[str]) -> None:
    tickets = [a_fault(ward, minute) for minute, ward in enumerate(wards)]
    different = tuple(dict.fromkeys(wards))
    assert found(*tickets) == (different if len(different) >= ENOUGH else ())


@given(st.integers(0, 3))
def test_it_is_one_whether_they_joined_or_opened_tickets_of_their_own(n_joined: int) -> None:
    first = a_fault(WARDS[0])
    for minute, ward in enumerate(WARDS[1 : 1 + n_joined], start=1):
        first = joined(first, ward, minute)
    others = [a_fault(ward, minute) for minute, ward in enumerate(WARDS) if minute > n_joined]
    assert found(*others, first, since=HALF_AN_HOUR) == WARDS


def test_what_was_said_before_the_window_does_not_count() -> None:
    tickets = [a_fault("ward-1", 0), a_fault("ward-2", 20), a_fault("ward-3", 30)]
    assert found(*tickets) == WARDS[:3]
    assert found(*tickets, since=29 * MINUTE) == ()


def test_what_was_joined_last_was_spoken_of_last() -> None:
    assert said_last_at(a_fault()) == NINE
    assert said_last_at(joined(joined(a_fault(), "ward-2", 7), "ward-3", 5)) == NINE + 7 * MINUTE


def test_people_who_joined_are_no_departments() -> None:
    first = joined(joined(a_fault("ward-1"), "n-7"), "路人")
    assert found(first) == ()


@pytest.mark.parametrize(
    "third",
    [
        a_fault("ward-3", 2, category="printer"),
        a_fault("ward-3", 2, slots={"device": "LIS"}),
        a_fault(None, 2),
        a_fault("ward-3", 2, kind="alarm"),
        record(a_fault("ward-3", 2), K.CANCELLED, at=NINE + 2 * MINUTE),
        record(a_fault("ward-3", 2), K.RESOLVED, at=NINE + 2 * MINUTE),
    ],
    ids=["other thing", "other system", "no place", "machine", "withdrawn", "repaired"],
)
def test_what_is_not_an_open_report_of_that_fault_does_not_count(third: Ticket) -> None:
    assert found(third, a_fault("ward-1"), a_fault("ward-2", 1)) == ()


def test_a_fault_that_is_declared_is_not_found_again() -> None:
    wide = record(a_fault("ward-1"), K.AMENDED, at=NINE, wide=True)
    assert found(wide, a_fault("ward-2", 1), a_fault("ward-3", 2)) == ()


def test_who_joined_by_a_merge_is_who_reported_the_other_ticket() -> None:
    ticket = joined(a_fault(), "ward-2", by="n-2")
    ticket = joined(ticket, "ward-3", by="d-1", person="n-3", chat="dm:n-3")
    ticket = joined(ticket, "ward-4", by="d-1", person=None)
    ticket = joined(ticket, "ward-1", by="n-1")
    assert joiners_of(ticket) == ("n-2", "n-3")
    assert chats_of(ticket) == (ticket.chat, "dm:n-3")


def test_a_join_that_was_taken_back_is_none() -> None:
    ticket = joined(a_fault(), "ward-2")
    back = record(ticket, K.UNDONE, at=NINE, by=PersonId("n-2"), seq=ticket.events[-1].seq)
    assert (joiners_of(back), back.affected) == ((), ())


@pytest.mark.parametrize("main", TicketKind)
@pytest.mark.parametrize("other", TicketKind)
def test_only_work_of_one_kind_is_merged_and_never_what_wants_an_answer(
    main: TicketKind, other: TicketKind
) -> None:
    wants_answer = other in (TicketKind.QUESTION, TicketKind.COMPLAINT)
    is_machine = other is TicketKind.ALARM
    tells_again = (main, other) == (TicketKind.ALARM, TicketKind.REPORT)
    fits = (main is other or tells_again) and not wants_answer and not is_machine
    assert may_merge(a_ticket(kind=main), a_ticket(kind=other)) is fits


def test_nothing_becomes_part_of_itself() -> None:
    ticket = a_fault()
    assert not may_merge(ticket, ticket)
    assert fault_of(ticket) == Fault("clinical", "HIS", "登不进")
