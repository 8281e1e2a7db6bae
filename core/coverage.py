"""Under which contract a request falls, and what of it brought it there."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.events import Json
from core.policy import Policy
from core.site import Site
from core.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Matter:
    """What of a request decides which contract counts."""

    category: str | None
    campus: str
    """Code; empty where it is not known."""
    asset: str | None
    """Tag of the asset that was named."""


def matter_of(ticket: Ticket, changes: Mapping[str, Json], site: Site) -> Matter:
    """Return the matter of a ticket once the changes are made."""
    category = changes.get("category", ticket.category)
    department = changes.get("department", ticket.department)
    slots = changes.get("slots")
    told = {**ticket.slots, **(slots if isinstance(slots, dict) else {})}
    return Matter(
        None if category is None else str(category),
        campus_of(site, None if department is None else str(department), ticket.requester),
        asset_of(site, told, str(changes.get("summary", ticket.summary))),
    )


def asset_of(site: Site, slots: Mapping[str, Json], said: str) -> str | None:
    """Return the tag of the asset that was named, or one of the hospital's that the words hold."""
    named = slots.get("asset")
    if isinstance(named, str):
        return named
    if not any(policy.assets for policy in site.policies.values()):
        return None
    words = said.upper()
    return next((asset.tag for asset in site.assets if asset.tag.upper() in words), None)


def campus_of(site: Site, department: str | None, requester: str | None) -> str:
    """Return the campus of a request: of its department, else of whoever asks; else empty."""
    person = site.find_person(requester)
    own = person.department if person else None
    place = site.find_department(department or own)
    if place is not None:
        return place.campus
    return person.campus if person else ""


def contract_for(site: Site, matter: Matter) -> Policy:
    """Return the contract that counts, as the files have it for all campuses."""
    return site.policy_for(matter.category or "", matter.campus, matter.asset)


def ground_of(site: Site, matter: Matter) -> dict[str, Json]:
    """Return what brought the matter under its contract: of `category`, `campus` and `asset`
    those that the contract names; nothing where the hospital has only one contract, and
    `default` where none covers it or the contract covers all.
    """
    if len(site.policies) == 1:
        return {}
    policy = contract_for(site, matter)
    if not policy.covers(matter.category or "", matter.campus, matter.asset):
        return {"default": True}
    named: dict[str, Json] = {
        "asset": matter.asset if policy.assets else None,
        "category": matter.category if policy.categories else None,
        "campus": matter.campus if policy.campuses else None,
    }
    return {name: value for name, value in named.items() if value} or {"default": True}
