"""All tables of the database."""

from storage.tables.base import metadata
from storage.tables.channels import leases, notes
from storage.tables.desk import audit, claims, overlays, questions, terms, timers
from storage.tables.examples import examples
from storage.tables.messages import inbox, outbox, posted, received
from storage.tables.surveys import survey_answers, surveys
from storage.tables.tickets import breaches, serials, ticket_events, tickets

__all__ = [
    "audit",
    "breaches",
    "claims",
    "examples",
    "inbox",
    "leases",
    "metadata",
    "notes",
    "outbox",
    "overlays",
    "posted",
    "questions",
    "received",
    "serials",
    "survey_answers",
    "surveys",
    "terms",
    "ticket_events",
    "tickets",
    "timers",
]
