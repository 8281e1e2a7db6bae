"""Laws of buttons: each has a key that fits and that no other button shares."""

from hypothesis import given
from hypothesis import strategies as st

from core.actions import (
    Action,
    Tap,
    engineer_taps,
    key_of,
    rating_taps,
    sign_off_taps,
    standing_taps,
    tap_of,
    ticket_in,
)
from core.events import EventKind
from core.ids import TicketId
from core.ticket import record
from tests.factories import MINUTE, NINE, a_ticket


@given(st.sampled_from(list(Action)), st.text(max_size=90), st.integers(0, 10**6))
def test_every_key_fits_into_what_platforms_hand_back(
    action: Action, arg: str, version: int
) -> None:
    tap = Tap(action, TicketId("0" * 32) if version % 2 else None, arg, "", version)
    assert 1 <= len(key_of(tap, 99).encode()) <= 64
    assert key_of(tap, 99).isascii()


def test_buttons_of_a_message_differ_and_those_of_another_state_too() -> None:
    ticket = a_ticket(assignee="e-qian")
    before = [key_of(tap, n) for n, tap in enumerate(engineer_taps(ticket))]
    moved = record(ticket, EventKind.WARNED, at=NINE + MINUTE)
    after = [key_of(tap, n) for n, tap in enumerate(engineer_taps(moved))]
    assert len({*before, *after}) == len(before) + len(after)
    ratings = [key_of(tap, n) for n, tap in enumerate(rating_taps(ticket))]
    assert len(set(ratings)) == len(ratings)


def test_a_key_stands_for_its_button_for_as_long_as_its_ticket_has_not_moved() -> None:
    ticket = a_ticket(assignee="e-qian")
    moved = record(ticket, EventKind.WARNED, at=NINE + MINUTE)
    for taps in (engineer_taps, standing_taps, sign_off_taps, rating_taps):
        for place, tap in enumerate(taps(ticket)):
            key = key_of(tap, place)
            assert ticket_in(key) == ticket.id
            assert tap_of(ticket, key) == tap
            assert tap_of(moved, key) is None


@given(st.text(max_size=70))
def test_what_is_no_key_stands_for_nothing(key: str) -> None:
    assert tap_of(a_ticket(assignee="e-qian"), key) is None


def test_a_key_stands_for_no_move_that_has_no_button() -> None:
    ticket = a_ticket(assignee="e-qian")
    for action in (Action.AMEND, Action.PROGRESS, Action.RECORD, Action.PLEAD, Action.CHOOSE):
        tap = Tap(action, ticket.id, version=len(ticket.events))
        assert tap_of(ticket, key_of(tap, 0)) is None
