"""Dull values for the tests of storage; every field that matters is an argument."""

from datetime import UTC, datetime, timedelta

from core.calendar import WorkCalendar
from core.events import EventKind, Json
from core.ids import ChatId, IdMaker, PersonId, SiteId, TicketId
from core.kinds import State
from core.messages import InboxMessage
from core.notices import Notice, NoticeKind
from core.policy import Policy
from core.reach import Reach
from core.roster import Roster
from core.site import WORK, Site
from core.ticket import Ticket, open_ticket, record
from core.timers import Timer, TimerKind

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
CHEN, ZHAO, QIAN = PersonId("n-chen"), PersonId("e-zhao"), PersonId("e-qian")

WEB = "web"
SITE = Site(
    id=SiteId("demo"),
    name="医院",
    prefix="JN",
    zone="Asia/Shanghai",
    version="v",
    bot_names=("呼应",),
    campuses={},
    zones={},
    chats={WORK: "工作群"},
    departments={},
    people={},
    roster=Roster("Asia/Shanghai"),
    calendars={"24x7": WorkCalendar.always("Asia/Shanghai")},
    policies={"office": Policy("office", "office", "office", (), ())},
    default_policy="office",
    reach=Reach(home=WEB),
)

_ids = IdMaker.repeatable()


def a_ticket(serial: int = 1, *, at: datetime = NOW, **facts: Json) -> Ticket:
    """Return a new ticket; facts are those of its first event."""
    told: dict[str, Json] = {
        "number": f"JN-261123-{serial:03d}",
        "kind": "report",
        "chat": WORK,
        "channel": "web",
        "department": "card",
        "category": "printer",
        "summary": "打印机卡纸",
        "requester": CHEN,
        "terms": "t1",
        "policy": "office",
    }
    return open_ticket(TicketId(_ids.new(at)), at=at, by=CHEN, **(told | facts))


def assigned(ticket: Ticket, person: PersonId = ZHAO, at: datetime = NOW) -> Ticket:
    """Return the ticket given to somebody."""
    return record(ticket, EventKind.ASSIGNED, at=at, to=person)


def resolved(ticket: Ticket, at: datetime, by: PersonId = ZHAO) -> Ticket:
    """Return the ticket, done."""
    done = record(ticket, EventKind.RESOLVED, at=at, by=by)
    assert done.state is State.RESOLVED
    return done


def a_timer(ticket: Ticket, name: str = "breach", due: datetime = NOW + HOUR) -> Timer:
    """Return a timer of the ticket."""
    return Timer(f"{ticket.id}:{name}", TimerKind.BREACH, ticket.id, due, facts={"clock": name})


def a_message(
    text: str = "你好",
    *,
    message_id: str = "",
    chat: ChatId = WORK,
    sender: str = CHEN,
    at: datetime = NOW,
    kind: str = "message",
    **body: Json,
) -> InboxMessage:
    """Return a message that just came in."""
    key = _ids.new(at)
    return InboxMessage(
        id=key,
        channel="web",
        chat=chat,
        sender=sender,
        message_id=message_id or key,
        kind=kind,
        sent_at=at,
        received_at=at,
        body={"text": text, **body},
    )


def a_notice(template: str = "card", *, chat: ChatId = WORK, **fields: object) -> Notice:
    """Return something to be said."""
    return Notice(NoticeKind.NOTICE, chat, template, **fields)  # type: ignore[arg-type]
