"""Telegram as a channel."""

import os

# python-telegram-bot's own switch for durations as `timedelta`; without it each access warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")
