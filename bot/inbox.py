"""One message, start to finish: claimed, understood, handled, its one outcome recorded.

Many waiting messages share a transaction, a savepoint each. A refusal is answered in a short
line; what fails for any other reason is parked for the desk, and the next message is served.
"""

import re
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.channels.base import InboundKind
from bot.context import SILENT, Context, Handled, body_text, build_context
from bot.handlers.alarms import alarmed
from bot.handlers.answers import typed_answer
from bot.handlers.edits import edited
from bot.handlers.help import in_a_line, is_slashed, unknown_command
from bot.handlers.offers import answer_to_offer
from bot.handlers.photos import bare_photos
from bot.handlers.reactions import reacted
from bot.handlers.rooms import in_unbound_group
from bot.handlers.taps import tapped
from bot.handlers.voices import spoken
from bot.handlers.votes import voted
from bot.handlers.words import typed_button
from bot.menu import COMMANDS
from bot.presses import end_press, is_watched, tell_presser
from bot.replies.errors import facts_of
from bot.speech import retold, speech
from core.errors import ActionNotAllowed, DeskError, StaleTicket
from core.messages import InboxMessage, Outcome
from core.notices import Notice, NoticeKind, private_chat
from core.ports import UnitOfWork
from core.understanding.read import Reader

log = structlog.get_logger(__name__)
MOST_ATTEMPTS = 5
"""A message that meets a stale ticket this often is parked."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Handles stored messages; the caller opens and commits the unit of work."""

    reader: Reader
    below: float = 0.0
    """Readings less sure than this take the advice that was stored with the message."""

    async def work_off(self, uow: UnitOfWork, now: datetime, limit: int) -> int:
        """Handle up to `limit` waiting messages in order; return how many were taken."""
        messages = await uow.inbox.claim(limit)
        for message in messages:
            with structlog.contextvars.bound_contextvars(message=message.id):
                await self._finish(message, uow, now)
            if uow.overlays.changed:
                break  # the hospital is another one now; the rest is claimed again
        return len(messages)

    async def _finish(self, message: InboxMessage, uow: UnitOfWork, now: datetime) -> None:
        try:
            handled = await self._attempt(message, uow, now)
        except StaleTicket:
            if message.attempts < MOST_ATTEMPTS:
                await uow.inbox.put_back(message.id)
                return
            handled = await self._park(message, uow, now)
        except Exception as error:
            log.exception("message_parked", error=type(error).__name__)
            handled = await self._park(message, uow, now)
        await end_press(message, uow)
        await uow.inbox.finish(message.id, handled.outcome, handled.tickets, now)
        log.info("message_handled", outcome=handled.outcome, tickets=len(handled.tickets))

    async def _attempt(self, message: InboxMessage, uow: UnitOfWork, now: datetime) -> Handled:
        ctx = await self._context(message, uow, now)
        uow.outbox.answering(message)
        try:
            async with uow.savepoint():
                return await handle(ctx)
        except StaleTicket:
            raise
        except DeskError as refusal:
            return await _refuse(ctx, refusal)
        finally:
            uow.outbox.answering(None)

    async def _context(self, message: InboxMessage, uow: UnitOfWork, now: datetime) -> Context:
        return await build_context(message, uow=uow, reader=self.reader, now=now, below=self.below)

    async def _park(self, message: InboxMessage, uow: UnitOfWork, now: datetime) -> Handled:
        """Tell the sender that the desk will look, and the desk to look."""
        ctx = await self._context(message, uow, now)
        await ctx.say("parked", {"name": ctx.actor.name})
        for person in uow.site.desks[:1] or uow.site.supervisors[:1]:
            await uow.outbox.put(
                Notice(
                    NoticeKind.NOTICE,
                    private_chat(person.id),
                    "parked_for_desk",
                    {
                        "name": ctx.actor.name,
                        "chat": message.chat,
                        "at": message.sent_at.isoformat(),
                        "text": ctx.note,
                        "code": message.id[-8:],
                    },
                    to=(person.id,),
                    urgent=True,
                )
            )
        return Handled(Outcome.PARKED)


async def handle(ctx: Context) -> Handled:
    """Return how the message ended.

    Raises:
        DeskError: what it asks for cannot be done.
    """
    if ctx.message.kind == InboundKind.VOTE:
        return await voted(ctx)
    if ctx.message.kind == InboundKind.REACTION:
        return await reacted(ctx)
    if (elsewhere := await in_unbound_group(ctx)) is not None:
        return elsewhere
    if ctx.refused_photos:
        await ctx.say("photo_refused", {"faults": list(ctx.refused_photos)})
    if ctx.message.kind == InboundKind.ALARM:
        return await alarmed(ctx, body_text(ctx.message, "text"))
    if ctx.message.kind == InboundKind.TAP:
        return await tapped(ctx)
    if ctx.message.kind == InboundKind.EDIT:
        changed = await edited(ctx)
        if changed is not None:
            return changed
    if not _has_words(ctx.text):
        return await _without_words(ctx)
    if ctx.is_forwarded:
        return await retold(ctx)
    if is_slashed(ctx.text):
        return await COMMANDS.handle(ctx) or await unknown_command(ctx)
    for step in (typed_button, answer_to_offer, typed_answer, COMMANDS.handle):
        handled = await step(ctx)
        if handled is not None:
            return handled
    return await speech(ctx)


_WORDS = re.compile(r"\w|[⭐★🌟👍👌🙏➕?？+]")


def _has_words(text: str) -> bool:
    return _WORDS.search(text) is not None


async def _without_words(ctx: Context) -> Handled:
    if ctx.photos or ctx.refused_photos:
        return await bare_photos(ctx)
    if ctx.message.body.get("voice"):
        return await spoken(ctx)
    only_names_us = not ctx.text and body_text(ctx.message, "text")
    return await in_a_line(ctx) if only_names_us else SILENT


async def _refuse(ctx: Context, refusal: DeskError) -> Handled:
    """Say in one line why not, and keep the attempt on record."""
    await ctx.uow.audit.note(
        f"refused:{refusal.code}",
        by=ctx.actor.key,
        now=ctx.now,
        action=getattr(refusal, "action", ""),
        number=str(getattr(refusal, "number", "") or ""),
    )
    if isinstance(refusal, ActionNotAllowed):
        log.info("action_refused", action=refusal.action)
        if ctx.has_no_person:
            await ctx.say("no_person")
            return Handled(Outcome.REFUSED)
    say = tell_presser if is_watched(ctx) else Context.say
    await say(ctx, "refusal", {**facts_of(refusal), "role": ctx.actor.role})
    return Handled(Outcome.REFUSED)
