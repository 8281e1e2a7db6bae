"""From values to rows and back, where several repositories need the same."""

from collections.abc import Sequence
from typing import Any

from core.actions import Action, Tap
from core.ids import TicketId


def taps_out(taps: Sequence[Tap]) -> list[list[str | int | None]]:
    """Return buttons as plain JSON."""
    return [[tap.action.value, tap.ticket, tap.arg, tap.label, tap.version] for tap in taps]


def taps_in(rows: Sequence[Sequence[Any]]) -> tuple[Tap, ...]:
    """Return the buttons that `taps_out` wrote."""
    return tuple(
        Tap(Action(action), None if ticket is None else TicketId(ticket), arg, label, *version)
        for action, ticket, arg, label, *version in rows
    )
