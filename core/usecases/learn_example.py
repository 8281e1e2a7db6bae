"""What somebody put right about a reading is kept, for the hospital to learn from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.events import Facts
from core.examples import Example, Field
from core.ids import DepartmentId
from core.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Correction:
    """Words, how they were read, and what of that is wrong."""

    message: str
    """As `core.examples.words_of` names them."""
    text: str
    """Masked."""
    role: str
    department: DepartmentId | None
    """The author's own."""
    read: Facts
    right: Mapping[Field, str]
    by: str
    at: datetime


async def learn_example(cmd: Correction, *, uow: UnitOfWork, now: datetime) -> None:
    """Keep an example for each field that was read otherwise.

    Who says that the reading was right after all takes back what was said before.
    """
    # What it was first read as counts: a ticket opened by a correction says what was corrected.
    before = {each.field: each.read for each in await uow.examples.about(cmd.message)}
    for field, right in cmd.right.items():
        read = before.get(field, cmd.read)
        if read.get(field) == right:
            await uow.examples.withdraw(cmd.message, field=field)
            continue
        await uow.examples.put(
            Example(
                id=uow.ids.new(now),
                message=cmd.message,
                field=field,
                text=cmd.text,
                role=cmd.role,
                department=cmd.department,
                read={each.value: read.get(each) for each in Field},
                right=right,
                by=cmd.by,
                at=cmd.at,
            )
        )
