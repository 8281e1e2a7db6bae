"""Who is meant where a contract names roles: those of people, or what people are to a ticket."""

from collections.abc import Sequence

from core.ids import PersonId
from core.people import SUPERVISOR, WORKING_ROLES
from core.site import Site
from core.ticket import Ticket


def called(ticket: Ticket, roles: Sequence[str], site: Site) -> tuple[PersonId, ...]:
    """Return everybody whom the roles mean, each once; the supervisors where they mean nobody."""
    found: list[PersonId] = []
    for role in roles:
        if role == "assignee":
            found += [ticket.assignee] if ticket.assignee else []
        elif role == "requester":
            found += [ticket.requester] if ticket.requester else []
        elif role == "neighbour":
            found += neighbours(ticket, site)
        else:
            found += [person.id for person in site.with_role(role)]
    if not found:
        found = [person.id for person in site.with_role(SUPERVISOR)]
    return tuple(dict.fromkeys(found))


def neighbours(ticket: Ticket, site: Site) -> list[PersonId]:
    """Return those who work in the zones next to the ticket's, the nearest zone first."""
    department = site.find_department(ticket.department)
    zone = site.zones.get(department.zone) if department else None
    return [
        person.id
        for code in (zone.neighbours if zone else ())
        for person in site.people.values()
        if person.zone == code and person.role in WORKING_ROLES
    ]
