"""Which group is which chat, and whose account it is: said where it is to hold."""

import re

from bot.context import ANSWERED, SILENT, Context, Handled
from bot.router import Router
from core.errors import DepartmentUnknown, GroupMissing, PersonNotFound, PrivateOnly
from core.events import Facts
from core.ids import ChatId
from core.notices import Notice, NoticeKind, private_chat
from core.people import ADMIN, DESK
from core.reach import address_in, unbound
from core.site import WORK
from core.usecases.bind_room import BindRoom, bind_room
from core.usecases.invite_person import invite, redeem

router = Router()
_BINDERS = frozenset({DESK, ADMIN})


@router.command(
    r"/bind(?:@\w+)?(?:\s+(?P<what>\S{1,24}))?|绑定(?:本|这个)?群(?:[\s:：]*(?P<which>\S{1,24}))?",
    example="绑定本群",
    purpose="让本群成为工作群；后面可以写院区，或写科室成为那个科室的群",
    roles=_BINDERS,
)
async def bind(ctx: Context, match: re.Match[str]) -> Handled:
    """Make the group that it is said in a chat of the hospital.

    Raises:
        ActionNotAllowed, DepartmentUnknown, GroupMissing.
    """
    chat, campus = _meant(ctx, match["what"] or match["which"] or "")
    address = _address(ctx)
    await bind_room(BindRoom(ctx.actor, address, chat, campus), uow=ctx.uow, now=ctx.now)
    await _say_at(ctx, address, "room_bound", {"chat": chat, "campus": campus})
    return ANSWERED


@router.command(
    r"/unbind(?:@\w+)?|解绑(?:本|这个)?群",
    example="解绑本群",
    purpose="本群不再是医院的群",
    roles=_BINDERS,
)
async def unbind(ctx: Context, match: re.Match[str]) -> Handled:
    """Make the group no chat of the hospital.

    Raises:
        ActionNotAllowed, GroupMissing.
    """
    address = _address(ctx)
    await bind_room(BindRoom(ctx.actor, address, ChatId("")), uow=ctx.uow, now=ctx.now)
    await _say_at(ctx, address, "room_unbound", {})
    return ANSWERED


@router.command(
    r"(?:/invite(?:@\w+)?\s+|邀请)\s*[@＠]?(?P<name>[\w\u4e00-\u9fff]{2,12})",
    example="邀请黄丽",
    purpose="给他一个绑定码，两小时内私聊发给我就认得他的账号",
    roles=_BINDERS,
)
async def ask_in(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Say a code for the person, privately.

    Raises:
        ActionNotAllowed, PersonNotFound.
    """
    people = ctx.site.person_named(match["name"])
    if len(people) != 1:
        if ctx.actor.role not in _BINDERS:
            return None
        raise PersonNotFound(match["name"])
    code = await invite(ctx.actor, people[0], uow=ctx.uow, now=ctx.now)
    assert ctx.actor.id is not None
    await ctx.uow.outbox.put(
        Notice(
            NoticeKind.ANSWER,
            private_chat(ctx.actor.id),
            "invitation",
            {"person": people[0].id, "code": code},
            to=(ctx.actor.id,),
            urgent=True,
        )
    )
    if not ctx.is_private:
        await ctx.say("invitation_sent", {"person": people[0].id})
    return ANSWERED


@router.command(
    r"(?:/start(?:@\w+)?\s+|绑定(?:码)?[\s:：]*)(?P<code>[A-Za-z0-9]{10})",
    example="绑定 A2B3C4D5E6",
    purpose="私聊发绑定码，我就认得你",
)
async def come_in(ctx: Context, match: re.Match[str]) -> Handled:
    """Bind the sender's account to the person for whom the code is.

    Raises:
        InvitationUnusable, PrivateOnly.
    """
    if not ctx.is_private:
        raise PrivateOnly
    sender, channel = ctx.message.sender, ctx.message.channel
    person = await redeem(match["code"], channel=channel, handle=sender, uow=ctx.uow, now=ctx.now)
    await ctx.say("account_bound", {"person": person.id, "department": person.department})
    return ANSWERED


async def in_unbound_group(ctx: Context) -> Handled | None:
    """Return how a message ends in a group that is no chat of the hospital; None in all others.

    Only binding is heard there; the first other words are answered with how to bind.
    """
    if ctx.is_private or address_in(ctx.chat, ctx.message.channel) is None:
        return None
    for command in router.commands:
        if (match := command.match(ctx.text.strip())) is not None:
            return await command.handler(ctx, match)
    hint = Notice(
        NoticeKind.NOTICE,
        ctx.chat,
        "room_unknown",
        once=f"unbound:{ctx.chat}:{ctx.site.local(ctx.now).date().isoformat()}",
        urgent=True,
    )
    await ctx.uow.outbox.put(hint)
    return SILENT


async def _say_at(ctx: Context, address: str, template: str, facts: Facts) -> None:
    """Answer in the group itself, whatever chat of the hospital it is by then."""
    there = unbound(ctx.message.channel, address)
    to = (ctx.actor.id,) if ctx.actor.id else ()
    await ctx.uow.outbox.put(Notice(NoticeKind.ANSWER, there, template, facts, to=to, urgent=True))


def _address(ctx: Context) -> str:
    """Return the address of the group.

    Raises:
        GroupMissing: it is said in private, or where groups have no addresses.
    """
    channel = ctx.message.channel
    named = None if ctx.is_private else address_in(ctx.chat, channel)
    room = ctx.site.reach.room_of(ctx.chat, channel)
    if named is None and room is None:
        raise GroupMissing
    return named or (room.address if room else "")


def _meant(ctx: Context, word: str) -> tuple[ChatId, str]:
    """Return the chat that a word names, and the campus.

    Raises:
        DepartmentUnknown.
    """
    if not word:
        return WORK, ""
    for code, name in ctx.site.campuses.items():
        if word in (code, name):
            return WORK, code
    found = ctx.site.find_department(word) or ctx.site.named(word)
    department = found.id if found else ctx.reader.place(word).department
    if department is None:
        raise DepartmentUnknown(word)
    return ChatId(f"dept:{department}"), ""
