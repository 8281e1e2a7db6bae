"""What an engineer says about his work: on the way, here, still at it, waiting, done, not mine."""

import re
from dataclasses import replace

from bot.context import SILENT, Context, Handled
from bot.handlers.binding import Ambiguous, Bound, ask_which, bind
from bot.handlers.moves import Doing, perform
from bot.handlers.several import do_to_several
from bot.handlers.things import with_trade
from core.actions import Action
from core.errors import PersonNotFound
from core.events import EventKind
from core.ids import PersonId, TicketId
from core.kinds import State, TicketKind
from core.moves import admits
from core.people import WORKING_ROLES, Person
from core.site import WORK
from core.ticket import Ticket
from core.understanding.acts import HARDLY
from core.understanding.result import Act, Draft, Understanding
from core.waits import reason_in, until_in

ACTIONS = {
    Act.ACK: Action.ACK,
    Act.ARRIVE: Action.ARRIVE,
    Act.PROGRESS: Action.PROGRESS,
    Act.WAIT: Action.WAIT,
    Act.DONE: Action.DONE,
    Act.TRANSFER: Action.TRANSFER,
}
_FITTING = {
    Action.ACK: frozenset({State.NEW, State.ASSIGNED}),
    Action.ARRIVE: frozenset({State.ASSIGNED, State.ACKNOWLEDGED, State.WAITING}),
    Action.RESUME: frozenset({State.WAITING}),
}


async def act_on_work(ctx: Context, understood: Understanding) -> Handled:
    """Do what the words say to the ticket that they mean; silence if they mean none."""
    action = ACTIONS[understood.act]
    if going := _GOES_ON.match(ctx.text):
        # 弄好了 去呼吸: where he goes next is not where he has finished.
        here = ctx.reader.read(
            going[1], role=ctx.actor.role, sender_department=ctx.actor.department
        )
        return await do_to_work(ctx, action, here.first)
    if understood.act is Act.TRANSFER and _wants_help(ctx.text):
        action = Action.HELP_ME
    return await do_to_work(ctx, action, understood.first)


async def do_to_work(
    ctx: Context,
    action: Action,
    draft: Draft | None,
    *,
    number: str | None = None,
    note: str | None = None,
) -> Handled:
    """Do it to the ticket that is meant; ask if several may be.

    Raises:
        DeskError: it cannot be done.
    """
    if draft is not None and number is None and not ctx.quote.tickets:
        action = await _of_the_wait(ctx, action)
    if draft is not None and action in _SAID_FROM_AFAR and _IS_AT.search(ctx.text):
        draft = replace(draft, department=None, department_named=False)
    candidates = await _candidates(ctx, action, draft)
    if action is Action.ACK and draft is not None and not candidates and ctx.actor.id is not None:
        offers = await ctx.uow.tickets.offered_to(ctx.actor.id)
        if offers:
            return await perform(ctx, Doing(Action.TAKE, offers[-1].id, ctx.at))
    if draft is not None and action is Action.DONE:
        draft = with_trade(ctx, draft)
    if draft is not None and number is None and not ctx.quote.tickets:
        several = await do_to_several(ctx, action, candidates, draft)
        if several is not None:
            return several
    meant = await bind(ctx, candidates, draft, number, is_strict=True)
    to = _named_colleague(ctx) if action in HANDS_ON and meant else None
    said = ctx.note if note is None else note
    if action in HANDS_ON:
        said = reason_of(said)
    match meant:
        case Bound(ticket):
            if draft is not None and action in _EARLIER:
                action = await _as_progress(ctx, action, ticket)
            doing = Doing(action, ticket, ctx.at, said, ctx.photos, to=to)
            return await perform(ctx, doing)
        case Ambiguous(tickets):
            return await ask_which(ctx, action, tickets, to=to, note=said)
    return SILENT


_IS_AT = re.compile(
    r"(?:^|[我人还正，,。 ])在(?!你|他)[^，。,]{2,10}?"
    r"(?:走不开|出不来|脱不开|下不来|上台|忙|弄|处理|修|抢修|[，,。 ]|$)"
    r"|[\u4e00-\u9fff]{2,8}(?:这边|这里|这儿)(?:还|都)?(?:没|走不开|有|在|忙)"
)
"""Tells where the engineer is himself, which is not where he is wanted: 在手术室走不开，换个人."""
_SAID_FROM_AFAR = frozenset({Action.ACK, Action.WAIT, Action.TRANSFER, Action.HELP_ME})


async def tell_of_own(ctx: Context, understood: Understanding) -> Handled | None:
    """Return how words of which little is known became a note on the engineer's own work, of
    whose thing they speak: 电脑重启一下好多了，先观察. None where they name none of his.

    Raises:
        DeskError: it cannot be noted.
    """
    device = understood.first.slots.device
    if ctx.actor.id is None or device is None or understood.confidence >= HARDLY:
        return None
    own = await ctx.uow.tickets.unresolved_of_assignee(ctx.actor.id)
    about = [ticket for ticket in own if ticket.slot("device") == device]
    if len(about) != 1:
        return None
    return await perform(ctx, Doing(Action.PROGRESS, about[0].id, ctx.at, ctx.note, ctx.photos))


