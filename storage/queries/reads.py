"""Implements `core.ports.Reads`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from core.figures import PeriodFigures, TicketLine
from core.ids import DepartmentId, PersonId, TicketId
from storage.queries import figures, lines
from storage.session import Session
from storage.tables import breaches, ticket_events, tickets
from storage.types import AnyRow, AnySelect


class SqlReads:
    """Reads of one hospital. None of them changes anything."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def figures(self, start: datetime, end: datetime) -> PeriodFigures:
        """Return the counts of [start, end) by five statements, however many tickets there are."""
        period = (self._session.site_id, start, end)
        opened = await self._rows(figures.opened(*period))
        resolved = await self._rows(figures.resolved(*period))
        cancelled = await self._rows(figures.cancelled(*period))
        breached = await self._rows(figures.breached(*period))
        pleaded = await self._rows(figures.pleaded(*period)) if breached else []
        return PeriodFigures(
            opened=sum(row[1] for row in opened),
            resolved=sum(row[1] for row in resolved),
            cancelled=cancelled[0][0],
            breached=len({row.ticket_id for row in breached}),
            rated=sum(row.rated for row in resolved),
            rating_sum=sum(row.rating_sum for row in resolved),
            satisfied=sum(row.satisfied for row in resolved),
            asked=sum(row.asked for row in resolved),
            opened_by_category=tuple((row[0], row[1]) for row in opened),
            resolved_by_assignee=tuple((row[0], row[1]) for row in resolved if row[0]),
            breached_by_assignee=_most_first(row.assignee for row in breached if row.assignee),
            pleaded=tuple((row.ticket_id, row.assignee) for row in pleaded),
        )

    async def unresolved(
        self,
        *,
        department: DepartmentId | None = None,
        assignee: PersonId | None = None,
        limit: int = 200,
    ) -> list[TicketLine]:
        """Return unresolved tickets, oldest first."""
        statement = lines.unresolved(self._session.site_id, department, assignee)
        return await self._lines(statement.limit(limit))

    async def between(
        self,
        start: datetime,
        end: datetime,
        *,
        department: DepartmentId | None = None,
        limit: int = 1000,
    ) -> list[TicketLine]:
        """Return tickets opened in [start, end), oldest first."""
        statement = lines.opened_between(self._session.site_id, start, end, department)
        return await self._lines(statement.limit(limit))

    async def opened_between(self, start: datetime, end: datetime) -> list[TicketId]:
        """Return the ids of all tickets opened in [start, end), oldest first."""
        statement = lines.ids_opened_between(self._session.site_id, start, end)
        return [TicketId(row.id) for row in await self._rows(statement)]

    async def all_lines(self) -> list[TicketLine]:
        """Return every ticket by `opened_at`, then number."""
        return await self._lines(lines.lines(self._session.site_id))

    async def open_counts(self) -> dict[PersonId | None, int]:
        """Return unresolved tickets per assignee."""
        rows = await self._rows(lines.open_counts(self._session.site_id))
        return {row[0]: row[1] for row in rows}

    async def _rows(self, statement: AnySelect) -> Sequence[AnyRow]:
        return await self._session.read_long(statement, tickets, breaches, ticket_events)

    async def _lines(self, statement: AnySelect) -> list[TicketLine]:
        return [lines.line_of(row) for row in await self._rows(statement)]


def _most_first(people: Iterable[PersonId]) -> tuple[tuple[PersonId, int], ...]:
    return tuple(sorted(Counter(people).items(), key=lambda item: (-item[1], item[0])))
