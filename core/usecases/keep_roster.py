"""Leave said in the chat: kept as a dated row above the files; open work goes to others."""

from dataclasses import dataclass
from datetime import date, datetime

from core.actor import Actor
from core.events import Json
from core.ids import PersonId
from core.ports import UnitOfWork
from core.roster import PART_HOURS, DayPart, Days, DutyStatus, RosterKind, RosterRow
from core.usecases.keeping import keep
from core.usecases.open_ticket import assign_best


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """A leave as it is kept."""

    person: PersonId
    first: date
    last: date
    part: DayPart | None = None
    """The part of each of the days; None means all day."""

    def row(self) -> RosterRow:
        """Return it as a row of the roster; both days included."""
        days = Days(ranges=((self.first, self.last),))
        if self.part is None:
            return RosterRow(self.person, RosterKind.LEAVE, days)
        return RosterRow(self.person, RosterKind.LEAVE, days, *PART_HOURS[self.part])


async def grant_leave(
    actor: Actor,
    leave: LeaveRow,
    *,
    uow: UnitOfWork,
    now: datetime,
) -> tuple[str, ...]:
    """Keep the leave and dispatch his unresolved tickets anew if it has begun.

    Returns the numbers of the tickets that moved. Both days are included.
    """
    person = leave.person
    facts: dict[str, Json] = {
        "person": person,
        "first": leave.first.isoformat(),
        "last": leave.last.isoformat(),
    }
    if leave.part is not None:
        facts["part"] = leave.part
    await uow.overlays.add("leave", facts, by=actor.key, now=now)
    away = uow.site.with_roster([leave.row()])
    if away.roster.status(person, now) is not DutyStatus.LEAVE:
        return ()
    moved = []
    for ticket in await uow.tickets.unresolved_of_assignee(person):
        sent_on = await assign_best(ticket, uow, now, without=(person,))
        if sent_on.assignee != person:
            await keep(sent_on, uow, now, before=ticket, ring=True)
            moved.append(ticket.number)
    return tuple(moved)
