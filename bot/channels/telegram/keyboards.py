"""Buttons below a message. Source: Bot API, "InlineKeyboardMarkup", "InlineKeyboardButton"."""

from collections.abc import Sequence
from typing import Any, Final

from bot.channels.base import Button

MOST_BYTES: Final = 64
"""Of what comes back with a press."""
_ROW: Final = 15
"""How much fits beside one another on a phone: letters, and one for each button's edge."""


def keyboard(buttons: Sequence[Button]) -> dict[str, Any]:
    """Return the buttons in rows that a phone can show; an empty keyboard takes buttons away.

    Raises:
        ValueError: the key of a button is too long to come back.
    """
    rows: list[list[dict[str, str]]] = []
    room = 0
    for button in buttons:
        key = button.key or button.label
        if len(key.encode()) > MOST_BYTES:
            raise ValueError(f"key of a button of more than {MOST_BYTES} bytes")
        width = len(button.label) + 1
        if width > room:
            rows.append([])
            room = _ROW
        rows[-1].append({"text": button.label, "callback_data": key})
        room -= width
    return {"inline_keyboard": rows}