_DELIVERED = re.compile(
    r"(?:送到|送去|送过去|送来|送给|拿到|拿去|拿过去|拿给|放在?|放到|发给|搬到|交给)[^，。,？?不没]{0,10}?了(?!吗)"
    r"|(?:给(?:他们|她们|你们|科里)?|送|领走|发)(?:过|完|好|到|走)?了[\s。！!~]*$"
)
_NOT_DELIVERED = re.compile(r"没|未|不|[吗么？?]|什么时候|等|快|马上|准备|还要|再")


async def deliver(ctx: Context, understood: Understanding) -> Handled | None:
    """Return how what a working person says that he delivered ended a supply: his own, of the
    place or thing named; of a place named also a colleague's, where he is told whose it is. None
    where he speaks of no supply.

    Raises:
        DeskError: it cannot be ended, or is somebody else's.
    """
    if understood.act not in _MAY_DELIVER or ctx.actor.id is None:
        return None
    if _DELIVERED.search(ctx.text) is None or _NOT_DELIVERED.search(ctx.text):
        return None
    draft = understood.first
    place = ctx.reader.place(ctx.text).department
    own = await ctx.uow.tickets.unresolved_of_assignee(ctx.actor.id)
    supplies = [t for t in own if t.kind is TicketKind.SUPPLY and place in (None, t.department)]
    if not supplies and place is not None:
        since = ctx.at - ctx.site.times.auto_close
        there = await ctx.uow.tickets.latest_of_department(place, since)
        supplies = [t for t in there if t.kind is TicketKind.SUPPLY and t.is_unresolved]
    if not supplies or not {t.id for t in supplies}.issuperset(ctx.quote.tickets):
        return None
    match await bind(ctx, supplies, replace(draft, department_named=False)):
        case Bound(ticket):
            return await perform(ctx, Doing(Action.DONE, ticket, ctx.at, ctx.note, ctx.photos))
        case Ambiguous(tickets):
            return await ask_which(ctx, Action.DONE, tickets)
    return None


_MAY_DELIVER = frozenset({Act.CHATTER, Act.DONE, Act.ARRIVE, Act.PROGRESS, Act.SUPPLY, Act.QUERY})

_GOES_ON = re.compile(
    r"^(.{0,12}?(?:好了?|完了?|搞定|ok|OK|修好|弄好))[\s,，。、]+(?:我)?(?:先|再|马上|现在|这就)?(?=去|上|到|回|往)"
)


_EARLIER = {Action.ACK: EventKind.ACKNOWLEDGED, Action.ARRIVE: EventKind.ARRIVED}


async def _as_progress(ctx: Context, action: Action, ticket_id: TicketId) -> Action:
    """Return the action, or progress where the engineer only says again what is known."""
    ticket = await ctx.uow.tickets.get(ticket_id)
    says_again = ticket.is_unresolved and not admits(ticket, _EARLIER[action])
    return Action.PROGRESS if says_again and ticket.assignee == ctx.actor.id else action


_PART_CAME = re.compile(
    r"(?:配件|备件|货|零件|新件|新机|备机|厂家|师傅|审批|报价)(?:已经?|都|刚刚?|也)?"
    r"(?:到了|到货|来了|送到了?|送来了|拿到了|批了|下来了)(?![再就])"
)
_NOT_YET = re.compile(r"没|未|等.{0,6}到|[到来]了[吗么没]|什么时候|快")


async def _of_the_wait(ctx: Context, action: Action) -> Action:
    """Return what the words do to work that waits: what it waited for has come, or, where they
    name neither a reason nor a time (等会), nothing new.
    """
    if action not in _MAY_END_WAIT or ctx.actor.id is None:
        return action
    own = await ctx.uow.tickets.unresolved_of_assignee(ctx.actor.id)
    if not any(ticket.state is State.WAITING for ticket in own):
        return action
    if _PART_CAME.search(ctx.text) and not _NOT_YET.search(ctx.text):
        return Action.RESUME
    says_why = reason_in(ctx.text) or until_in(ctx.text, ctx.site.local(ctx.at))
    if action is Action.WAIT and not says_why and all(t.state is State.WAITING for t in own):
        return Action.PROGRESS
    return action


_MAY_END_WAIT = frozenset({Action.ACK, Action.ARRIVE, Action.PROGRESS, Action.WAIT})


