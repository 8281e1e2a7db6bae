"""Laws of the ticket: a fold over its events; moves add, undo skips."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import WrongState
from core.events import EventKind, standing
from core.ids import PersonId
from core.kinds import ENDED, OPEN, UNRESOLVED, ClockName, State
from core.moves import admits, is_overtaken, last_move_of, move, reopens_same
from core.ticket import Ticket, fold, record
from tests.factories import DAY, HOUR, MINUTE, NINE, a_ticket

CHEN, ZHAO, QIAN = PersonId("n-1"), PersonId("e-zhao"), PersonId("e-qian")
K = EventKind

# from which states a move is admitted: n(ew) a(ssigned) k(nown) o(n site) w(aiting)
# r(esolved) A(ccepted) C(losed) x cancelled m(erged)
MOVES = """
acknowledged      n a . . . . . . . .
arrived           n a k . w . . . . .
progressed        n a k o w . . . . .
waited            n a k o w . . . . .
resumed           . . . . w . . . . .
resolved          n a k o w . . . . .
accepted          . . . . . r . . . .
reopened          . . . . . r A C . .
rated             . . . . . r A . . .
cancelled         n a k o w . . . . .
merged            n a k o w . . . . .
assigned          n a k o w . . . . .
handover_offered  n a k o w . . . . .
nudged            n a k o w . . . . .
joined            n a k o w . . . . .
amended           n a k o w r A . . .
"""
STATES = (
    *(State.NEW, State.ASSIGNED, State.ACKNOWLEDGED, State.ON_SITE, State.WAITING),
    *(State.RESOLVED, State.ACCEPTED, State.CLOSED, State.CANCELLED, State.MERGED),
)
FACTS: dict[EventKind, dict[str, Any]] = {
    K.ASSIGNED: {"to": "e-qian"},
    K.WAITED: {"reason": "parts", "until": None},
    K.JOINED: {"who": "ward-2"},
    K.RATED: {"rating": 4},
    K.HANDOVER_OFFERED: {"to": "e-qian"},
    K.PHOTO_ADDED: {"key": "a.jpg"},
    K.BREACHED: {"clock": "response"},
    K.WARNED: {"clock": "response"},
    K.MERGED: {"into": "JN-261123-002"},
    K.AMENDED: {"summary": "卡纸", "slots": {"bed": "3"}},
    K.NUDGED: {"pinged": True},
}


def at_work() -> Ticket:
    return a_ticket(assignee="e-zhao")


@pytest.mark.parametrize("row", MOVES.strip().splitlines(), ids=lambda row: str(row).split()[0])
def test_a_move_is_admitted_from_the_states_of_the_table_and_no_other(row: str) -> None:
    kind, *marks = row.split()
    for state, mark in zip(STATES, marks, strict=True):
        ticket = replace(at_work(), state=state)
        assert admits(ticket, K(kind)) is (mark != "."), (kind, state)
        if mark == ".":
            with pytest.raises(WrongState) as refused:
                move(ticket, K(kind), at=NINE, by=ZHAO)
            assert (refused.value.action, refused.value.state) == (kind, state)


def test_states_part_into_owed_finished_and_ended() -> None:
    assert set(STATES) == set(State)
    assert not OPEN & ENDED
    assert set(State) == OPEN | ENDED
    assert {State.RESOLVED, State.ACCEPTED} == OPEN - UNRESOLVED


def test_a_life_goes_through_its_states_and_keeps_its_instants() -> None:
    ticket = at_work()
    life = [
        (K.ACKNOWLEDGED, State.ACKNOWLEDGED),
        (K.ARRIVED, State.ON_SITE),
        (K.WAITED, State.WAITING),
        (K.RESUMED, State.ON_SITE),
        (K.RESOLVED, State.RESOLVED),
        (K.REOPENED, State.ASSIGNED),
        (K.RESOLVED, State.RESOLVED),
        (K.ACCEPTED, State.ACCEPTED),
    ]
    for minute, (kind, state) in enumerate(life, start=1):
        ticket = move(ticket, kind, at=NINE + minute * MINUTE, by=ZHAO)
        assert ticket.state is state
    assert ticket.responded_at == NINE + MINUTE
    assert ticket.arrived_at == NINE + 2 * MINUTE
    assert ticket.resolved_at == NINE + 7 * MINUTE
    assert ticket.accepted_at == NINE + 8 * MINUTE
    assert (ticket.rounds, ticket.wait_reason, ticket.closed_at) == (2, None, None)


@pytest.mark.parametrize("kind", [K.ARRIVED, K.WAITED, K.RESOLVED, K.ACKNOWLEDGED])
def test_whatever_an_engineer_does_first_is_his_response(kind: EventKind) -> None:
    assert move(at_work(), kind, at=NINE + MINUTE, by=ZHAO).responded_at == NINE + MINUTE


def test_work_resumed_before_arrival_is_not_on_site() -> None:
    waiting = move(at_work(), K.WAITED, at=NINE, by=ZHAO, reason="parts")
    assert move(waiting, K.RESUMED, at=NINE, by=ZHAO).state is State.ACKNOWLEDGED


def test_a_new_assignee_ends_the_offer_and_the_wait_of_the_old_one() -> None:
    offered = move(at_work(), K.HANDOVER_OFFERED, at=NINE, by=ZHAO, to="e-qian")
    assert (offered.offered_to, offered.offered_by) == (QIAN, ZHAO)
    waiting = move(offered, K.WAITED, at=NINE, by=ZHAO, reason="parts")
    moved = move(waiting, K.ASSIGNED, at=NINE, to="e-qian")
    assert (moved.assignee, moved.offered_to, moved.wait_reason) == (QIAN, None, None)


def test_an_amendment_replaces_what_it_names_and_leaves_the_rest() -> None:
    asks = a_ticket(department=None, asks_department=True, slots={"bed": "3", "room": "2"})
    amended = move(asks, K.AMENDED, at=NINE, by=CHEN, department="ward-2", slots={"bed": "4"})
    assert (amended.department, amended.asks_department) == ("ward-2", False)
    assert amended.slots == {"bed": "4", "room": "2"}
    assert (amended.category, amended.urgency) == (asks.category, asks.urgency)


def test_breaches_and_affected_departments_are_each_counted_once() -> None:
    ticket = at_work()
    for _ in range(2):
        ticket = record(ticket, K.BREACHED, at=NINE, clock="response", cycle=1)
        ticket = record(ticket, K.JOINED, at=NINE, who="ward-2")
    assert ticket.breaches == (ClockName.RESPONSE,)
    assert ticket.affected == ("ward-2",)


def test_only_a_nudge_that_pinged_moves_the_last_ping() -> None:
    ticket = move(at_work(), K.NUDGED, at=NINE, by=CHEN, pinged=True)
    ticket = move(ticket, K.NUDGED, at=NINE + MINUTE, by=CHEN, pinged=False)
    assert (ticket.nudges, ticket.last_ping_at) == (2, NINE)


steps = st.lists(
    st.tuples(
        st.sampled_from([kind for kind in K if kind not in (K.OPENED, K.UNDONE)]),
        st.sampled_from([CHEN, ZHAO, QIAN]),
    ),
    max_size=12,
)
Log = list[tuple[EventKind, PersonId]]


def lived(log: Log) -> Ticket:
    """Return the ticket after every step of the log that its state admits."""
    ticket = at_work()
    for minute, (kind, by) in enumerate(log):
        if admits(ticket, kind):
            facts = FACTS.get(kind, {})
            ticket = record(ticket, kind, at=NINE + minute * MINUTE, by=by, known=facts)
    return ticket


@given(steps)
def test_a_ticket_is_the_fold_of_its_events(log: Log) -> None:
    ticket = lived(log)
    assert fold(ticket.id, ticket.events) == ticket
    assert [event.seq for event in ticket.events] == list(range(1, len(ticket.events) + 1))


@given(steps, st.data())
def test_what_stands_is_what_its_events_leave_standing(log: Log, data: st.DataObject) -> None:
    ticket = lived(log)
    assert ticket.standing == standing(ticket.events)
    undone = data.draw(st.sampled_from(ticket.events))
    ticket = record(ticket, K.UNDONE, at=NINE + HOUR, by=CHEN, seq=undone.seq)
    assert ticket.standing == standing(ticket.events)
    ticket = record(ticket, K.PROGRESSED, at=NINE + HOUR, by=ZHAO)
    assert ticket.standing == standing(ticket.events)
    assert replace(ticket, events=()).standing == ()


@given(steps, st.data())
def test_undo_is_the_life_without_the_move(log: Log, data: st.DataObject) -> None:
    ticket = lived(log)
    undone = data.draw(st.sampled_from(ticket.events[1:]))
    after = record(ticket, K.UNDONE, at=NINE + HOUR, by=CHEN, seq=undone.seq)
    without = fold(ticket.id, [event for event in ticket.events if event.seq != undone.seq])
    assert replace(after, events=()) == replace(without, events=())
    assert after.events[:-1] == ticket.events
    assert undone not in standing(after.events)


@given(steps)
def test_what_is_saved_is_not_new(log: Log) -> None:
    ticket = lived(log)
    saved = fold(ticket.id, ticket.events, saved=True, version=3)
    assert (saved.new_events, saved.version) == ((), 3)
    after = record(saved, K.PROGRESSED, at=NINE + HOUR, by=ZHAO)
    undone = record(after, K.UNDONE, at=NINE + HOUR, by=ZHAO, seq=after.events[-1].seq)
    assert [event.kind for event in undone.new_events] == [K.PROGRESSED, K.UNDONE]
    assert undone.version == 3


def test_the_newest_standing_move_of_a_person_is_the_one_to_take_back() -> None:
    ticket = move(at_work(), K.ACKNOWLEDGED, at=NINE, by=ZHAO)
    ticket = move(ticket, K.ARRIVED, at=NINE + MINUTE, by=ZHAO)
    newest = last_move_of(ticket, ZHAO)
    assert newest is not None
    assert newest.kind is K.ARRIVED
    back = record(ticket, K.UNDONE, at=NINE + MINUTE, by=ZHAO, seq=newest.seq)
    before = last_move_of(back, ZHAO)
    assert before is not None
    assert before.kind is K.ACKNOWLEDGED
    assert last_move_of(back, QIAN) is None


@pytest.mark.parametrize(
    ("kind", "by", "overtaken"),
    [
        (K.ACCEPTED, CHEN, True),
        (K.ARRIVED, ZHAO, False),
        (K.NUDGED, CHEN, False),
        (K.BREACHED, None, False),
        (K.WARNED, None, False),
        (K.PHOTO_ADDED, CHEN, False),
        (K.ASSIGNED, None, False),
        (K.AMENDED, CHEN, True),
    ],
)
def test_a_move_is_overtaken_by_what_somebody_else_did_on_purpose(
    kind: EventKind, by: PersonId | None, overtaken: bool
) -> None:
    done = move(at_work(), K.ACKNOWLEDGED, at=NINE, by=ZHAO)
    after = record(done, kind, at=NINE + MINUTE, by=by, known=FACTS.get(kind, {}))
    assert is_overtaken(after, done.events[-1]) is overtaken


def test_a_day_after_the_resolution_a_reopening_is_another_ticket() -> None:
    done = move(at_work(), K.RESOLVED, at=NINE, by=ZHAO)
    assert reopens_same(done, NINE + DAY, DAY)
    assert not reopens_same(done, NINE + DAY + MINUTE, DAY)
    closed = record(done, K.CLOSED, at=NINE + HOUR)
    assert reopens_same(closed, NINE + 2 * HOUR, DAY)
    cancelled = move(at_work(), K.CANCELLED, at=NINE, by=CHEN)
    assert not reopens_same(cancelled, NINE + HOUR, DAY)
