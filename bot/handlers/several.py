"""What an engineer says of several tickets at once: 都收到, 两个都好了, 墨盒换了，输入法装了."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.context import SILENT, Context, Handled
from bot.handlers.binding import ask_which
from bot.handlers.moves import Doing, perform
from bot.handlers.report import category_of
from bot.handlers.things import clauses_of, is_of_another
from core.actions import Action
from core.ids import TicketId
from core.kinds import State
from core.masking import mask
from core.messages import Outcome
from core.ticket import Ticket
from core.understanding.result import Act, Draft

_ALL = re.compile(
    r"都(?:收到|接|看到|我来)|(?:两|几|三|这些)(?:个|单|台)?都|全(?:部|都)?(?:收到|接)"
)


async def do_to_several(
    ctx: Context, action: Action, candidates: Sequence[Ticket], draft: Draft
) -> Handled | None:
    """Return what the words did to several of the candidates; None where they speak of one.

    Raises:
        DeskError: it cannot be done to one of them.
    """
    if action is Action.ACK and _ALL.search(ctx.text):
        return await _acknowledge_all(ctx, candidates)
    if action is not Action.DONE:
        return None
    if each := _done_apart(ctx, candidates):
        return await _finish_each(ctx, each)
    says = _ALL_DONE.search(ctx.text)
    return await _finish_said(ctx, candidates, draft, says) if says else None


async def _acknowledge_all(ctx: Context, candidates: Sequence[Ticket]) -> Handled:
    """Acknowledge all that wait for the engineer's answer: 都收到."""
    for ticket in candidates:
        await perform(ctx, Doing(Action.ACK, ticket.id, ctx.at, ctx.note))
    ids = tuple(ticket.id for ticket in candidates)
    return Handled(Outcome.MOVED, ids) if ids else SILENT


_ALL_DONE = re.compile(
    r"(?:(?P<n>[两俩二三四五六七八九2-9])(?:个|单|台|边|处|件|张|家|科)?|(?P<all>全部?|所有的?|这些))?"
    r"[^，。,不没]{0,4}?(?:都|全)(?:已经?|给)?(?:好了?|完成|完了|修好|弄好|搞定|处理|解决|恢复|换好|ok)"
    r"|(?P<every>全部|所有)[^，。,不没]{0,4}?(?:好了?|完成|修好|弄好|搞定|处理|解决)",
    re.IGNORECASE,
)
_TAKEN_UP = frozenset({State.ACKNOWLEDGED, State.ON_SITE})
_HOW_MANY = {"两": 2, "俩": 2} | {digit: n for n, digit in enumerate("二三四五六七八九", start=2)}


async def _finish_said(
    ctx: Context, candidates: Sequence[Ticket], draft: Draft, says: re.Match[str]
) -> Handled | None:
    """Finish all that are meant where their number is said, or that it is all; ask once whether it
    is all where it is only said that they are; None where there are not several.
    """
    place = draft.department if draft.department_named else None
    meant = [
        t for t in candidates if place in (None, t.department) and not is_of_another(ctx, t, draft)
    ]
    going = [t for t in meant if t.state is not State.WAITING]
    said = says["n"]
    n = _HOW_MANY.get(said) or int(said) if said else None
    if n is not None:
        meant = next((each for each in (meant, going) if len(each) == n), [])
    if len(meant) < 2 or any(t.assignee != ctx.actor.id for t in meant):
        return None
    says_all = says["all"] or says["every"]
    if n is None and not (says_all and all(t.state in _TAKEN_UP for t in meant)):
        return await ask_which(ctx, Action.DONE, meant, may_be_all=True)
    return await finish_all(ctx, [ticket.id for ticket in meant], ctx.note)


def _done_apart(ctx: Context, candidates: Sequence[Ticket]) -> dict[TicketId, str]:
    """Return the tickets that several clauses end, each its own by the thing that it names, with
    their words: 墨盒换好了，输入法装好了. Empty where a clause that ends work may mean another.
    """
    own = [ticket for ticket in candidates if ticket.assignee == ctx.actor.id]
    ended: dict[TicketId, str] = {}
    for clause in clauses_of(ctx.text) if len(own) > 1 else ():
        read = ctx.reader.read(clause, role=ctx.actor.role, sender_department=None)
        if read.act is not Act.DONE or read.first.slots.device is None:
            continue
        draft = replace(read.first, category=category_of(ctx.reader, read.first))
        fitting = [t for t in own if t.slot("device") == draft.slots.device]
        fitting = fitting or [t for t in own if t.category == draft.category]
        if len(fitting) != 1:
            return {}
        ended.setdefault(fitting[0].id, clause)
    return ended if len(ended) > 1 else {}


async def _finish_each(ctx: Context, words: Mapping[TicketId, str]) -> Handled:
    """Finish each ticket with its own words; the photos are of all of them.

    Raises:
        DeskError: one of them cannot be finished.
    """
    for ticket, note in words.items():
        await perform(ctx, Doing(Action.DONE, ticket, ctx.at, mask(note), ctx.photos))
    return Handled(Outcome.MOVED, tuple(words))


async def finish_all(ctx: Context, tickets: Sequence[TicketId], note: str) -> Handled:
    """Finish each of them with the same words and photos.

    Raises:
        DeskError: one of them cannot be finished.
    """
    for ticket in tickets:
        await perform(ctx, Doing(Action.DONE, ticket, ctx.at, note, ctx.photos))
    return Handled(Outcome.MOVED, tuple(tickets))