async def _candidates(ctx: Context, action: Action, draft: Draft | None) -> list[Ticket]:
    """Return the engineer's own tickets in a fitting state, or, where he names a place or a
    reporter of whom he has none, theirs; where he has none at all and names a thing, the only one
    of it; where he only offers to go, the fresh one that nobody has answered.
    """
    person = ctx.actor.id
    if person is None:
        return []
    own = await ctx.uow.tickets.unresolved_of_assignee(person)
    states = _FITTING.get(action)
    fitting = [ticket for ticket in own if states is None or ticket.state in states]
    if draft is None:
        return fitting
    since = ctx.at - ctx.site.times.auto_close
    if draft.department_named and draft.department is not None:
        if any(ticket.department == draft.department for ticket in own):
            return fitting
        there = await ctx.uow.tickets.latest_of_department(draft.department, since)
        return [ticket for ticket in there if ticket.is_unresolved]
    if (reporter := _named_reporter(ctx)) is not None:
        theirs = [ticket for ticket in fitting if ticket.requester == reporter]
        if not theirs and action in _EARLIER:
            reported = await ctx.uow.tickets.latest_of_requester(reporter, since)
            theirs = [ticket for ticket in reported if ticket.is_unresolved]
        return theirs or fitting
    if action is Action.DONE and not own:
        return await _only_one_of_thing(ctx, draft)
    if action is Action.ACK and not fitting and _OFFERS_TO_GO.match(ctx.text):
        return await _unanswered(ctx)
    return fitting


def _named_reporter(ctx: Context) -> PersonId | None:
    """Return the one person of a ward whose name the words hold: 周倩那个我去吧."""
    named = [
        person.id
        for person in ctx.site.people.values()
        if person.name in ctx.text and person.role not in WORKING_ROLES and person.department
    ]
    return named[0] if len(named) == 1 else None


_NEAR = (
    r"(?:离[得的]?近|(?:就|正好|刚好)?在(?:旁边|附近|楼[上下]|隔壁|那边|这边)|顺路|顺便|有空|没事)"
)
_OFFERS_TO_GO = re.compile(
    rf"(?:(?:好的?|行|这个|那个|那|这单|这里)[\s,，]*)*我{_NEAR}?[\s,，]*(?:那?我)?(?:就|先|马上|这就)?"
    r"(?:来|去|过去|上去|下去|跑)(?:吧|了|一?[趟下]|看|看看|处理|弄|[\s。！!~]*$)"
)
"""Says himself that he goes; 收到 alone says nothing about somebody else's work."""


async def _unanswered(ctx: Context) -> list[Ticket]:
    """Return the one ticket of the last minutes here that waits for somebody's word."""
    since = ctx.at - ctx.site.times.question_waits
    recent = await ctx.uow.tickets.open_faults(ctx.chat, since)
    waiting = [ticket for ticket in recent if ticket.state in _FITTING[Action.ACK]]
    return waiting if len(waiting) == 1 else []


async def _only_one_of_thing(ctx: Context, draft: Draft) -> list[Ticket]:
    """Return the only ticket in hand of the work chat about the thing that an engineer names who
    owes nothing, so that he is told whose it is; none where he finished one himself lately.
    """
    device = draft.slots.device
    if device is None or ctx.actor.id is None or ctx.actor.role not in WORKING_ROLES:
        return []
    since = ctx.at - ctx.site.times.auto_close
    known = await ctx.uow.tickets.latest_in_chat(WORK if ctx.is_private else ctx.chat, since)
    in_hand = [t for t in known if t.is_unresolved and t.assignee and t.slot("device") == device]
    if len(in_hand) != 1:
        return []
    own = await ctx.uow.tickets.latest_of_assignee(ctx.actor.id, since)
    return [] if any(t.slot("device") == device for t in own) else in_hand


_TO = re.compile(
    r"(?:转给|转派给?|派给|交给|转|给|让|请|找|@|＠)\s?([\u4e00-\u9fff]{2,4}?)"
    r"(?=你|吧|去|来|了|处理|接|看|一下|顶|帮|弄|修|$|[\s,，。！!~])"
)
_FIRST = re.compile(r"([\u4e00-\u9fff]{2,4}?)(?:你)?(?:帮|替|来)(?:我|忙|跑|接|一下|下)")
_AT = re.compile(r"[@＠]([\w\u4e00-\u9fff]{2,6})")
_HELP = re.compile(r"(爆单|忙不过来|支援|帮(我)?(跑|顶|接|去)|分不开身|走不开|谁能|谁有空|谁帮)")


HANDS_ON = frozenset({Action.TRANSFER, Action.HELP_ME})
"""What makes a ticket another's."""
_SHORTEST_REASON = 4


def reason_of(said: str) -> str:
    """Return what the words of a transfer say beyond the order itself, empty where nothing."""
    left = _TO.sub("", _AT.sub("", said)).strip(" ，。,.！!吧了")
    return said if len(left) >= _SHORTEST_REASON else ""


def _wants_help(text: str) -> bool:
    return _HELP.search(text) is not None


def _named_colleague(ctx: Context) -> PersonId | None:
    """Return the colleague whom the words name.

    Raises:
        PersonNotFound: the name fits two.
    """
    for pattern in (_AT, _TO, _FIRST):
        for said in pattern.findall(ctx.text):
            people = _workers(ctx, said)
            if len(people) == 1:
                return people[0].id
            if len(people) > 1:
                raise PersonNotFound(said)
    return None


def _workers(ctx: Context, said: str) -> list[Person]:
    """Return the working people whom a name means, the longest beginning of it that is one."""
    for length in range(len(said), 1, -1):
        found = [p for p in ctx.site.person_named(said[:length]) if p.role in WORKING_ROLES]
        if found:
            return found
    return []
