"""Everything around one message: who, where, what is quoted, what the words mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.channels.base import Photo
from core.actions import Tap
from core.actor import Actor
from core.events import Json
from core.ids import ChatId, TicketId
from core.masking import mask
from core.messages import InboxMessage, Outcome, Posted
from core.notices import Notice, NoticeKind
from core.ports import UnitOfWork
from core.site import Site
from core.text import clean, one_line
from core.understanding.advice import advised, read_advice, takes_advice
from core.understanding.context import NO_CONTEXT
from core.understanding.context import Context as Surroundings
from core.understanding.read import Reader
from core.understanding.result import OPENING_ACTS, Act, Draft, Understanding

_NUMBER_FIRST = re.compile(
    r"^[#＃]?(?:[A-Za-z]{1,6}-\d{6}-)?\d{3,4}(?![\d床楼号室层分元张卷点月])[\s，,：:]*"
)
"""The ticket's number that a message begins with says nothing about the work."""

ADVICE = "advice"
"""Field of a stored message: what a model said about it, checked; empty if it said nothing."""


@dataclass(frozen=True, slots=True)
class Handled:
    """How a message ended, and the tickets that it opened or changed."""

    outcome: Outcome
    tickets: tuple[TicketId, ...] = ()


MOST_LATELY = 50
"""Messages of a sender that are looked back at; no person writes more within minutes, and a flood
must not be read again with each message of it."""
SILENT = Handled(Outcome.SILENT)
ANSWERED = Handled(Outcome.ANSWERED)
ASKED = Handled(Outcome.ASKED)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a message replies to."""

    tickets: tuple[TicketId, ...]
    posted: Posted | None = None
    """Set if it is a message of the bot."""
    is_talk: bool = False
    """Whether it is a message of somebody else that was about no ticket."""


@dataclass(frozen=True, slots=True)
class Context:
    """One message on its way; handlers read it and queue what is to be said."""

    uow: UnitOfWork
    reader: Reader
    message: InboxMessage
    actor: Actor
    now: datetime
    text: str
    """Cleaned, the bot's own name stripped."""
    photos: tuple[str, ...] = ()
    """Media keys of the pictures that could be kept."""
    refused_photos: tuple[str, ...] = ()
    """Why others could not."""
    quote: Quote = field(default=Quote(()))
    below: float = 0.0
    """Readings less sure than this take the advice that was stored with the message."""
    _said: dict[str, list[InboxMessage]] = field(default_factory=dict)

    async def said_lately(self, since: datetime) -> list[InboxMessage]:
        """Return what the sender said here since then, newest first; read once a message.

        Reaches back no further than a photo waits for its report, nor further than `MOST_LATELY`.
        """
        if self.chat not in self._said:
            times = self.site.times
            reach = self.at - max(times.burst, times.photo_joins)
            self._said[self.chat] = await self.uow.inbox.latest_of(
                self.chat, self.message.sender, reach, MOST_LATELY
            )
        return [row for row in self._said[self.chat] if row.sent_at >= since]

    @property
    def site(self) -> Site:
        """The hospital."""
        return self.uow.site

    @property
    def at(self) -> datetime:
        """When it was said: the platform's time, never after we received it."""
        return min(self.message.sent_at, self.now)

    @property
    def chat(self) -> ChatId:
        """Where it was said."""
        return self.actor.chat

    @property
    def has_no_person(self) -> bool:
        """It was said in the name of a group or channel: nobody stands for it."""
        return bool(self.message.body.get("has_no_person"))

    @property
    def is_forwarded(self) -> bool:
        """Somebody else said it, somewhere else: the sender may report by it, and no more."""
        return bool(self.message.body.get("forwarded"))

    @property
    def is_private(self) -> bool:
        """It was said to the bot alone."""
        return self.chat.startswith("dm:")

    @property
    def note(self) -> str:
        """The words as they may be kept with a ticket and re-posted."""
        return mask(_NUMBER_FIRST.sub("", self.text))

    def read(self, around: Surroundings = NO_CONTEXT) -> Understanding:
        """Return what the words mean, given what the bot knows around them.

        Where that leaves doubt, the advice that came with the message is laid over.
        """
        read = self.reader.read(
            self.text,
            role=self.actor.role,
            sender_department=self.actor.department,
            context=around,
        )
        advice = read_advice(body_text(self.message, ADVICE), self.site.departments)
        if advice is None or not takes_advice(read, self.below):
            return read
        if read.act not in OPENING_ACTS and advice.act in OPENING_ACTS:
            read = replace(read, first=self._placed(read.first))
        return advised(read, advice, self.below)

    def read_as(self, act: Act) -> Understanding:
        """Return what the words mean where they can only be that act."""
        return self.reader.read(
            self.text,
            role=self.actor.role,
            sender_department=self.actor.department,
            act=act,
        )

    def _placed(self, draft: Draft) -> Draft:
        """Return the draft for the place of work that its words name, else for the sender's own.

        The rules look for a place of work only where they read of work.
        """
        place = self.reader.place(self.text, self.actor.department)
        own = None if place.options else self.actor.department
        return replace(
            draft,
            department=place.department or own,
            department_options=place.options,
            department_named=place.is_named,
        )

    async def again(self, message: InboxMessage) -> "Context":
        """Return the context of an earlier message, to handle it now."""
        return await build_context(
            message, uow=self.uow, reader=self.reader, now=self.now, below=self.below
        )

    async def say(
        self,
        template: str,
        facts: Mapping[str, Json] | None = None,
        *,
        kind: NoticeKind = NoticeKind.ANSWER,
        ticket: TicketId | None = None,
        taps: tuple[Tap, ...] = (),
    ) -> None:
        """Queue an answer in the same chat, naming the sender."""
        await self.uow.outbox.put(
            Notice(
                kind,
                self.chat,
                template,
                facts or {},
                to=(self.actor.id,) if self.actor.id else (),
                taps=taps,
                ticket=ticket,
                urgent=True,
            )
        )


