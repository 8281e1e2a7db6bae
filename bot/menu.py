"""All that is recognised before plain words are read: the commands, and help about everything."""

from bot.handlers.commands import ASKING as ASKED
from bot.handlers.commands import COMMANDS as TYPED
from bot.handlers.help import Lines, help_router
from bot.router import Router
from bot.speech import SPOKEN


def said_by(role: str) -> Lines:
    """Return what a role may say in plain words, as help shows it."""
    return [(s.example, s.purpose) for s in SPOKEN if s.purpose and role in s.audience]


_HELP = help_router(TYPED, said_by).commands
COMMANDS = Router([*_HELP, *TYPED])
ASKING = (*_HELP, *ASKED)
"""Those that only ask for something."""
