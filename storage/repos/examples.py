"""Messages that people put right."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update

from core.examples import Example, ExampleState, Field
from core.ids import DepartmentId
from storage.session import Session
from storage.tables import examples
from storage.types import AnyRow, AnySelect

_c = examples.c
_KEY: Final = ("site_id", "message", "field")


class ExampleRepo:
    """Implements `core.ports.Examples`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def put(self, example: Example) -> None:
        """Keep it; a later one of the same message and field replaces it, whatever its state."""
        insert = self._session.insert(examples)
        changed = [each.name for each in examples.c if each.name not in _KEY]
        await self._session.write(
            insert.on_conflict_do_update(
                index_elements=_KEY, set_={name: insert.excluded[name] for name in changed}
            ),
            {
                "site_id": self._session.site_id,
                "id": example.id,
                "message": example.message,
                "field": example.field,
                "text": example.text,
                "role": example.role,
                "department": example.department,
                "read": dict(example.read),
                "label": example.right,
                "by": example.by,
                "at": example.at,
                "state": example.state,
            },
        )

    async def unseen(self) -> list[Example]:
        """Return those that nobody has looked at, oldest first."""
        return await self._found(self._all().where(_c.state == ExampleState.NEW))

    async def ending(self, tail: str) -> list[Example]:
        """Return those whose id ends so, whatever their state, oldest first."""
        return await self._found(self._all().where(_c.id.endswith(tail, autoescape=True)))

    async def about(self, message: str) -> list[Example]:
        """Return what was put right about a message, whatever the state, oldest first."""
        return await self._found(self._all().where(_c.message == message))

    async def mark(self, example_id: str, state: ExampleState) -> None:
        """Say what became of it."""
        await self._session.write(
            update(examples)
            .where(_c.site_id == self._session.site_id, _c.id == example_id)
            .values(state=state)
        )

    async def withdraw(
        self, message: str, *, field: Field | None = None, since: datetime | None = None
    ) -> None:
        """Remove what nobody has looked at: of one field, or put right since then, or all."""
        statement = delete(examples).where(
            _c.site_id == self._session.site_id,
            _c.message == message,
            _c.state == ExampleState.NEW,
        )
        if field is not None:
            statement = statement.where(_c.field == field)
        if since is not None:
            statement = statement.where(_c.at >= since)
        await self._session.write(statement)

    def _all(self) -> AnySelect:
        return select(examples).where(_c.site_id == self._session.site_id).order_by(_c.at, _c.id)

    async def _found(self, statement: AnySelect) -> list[Example]:
        return [_example(row) for row in await self._session.read(statement, examples)]


def _example(row: AnyRow) -> Example:
    return Example(
        id=row.id,
        message=row.message,
        field=Field(row.field),
        text=row.text,
        role=row.role,
        department=None if row.department is None else DepartmentId(row.department),
        read=row.read,
        right=row.label,
        by=row.by,
        at=row.at,
        state=ExampleState(row.state),
    )