def body_text(message: InboxMessage, name: str) -> str:
    """Return a text field of the stored message."""
    value = message.body.get(name)
    return value if isinstance(value, str) else ""


def words_of(message: InboxMessage, site: Site) -> str:
    """Return the text of the stored message, cleaned, the bot's own name stripped."""
    return strip_mention(clean(body_text(message, "text")), site.bot_names)


async def build_context(
    message: InboxMessage,
    *,
    uow: UnitOfWork,
    reader: Reader,
    now: datetime,
    below: float = 0.0,
) -> Context:
    """Return the context of a stored message."""
    kept, refused = _photos(message)
    actor = identify(message, uow.site)
    if actor.person is None and not message.body.get("has_no_person"):
        actor = replace(actor, reported=await _reported(message, uow))
    return Context(
        uow=uow,
        reader=reader,
        message=message,
        actor=actor,
        now=now,
        text=words_of(message, uow.site),
        photos=kept,
        refused_photos=refused,
        quote=await _quote(message, uow),
        below=below,
    )


STRANGER_MEMORY = timedelta(days=14)


async def _reported(message: InboxMessage, uow: UnitOfWork) -> frozenset[TicketId]:
    """Return the tickets that the sender, whom nobody knows, opened in this chat lately."""
    since = message.sent_at - STRANGER_MEMORY
    rows = await uow.inbox.latest_of(message.chat, message.sender, since)
    return frozenset(
        ticket for row in rows if row.outcome is Outcome.OPENED for ticket in row.tickets
    )


_MOST_NAME = 24
"""Letters of a name that somebody gave himself; it stands in the cards and questions of others."""


def identify(message: InboxMessage, site: Site) -> Actor:
    """Return who sent it: the person whom the channel's id names, else a stranger."""
    person = site.find_handle(message.channel, message.sender)
    account = message.sender if message.channel in site.reach.channels else ""
    if person is None and not account:
        # Where everybody may speak in anybody's name, people go by their own keys.
        person = site.find_person(message.sender)
    given = one_line(body_text(message, "sender_name"), _MOST_NAME)
    name = person.name if person else given or message.sender
    return Actor(name, message.chat, message.channel, person, account=account)


def strip_mention(text: str, bot_names: tuple[str, ...]) -> str:
    """Return the text without mentions of the bot; other people's mentions stay."""
    names = "|".join(re.escape(name) for name in sorted(bot_names, key=len, reverse=True))
    if not names:
        return text.strip()
    text = re.sub(rf"[@＠]\s?(?:{names})(?![A-Za-z_])", " ", text)
    text = re.sub(rf"^\s*(?:{names})[\s,，:：!！、]+", "", text)
    return text.strip()


def _photos(message: InboxMessage) -> tuple[tuple[str, ...], tuple[str, ...]]:
    photos = [
        Photo(str(item["key"]), str(item["name"]), str(item.get("fault", "")))
        for item in _dicts(message.body.get("photos"))
    ]
    kept = tuple(photo.key for photo in photos if photo.key and not photo.fault)
    return kept, tuple(photo.fault for photo in photos if photo.fault)


def _dicts(value: Json) -> list[dict[str, Json]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


_ANCHOR = re.compile(r"[A-Z]{1,6}-\d{6}-\d{3,}")


async def _tickets_of(posted: Posted, uow: UnitOfWork) -> tuple[TicketId, ...]:
    """Return the ticket of a message of the bot: the one kept with it, or the one it names."""
    return (posted.ticket,) if posted.ticket else await _named_in(posted.text, uow)


async def _named_in(text: str, uow: UnitOfWork) -> tuple[TicketId, ...]:
    """Return the ticket whose number the text shows, if it shows just one."""
    named = set(_ANCHOR.findall(text))
    ticket = await uow.tickets.newest_numbered(named.pop()) if len(named) == 1 else None
    return (ticket.id,) if ticket else ()


async def _quote(message: InboxMessage, uow: UnitOfWork) -> Quote:
    """Return what the message replies to: a message of the bot, or one that made tickets."""
    replied = body_text(message, "reply_to")
    if not replied:
        return Quote(await _named_in(body_text(message, "quoted_text"), uow))
    posted = await uow.posted.by_message(message.channel, message.chat, replied)
    if posted is not None:
        return Quote(await _tickets_of(posted, uow), posted)
    written = await uow.inbox.by_message(message.channel, message.chat, replied)
    if written is None:
        # Nobody wrote it: a message of the bot that is not known to be there yet.
        return Quote(await _named_in(body_text(message, "quoted_text"), uow))
    is_others = written.sender != message.sender and written.outcome is Outcome.SILENT
    shows = written.tickets or _photos(written)[0]
    return Quote(written.tickets, is_talk=is_others and not shows)
