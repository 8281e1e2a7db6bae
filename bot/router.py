"""From words to handlers: commands in order, the first that matches the whole message wins."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.context import Context, Handled
from core.site import Site

CommandHandler = Callable[[Context, re.Match[str]], Awaitable[Handled | None]]
"""None: the words only looked like the command; the next one is tried."""

_LONGEST = 60
"""Commands are short; longer messages are read as speech."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that people type, with the example that help shows and a test runs."""

    pattern: re.Pattern[str]
    handler: CommandHandler
    example: str
    purpose: str
    """One line of help, in Chinese."""
    roles: frozenset[str] = frozenset()
    """Roles to whom help shows it; empty means everybody."""
    longest: int = _LONGEST
    """Characters; longer messages are read as speech."""
    shown: Callable[[Site], bool] | None = None
    """Whether it means something at a hospital; help shows those that do beside the others."""

    def match(self, words: str) -> re.Match[str] | None:
        """Return how the whole message fits, or None."""
        return self.pattern.fullmatch(words) if len(words) <= self.longest else None


@dataclass
class Router:
    """An ordered list of commands."""

    commands: list[Command] = field(default_factory=list)

    def command(
        self,
        pattern: str,
        *,
        example: str,
        purpose: str,
        roles: frozenset[str] = frozenset(),
        longest: int = _LONGEST,
        shown: Callable[[Site], bool] | None = None,
    ) -> Callable[[CommandHandler], CommandHandler]:
        """Register a handler for messages that match `pattern` as a whole."""

        def register(handler: CommandHandler) -> CommandHandler:
            compiled = re.compile(pattern, re.IGNORECASE)
            command = Command(compiled, handler, example, purpose, roles, longest, shown)
            self.commands.append(command)
            return handler

        return register

    def fits(self, text: str) -> bool:
        """Return whether the message has the form of a command, whoever wrote it."""
        words = _bare(text)
        return any(command.match(words) for command in self.commands)

    async def handle(self, ctx: Context) -> Handled | None:
        """Return what the first fitting command made of the message, or None."""
        words = _bare(ctx.text)
        for command in self.commands:
            match = command.match(words)
            if match is not None:
                handled = await command.handler(ctx, match)
                if handled is not None:
                    return handled
        return None


def _bare(text: str) -> str:
    return text.strip().rstrip("。！!～~ ")
