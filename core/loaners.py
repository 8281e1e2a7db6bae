"""Devices that stand in meanwhile: which could, and whether one was asked for."""

from core.assets import Asset
from core.events import EventKind
from core.site import Site
from core.ticket import Ticket


def wants_loaner(ticket: Ticket) -> bool:
    """Return whether a device was asked for in the running round."""
    log = ticket.standing
    again = [at for at, event in enumerate(log) if event.kind is EventKind.REOPENED]
    since = again[-1] if again else 0
    return any(event.kind is EventKind.LOANER_ASKED for event in log[since:])


def loaners_for(ticket: Ticket, site: Site) -> list[Asset]:
    """Return the devices of the pool that could stand in for what is broken."""
    return [each for each in site.assets if each.loaner and each.category == ticket.category]
