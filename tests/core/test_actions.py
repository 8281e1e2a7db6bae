"""Laws of buttons: each has a key that fits and that no other button shares."""

from hypothesis import given
from hypothesis import strategies as st

from core.actions import Action, Tap, engineer_taps, key_of, rating_taps
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
