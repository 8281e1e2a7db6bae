"""Tickets by the thousand, made by our own functions."""

from datetime import datetime, timedelta

from app.desk import Desk
from core.contract import Terms
from core.due import timers_of
from core.events import EventKind, Json
from core.ids import PersonId, TicketId
from core.kinds import Urgency
from core.people import ENGINEER
from core.ports import UnitOfWork
from core.sla import states
from core.ticket import Ticket, open_ticket, record
from core.timers import Timer, TimerKind


async def _keep_terms(uow: UnitOfWork) -> Terms:
    """Return the terms of the site's default policy, kept."""
    site = uow.site
    terms = Terms.of(site.policies[site.default_policy], site.calendars)
    await uow.terms.keep(terms)
    return terms


async def open_tickets(
    desk: Desk, at: datetime, number: int, *, first: int, is_warned: bool = True
) -> None:
    """Make so many tickets reported at `at`, assigned and warned about, not answered yet.

    Their serials begin with `first`.
    """
    async with desk.unit(at) as uow:
        terms = await _keep_terms(uow)
        for n in range(first, first + number):
            ticket = _assigned(desk, terms, at, n)
            for timer in _timers(ticket, terms, desk, at):
                if is_warned and timer.kind is TimerKind.WARN:
                    facts = timer.facts
                    ticket = record(ticket, EventKind.WARNED, at=timer.due_at, known=facts)
            await uow.tickets.save(ticket, _timers(ticket, terms, desk, at))


async def closed_tickets(desk: Desk, at: datetime, number: int) -> None:
    """Make so many tickets that were done within the hour and rated, every tenth of them late."""
    async with desk.unit(at) as uow:
        terms = await _keep_terms(uow)
        for n in range(number):
            ticket = _assigned(desk, terms, at, n)
            if n % 10 == 0:
                facts: dict[str, Json] = {
                    "clock": "response",
                    "cycle": 1,
                    "milestone": "response:1",
                }
                late = at + timedelta(minutes=10)
                ticket = record(ticket, EventKind.BREACHED, at=late, known=facts)
            done = at + timedelta(minutes=15 + n % 45)
            by = ticket.assignee
            ticket = record(ticket, EventKind.RESOLVED, at=done, by=by)
            ticket = record(ticket, EventKind.ACCEPTED, at=done, by=ticket.requester)
            if n % 2:
                stars = 3 + n % 3
                ticket = record(ticket, EventKind.RATED, at=done, by=ticket.requester, rating=stars)
            await uow.tickets.save(ticket, ())


def _assigned(desk: Desk, terms: Terms, at: datetime, n: int) -> Ticket:
    site = desk.hospital.site
    places, crew = [*site.departments], site.with_role(ENGINEER)
    ticket = open_ticket(
        TicketId(desk.ids.new(at)),
        at=at,
        by=PersonId("n-card"),
        number=f"{site.prefix}-261123-{n:05d}",
        kind="report",
        chat="work",
        channel="bench",
        department=places[n % len(places)],
        category="printer",
        urgency="normal",
        severity=terms.policy.severity_of(Urgency.NORMAL),
        summary="打印机卡纸了",
        requester="n-card",
        terms=terms.version,
        policy=terms.policy.key,
    )
    return record(ticket, EventKind.ASSIGNED, at=at, to=crew[n % len(crew)].id)


def _timers(ticket: Ticket, terms: Terms, desk: Desk, now: datetime) -> tuple[Timer, ...]:
    clocks = states(terms.policy, terms.calendars, events=ticket.events, now=now)
    return timers_of(ticket, clocks, terms, desk.hospital.site)
