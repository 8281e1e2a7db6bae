"""Moments that contracts count with: 已联系科室, 诊断完了, 离场, 复盘完成. One row a moment."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from bot.context import Context, Handled
from bot.handlers.binding import MEMORY, Ambiguous, Bound, ask_which, bind
from bot.handlers.moment_words import WORDS
from bot.handlers.moves import Doing, perform
from bot.replies.moments import TOLD
from bot.router import Router
from core.actions import Action
from core.duties import REACH, awaited
from core.errors import NothingAwaited
from core.events import EventKind
from core.kinds import UNRESOLVED
from core.masking import mask
from core.moments import MOMENTS, grades_with, is_said, loaner_of, rules_with
from core.moves import admits
from core.people import DESK, LEADER, SUPERVISOR, WARD_ROLES, WORKING_ROLES, kind_of_role
from core.permissions import Right, Verdict, may
from core.site import Site
from core.ticket import Ticket
from core.waits import until_in

router = Router()
_LONGEST: Final = 400
_NUMBER: Final = r"[#＃]?(?:[A-Za-z]{1,6}-)?(?:\d{6}-|\d{4}-)?\d{3,4}(?=$|[\s,，:：\u4e00-\u9fff])"

_ROLES: Final[Mapping[Right, frozenset[str]]] = {
    Right.WORK: WORKING_ROLES,
    Right.CONTACT: WORKING_ROLES | {DESK},
    Right.AGREE: WARD_ROLES | {DESK},
    Right.REPORT: WORKING_ROLES | {SUPERVISOR, LEADER},
    Right.REVIEW: frozenset({SUPERVISOR, LEADER}),
    Right.CALL_BACK: frozenset({DESK, SUPERVISOR}),
}
_TOO: Final[Mapping[EventKind, frozenset[str]]] = {
    # A suggestion of a ward is the supervisor's own work.
    EventKind.PLAN_GIVEN: frozenset({SUPERVISOR})
}


def _roles(kind: EventKind) -> frozenset[str]:
    """Return whose words mean it without a ticket's number; help shows it to them."""
    return _ROLES[MOMENTS[kind].right] | _TOO.get(kind, frozenset())


def counts_here(kind: EventKind, site: Site) -> bool:
    """Return whether some contract of the hospital counts with the moment."""
    kind = EventKind.LENT if kind is EventKind.COLLECTED else kind
    return any(rules_with(kind, policy.clocks) for policy in site.policies.values())


def _shown(kind: EventKind) -> Callable[[Site], bool]:
    return lambda site: counts_here(kind, site)


def _register(kind: EventKind) -> None:
    words, told = WORDS[kind], TOLD[kind]

    @router.command(
        rf"(?s:(?:(?P<before>{_NUMBER})[\s,，:：]*)?(?:{words})"
        rf"(?:[\s,，:：]*(?P<after>{_NUMBER}))?(?:[\s,，。:：；;]+(?P<note>.+))?)",
        example=told.example,
        purpose=told.purpose,
        roles=_roles(kind),
        longest=_LONGEST,
        shown=_shown(kind),
    )
    async def say(ctx: Context, match: re.Match[str]) -> Handled | None:
        return await _say(ctx, kind, match)


for each in MOMENTS:
    _register(each)


async def _say(ctx: Context, kind: EventKind, match: re.Match[str]) -> Handled | None:
    """Record the moment of the ticket that is meant; None where the words mean something else.

    Raises:
        DeskError: it cannot be recorded, for a reason that the sender is told.
    """
    number = match["before"] or match["after"]
    role = kind_of_role(ctx.actor.role)
    if not counts_here(kind, ctx.site) or (number is None and role not in _roles(kind)):
        return None
    found = await _candidates(ctx, kind) if number is None else []
    meant = await bind(ctx, found, None, number)
    note = mask((match["note"] or "").strip())
    extra = {"moment": str(kind), **_known(ctx, kind, match, note)}
    match meant:
        case Bound(ticket):
            doing = Doing(Action.RECORD, ticket, ctx.at, note, ctx.photos, extra=extra)
            return await perform(ctx, doing)
        case Ambiguous(tickets):
            return await ask_which(ctx, Action.RECORD, tickets, note=note, extra=dict(extra))
    if role in WARD_ROLES | WORKING_ROLES and not (_is_after(kind) and ctx.is_private):
        return None  # such words may mean something else
    raise NothingAwaited(kind)


def _right(kind: EventKind) -> Right:
    return MOMENTS[kind].right


def _is_after(kind: EventKind) -> bool:
    """Return whether it comes once the work is done."""
    return not MOMENTS[kind].states & UNRESOLVED


def _known(ctx: Context, kind: EventKind, match: re.Match[str], note: str) -> dict[str, str]:
    """Return what the words tell beyond the note: the device that was lent, the date of a plan."""
    if kind is EventKind.LENT:
        return {"asset": match["asset"].upper()} if match["asset"] else {}
    if kind is EventKind.PLAN_GIVEN:
        until = until_in(note, ctx.site.local(ctx.at))
        return {"until": until.isoformat()} if until else {}
    return {}


async def _candidates(ctx: Context, kind: EventKind) -> list[Ticket]:
    """Return the tickets that the moment may be meant for, by who says it."""
    found = []
    for ticket in await _near(ctx, kind):
        verdict = may(ctx.actor.person, _right(kind), ticket)
        allowed = verdict in (Verdict.YES, Verdict.ON_RECORD)
        if allowed and admits(ticket, kind) and await _is_wanted(ctx, kind, ticket):
            found.append(ticket)
    return found


async def _near(ctx: Context, kind: EventKind) -> list[Ticket]:
    """Return the sender's own work, his ward's requests, or what is owed in the house."""
    person, tickets = ctx.actor.person, ctx.uow.tickets
    if person is None:
        return []
    is_after = _is_after(kind)
    if person.role in WORKING_ROLES:
        if is_after or kind is EventKind.COLLECTED:
            return await tickets.latest_of_assignee(person.id, ctx.at - REACH)
        return await tickets.unresolved_of_assignee(person.id)
    if is_after:
        owed = awaited(ctx.site.policies.values())
        wanted = {key: [kind] for key, kinds in owed.items() if kind in kinds}
        return await tickets.owing(wanted, ctx.at - REACH)
    if person.department is not None:
        return await tickets.latest_of_department(person.department, ctx.at - MEMORY)
    return await tickets.unresolved_of_assignee(person.id)


async def _is_wanted(ctx: Context, kind: EventKind, ticket: Ticket) -> bool:
    """Return whether the contract of the ticket still waits for the moment."""
    if kind is EventKind.COLLECTED:
        return loaner_of(ticket) is not None
    terms = await ctx.uow.terms.get(ticket.terms)
    return grades_with(kind, terms.policy, ticket) is None and not is_said(ticket, kind)
