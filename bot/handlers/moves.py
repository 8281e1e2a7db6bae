"""One move on one ticket, however it was asked for: a tap, a word, a sentence, an answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.context import ASKED, Context, Handled
from bot.handlers.disputing import dispute_ticket
from bot.handlers.replanning import replan_or_ask
from bot.handlers.why import explain_ticket
from core.actions import Action
from core.events import EventKind
from core.ids import PersonId, TicketId
from core.messages import Outcome
from core.policy import WaitReason
from core.usecases import (
    ask_help,
    change_ticket,
    exempt_ticket,
    sign_off,
    transfer_ticket,
    undo_move,
    work_ticket,
)
from core.usecases.record_moment import Said, record_moment
from core.usecases.sign_off import Answer
from core.usecases.transfer_ticket import ChoiceAsked, Transfer
from core.usecases.work_ticket import Move, TakeoverAsked
from core.waits import plea_of, reason_in, until_in


@dataclass(frozen=True, slots=True)
class Doing:
    """What is to be done to which ticket, in whose words."""

    action: Action
    ticket: TicketId
    at: datetime
    note: str = ""
    photos: tuple[str, ...] = ()
    rating: int = 0
    to: PersonId | None = None
    extra: dict[str, str] = field(default_factory=dict)
    """What a move of its own kind needs to know: which `moment`, which `asset`."""


async def perform(ctx: Context, doing: Doing) -> Handled:
    """Do it, and return how the message ended.

    Raises:
        DeskError: it cannot be done, for a reason that the sender is told.
    """
    return await _MOVES[doing.action](ctx, doing)


def _moved(doing: Doing) -> Handled:
    return Handled(Outcome.MOVED, (doing.ticket,))


def _move(ctx: Context, doing: Doing) -> Move:
    return Move(ctx.actor, doing.ticket, doing.at, doing.note)


def _answer(ctx: Context, doing: Doing) -> Answer:
    return Answer(ctx.actor, doing.ticket, doing.at, doing.note)


async def _ack(ctx: Context, doing: Doing) -> Handled:
    done = await work_ticket.acknowledge(_move(ctx, doing), uow=ctx.uow, now=ctx.now)
    return ASKED if isinstance(done, TakeoverAsked) else _moved(doing)


async def _arrive(ctx: Context, doing: Doing) -> Handled:
    await work_ticket.arrive(_move(ctx, doing), uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _progress(ctx: Context, doing: Doing) -> Handled:
    await work_ticket.progress(_move(ctx, doing), photos=doing.photos, uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _wait(ctx: Context, doing: Doing) -> Handled:
    await work_ticket.wait(
        _move(ctx, doing),
        reason=reason_in(doing.note),
        until=until_in(doing.note, ctx.site.local(doing.at)),
        photos=doing.photos,
        uow=ctx.uow,
        now=ctx.now,
    )
    return _moved(doing)


async def _resume(ctx: Context, doing: Doing) -> Handled:
    await work_ticket.resume(_move(ctx, doing), uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _done(ctx: Context, doing: Doing) -> Handled:
    await work_ticket.resolve(_move(ctx, doing), photos=doing.photos, uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _transfer(ctx: Context, doing: Doing) -> Handled:
    done = await transfer_ticket.transfer(
        Transfer(
            ctx.actor,
            doing.ticket,
            doing.at,
            to=doing.to,
            reason=doing.note,
            asks_help=doing.action is Action.HELP_ME,
        ),
        uow=ctx.uow,
        now=ctx.now,
    )
    return ASKED if isinstance(done, ChoiceAsked) else _moved(doing)


async def _take(ctx: Context, doing: Doing) -> Handled:
    await transfer_ticket.take(ctx.actor, doing.ticket, doing.at, uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _decline(ctx: Context, doing: Doing) -> Handled:
    move = _move(ctx, doing)
    await transfer_ticket.decline(
        move.actor, move.ticket, move.at, said=move.note, uow=ctx.uow, now=ctx.now
    )
    return _moved(doing)


async def _plead(ctx: Context, doing: Doing) -> Handled:
    only, reason = plea_of(doing.note)
    cmd = replace(_move(ctx, doing), note=reason)
    await exempt_ticket.plead(cmd, only=only, uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _record(ctx: Context, doing: Doing) -> Handled:
    facts = {name: value for name, value in doing.extra.items() if name != "moment"}
    said = Said(EventKind(doing.extra["moment"]), facts, doing.photos)
    await record_moment(_move(ctx, doing), said, uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _dispute(ctx: Context, doing: Doing) -> Handled:
    return await dispute_ticket(ctx, doing.ticket, doing.at, doing.note)


async def _help_near(ctx: Context, doing: Doing) -> Handled:
    await ask_help.ask_neighbours(_move(ctx, doing), uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _ask_part(ctx: Context, doing: Doing) -> Handled:
    move = _move(ctx, doing)
    await work_ticket.wait(move, reason=WaitReason.PARTS, until=None, uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _ask_loaner(ctx: Context, doing: Doing) -> Handled:
    await ask_help.ask_loaner(_move(ctx, doing), uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _replan(ctx: Context, doing: Doing) -> Handled:
    return await replan_or_ask(ctx, _move(ctx, doing), clock=doing.extra.get("clock", ""))


async def _nudge(ctx: Context, doing: Doing) -> Handled:
    await change_ticket.nudge(ctx.actor, doing.ticket, doing.at, uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _cancel(ctx: Context, doing: Doing) -> Handled:
    await change_ticket.cancel(ctx.actor, doing.ticket, doing.at, uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _accept(ctx: Context, doing: Doing) -> Handled:
    await sign_off.accept(_answer(ctx, doing), uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _reopen(ctx: Context, doing: Doing) -> Handled:
    kept = await sign_off.reopen(_answer(ctx, doing), uow=ctx.uow, now=ctx.now)
    if kept.ticket.id != doing.ticket:
        return Handled(Outcome.OPENED, (kept.ticket.id,))
    return _moved(doing)


async def _rate(ctx: Context, doing: Doing) -> Handled:
    await sign_off.rate(_answer(ctx, doing), doing.rating, uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _undo(ctx: Context, doing: Doing) -> Handled:
    await undo_move.undo_move(ctx.actor, doing.ticket, doing.at, uow=ctx.uow, now=ctx.now)
    return _moved(doing)


async def _why(ctx: Context, doing: Doing) -> Handled:
    return await explain_ticket(ctx, doing.ticket)


_MOVES: dict[Action, Callable[[Context, Doing], Awaitable[Handled]]] = {
    Action.ACK: _ack,
    Action.ARRIVE: _arrive,
    Action.PROGRESS: _progress,
    Action.WAIT: _wait,
    Action.RESUME: _resume,
    Action.DONE: _done,
    Action.TRANSFER: _transfer,
    Action.HELP_ME: _transfer,
    Action.TAKE: _take,
    Action.DECLINE: _decline,
    Action.PLEAD: _plead,
    Action.RECORD: _record,
    Action.DISPUTE: _dispute,
    Action.HELP_NEAR: _help_near,
    Action.ASK_PART: _ask_part,
    Action.ASK_LOANER: _ask_loaner,
    Action.REPLAN: _replan,
    Action.NUDGE: _nudge,
    Action.CANCEL: _cancel,
    Action.ACCEPT: _accept,
    Action.REOPEN: _reopen,
    Action.RATE: _rate,
    Action.UNDO: _undo,
    Action.WHY: _why,
}
