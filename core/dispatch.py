"""Who is to go: candidates for a piece of work, best first, each with the reasons.

Order: owner of the zone on duty with the skill, else on call with the skill, else the neighbour
zones' people on duty with the skill, else the supervisor.
Source: contract 000, daily service (each on-site engineer owns a zone; a neighbour helps out;
duty outside office hours).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from core.ids import DepartmentId, PersonId
from core.kinds import TicketKind
from core.people import DESK, SUPERVISOR, WORKING_ROLES, Person
from core.roster import DutyStatus
from core.site import Site


class Tier(IntEnum):
    """How a candidate comes to be one, best first."""

    ZONE_OWNER = 0
    SPECIALIST = 1
    """No zone of his own: looks after the whole campus for his trade."""
    ON_CALL = 2
    NEIGHBOUR = 3
    ELSEWHERE = 4
    """A specialist of another campus: comes, or helps from afar."""
    SUPERVISOR = 5
    DESK = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who could go, and why he stands where he stands."""

    person: PersonId
    tier: Tier
    load: int
    """Unresolved tickets that he has already."""


@dataclass(frozen=True, slots=True)
class Job:
    """What dispatch needs to know of a ticket."""

    kind: TicketKind
    category: str | None
    department: DepartmentId | None
    campus: str = ""
    """Where the department is unknown: the campus of the one who reported."""


def candidates(
    site: Site,
    job: Job,
    *,
    now: datetime,
    load: Mapping[PersonId, int],
    without: Collection[PersonId] = (),
) -> tuple[Candidate, ...]:
    """Return everybody who could take the job, best first; never empty where a supervisor is.

    Equals are ordered by load, then as in the file. `without` names people not to be asked.
    """
    found: list[Candidate] = []
    for person in site.people.values():
        tier = _tier(site, job, person, now)
        if tier is not None and person.id not in without:
            found.append(Candidate(person.id, tier, load.get(person.id, 0)))
    return tuple(sorted(found, key=lambda c: (c.tier, _distance(site, job, c.person), c.load)))


def best(
    site: Site,
    job: Job,
    *,
    now: datetime,
    load: Mapping[PersonId, int],
    without: Collection[PersonId] = (),
) -> Candidate | None:
    """Return who is to go, or None where not even a supervisor is left."""
    ranked = candidates(site, job, now=now, load=load, without=without)
    return ranked[0] if ranked else None


def _tier(site: Site, job: Job, person: Person, now: datetime) -> Tier | None:
    if person.role == SUPERVISOR:
        return Tier.SUPERVISOR
    if job.kind is TicketKind.COMPLAINT:
        return None
    if person.role == DESK:
        return Tier.ZONE_OWNER if job.kind is TicketKind.QUESTION else Tier.DESK
    if job.kind is TicketKind.QUESTION or not _is_able(person, job):
        return None
    zone, campus = _place(site, job)
    status = site.roster.status(person.id, now)
    if status is DutyStatus.DUTY:
        return _tier_on_duty(site, person, zone, campus)
    if status is DutyStatus.ONCALL and person.campus == campus:
        return Tier.ON_CALL
    return None


def _tier_on_duty(site: Site, person: Person, zone: str, campus: str) -> Tier | None:
    if not person.zone:
        return Tier.SPECIALIST if person.campus == campus else Tier.ELSEWHERE
    if not zone:
        return Tier.NEIGHBOUR if person.campus == campus else None
    if person.zone == zone:
        return Tier.ZONE_OWNER
    known = site.zones.get(zone)
    return Tier.NEIGHBOUR if known and person.zone in known.neighbours else None


def _place(site: Site, job: Job) -> tuple[str, str]:
    department = site.find_department(job.department)
    if department is None:
        return "", job.campus or next(iter(site.campuses), "")
    return department.zone, department.campus


def _is_able(person: Person, job: Job) -> bool:
    if person.role not in WORKING_ROLES:
        return False
    return job.category is None or job.category in person.skills


def _distance(site: Site, job: Job, person: PersonId) -> int:
    """Return the place of the person's zone among the neighbours of the job's zone."""
    zone = site.zones.get(_place(site, job)[0])
    own = site.people[person].zone
    if zone is None or own not in zone.neighbours:
        return 0 if zone is not None and own == zone.code else len(site.zones)
    return zone.neighbours.index(own) + 1
