"""Cards of tickets in every state, with all that may be known and with nothing."""

from collections.abc import Iterator
from typing import Any

from core.cards import card_facts
from core.events import EventKind
from core.kinds import TicketKind
from core.moves import admits
from core.sla import states
from core.ticket import Ticket, record
from tests.desk import demo_hospital
from tests.factories import DAY, HOUR, MINUTE, NINE, a_ticket

SITE = demo_hospital().files
POLICY = SITE.policies["office"]
K = EventKind


def card_of(ticket: Ticket) -> dict[str, Any]:
    clocks = states(POLICY, SITE.calendars, events=ticket.events, now=NINE + HOUR)
    return card_facts(ticket, clocks)


def _lives() -> Iterator[Ticket]:
    """Yield a ticket in every state, once with all that may be known and once with nothing."""
    full: dict[str, Any] = {
        "department": "ward-resp",
        "urgency": "urgent",
        "severity": "紧急",
        "quantity": 2,
        "linked": "JN-261122-004",
        "photos": ["a.jpg"],
        "requester_name": "黄丽",
        "slots": {"device": "打印机", "floor": "6"},
    }
    for kind in TicketKind:
        yield a_ticket(kind=kind, assignee="e-qian", **full)
        yield a_ticket(
            kind=kind,
            by=None,
            requester_name="",
            department=None,
            category=None,
            urgency=None,
            severity=None,
            summary="",
            asks_department=True,
        )


_STEPS: tuple[tuple[EventKind, dict[str, Any]], ...] = (
    (K.NUDGED, {"pinged": True}),
    (K.HANDOVER_OFFERED, {"to": "e-li"}),
    (K.JOINED, {"who": "ward-card"}),
    (K.EXEMPTION_ASKED, {"clocks": ["response:1"], "reason": "电梯停运"}),
    (K.GRADE_DISPUTED, {"wanted": "一般", "reason": "一台电脑"}),
    (K.REPLANNED, {"until": (NINE + DAY).isoformat(), "reason": "等厂家", "clocks": []}),
    (K.BREACHED, {"clock": "response", "cycle": 1}),
    (K.WAITED, {"reason": "parts", "until": (NINE + DAY).isoformat(), "note": "等硒鼓"}),
    (K.WAITED, {"reason": None, "until": None}),
    (K.DIAGNOSED, {"note": "是主板"}),
    (K.PLAN_GIVEN, {"note": "明天换", "until": (NINE + DAY).isoformat()}),
    (K.LENT, {"note": "", "asset": "ZC-20901"}),
    (K.SPLIT, {"split": ["a", "b"], "parts": ["JN-261123-002"]}),
    (K.SPLIT, {"split": ["b", "a"], "from": "JN-261123-002"}),
    (K.RESOLVED, {"note": "换了硒鼓"}),
    (K.LEFT, {"note": ""}),
    (K.ACCEPTED, {}),
    (K.RATED, {"rating": 5}),
    (K.CLOSED, {}),
)


def _cards() -> Iterator[dict[str, Any]]:
    for born in _lives():
        ticket = born
        yield card_of(ticket)
        for minute, (kind, facts) in enumerate(_STEPS, start=1):
            if admits(ticket, kind):
                ticket = record(ticket, kind, at=NINE + minute * MINUTE, known=facts)
                yield card_of(ticket)
        yield card_of(record(born, K.CANCELLED, at=NINE + MINUTE))
        yield card_of(record(born, K.MERGED, at=NINE + MINUTE, into="JN-261123-002"))
        wide = record(born, K.AMENDED, at=NINE + MINUTE, wide=True, absorbed=["JN-261123-002"])
        yield card_of(wide)


CARDS = list(_cards())
