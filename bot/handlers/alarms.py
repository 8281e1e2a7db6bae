"""Monitoring alarms, in the form of Alertmanager's webhook (version 4): one ticket a group.

An alarm is known by its fingerprint and start; the same one again opens nothing. What has
recovered is noted on its ticket: a person still has to look.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from bot.context import SILENT, Context, Handled
from core.events import EventKind, Json
from core.ids import DepartmentId
from core.kinds import CATEGORIES, TicketKind, Urgency
from core.masking import mask
from core.messages import Outcome
from core.people import NURSE
from core.text import one_line
from core.ticket import Ticket, record
from core.usecases.keeping import keep
from core.usecases.open_ticket import OpenTicket, open_ticket

_MEMORY: Final = timedelta(days=7)
_SUMMARY: Final = 200
_URGENT: Final = frozenset({"critical", "disaster", "page", "emergency"})
_MOST_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm of a group."""

    key: str
    is_firing: bool
    labels: Mapping[str, str]
    summary: str


@dataclass(frozen=True, slots=True)
class AlarmGroup:
    """What one call of the webhook tells."""

    key: str
    alarms: tuple[Alarm, ...]


def read_alarms(text: str) -> AlarmGroup | None:
    """Return what the payload tells, None for what is no such payload."""
    try:
        body = json.loads(text)
    except ValueError:
        return None
    if not isinstance(body, dict) or not isinstance(body.get("alerts"), list):
        return None
    alarms = tuple(_alarm(row, body) for row in body["alerts"] if isinstance(row, dict))
    if not alarms:
        return None
    return AlarmGroup(str(body.get("groupKey") or alarms[0].key), alarms)


def _alarm(row: Mapping[str, Any], body: Mapping[str, Any]) -> Alarm:
    labels = {**_strings(body.get("commonLabels")), **_strings(row.get("labels"))}
    notes = {**_strings(body.get("commonAnnotations")), **_strings(row.get("annotations"))}
    summary = notes.get("summary") or notes.get("description") or labels.get("alertname", "")
    where = labels.get("instance", "")
    fingerprint = row.get("fingerprint") or json.dumps(labels, sort_keys=True)
    return Alarm(
        key=f"{fingerprint}:{row.get('startsAt', '')}",
        is_firing=str(row.get("status", body.get("status", "firing"))) == "firing",
        labels=labels,
        summary=f"{summary}（{where}）" if where and where not in summary else summary,
    )


def _strings(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(name): str(word) for name, word in value.items()}


async def alarmed(ctx: Context, text: str) -> Handled:
    """Open a ticket for a group that fires, or bring the group's open ticket up to date."""
    group = read_alarms(text)
    if group is None:
        return SILENT
    known = await _open_ticket_of(ctx, group)
    fresh = [
        alarm
        for alarm in group.alarms
        if alarm.is_firing and await ctx.uow.claims.take(f"alarm:{alarm.key}", ctx.now)
    ]
    if known is None:
        return await _open(ctx, group, fresh) if fresh else SILENT
    over = [alarm for alarm in group.alarms if not alarm.is_firing]
    if not fresh and not over:
        return SILENT
    await _note(ctx, known, fresh, over)
    return Handled(Outcome.JOINED, (known.id,))


async def _open_ticket_of(ctx: Context, group: AlarmGroup) -> Ticket | None:
    recent = await ctx.uow.tickets.latest_in_chat(ctx.chat, ctx.at - _MEMORY)
    return next((t for t in recent if t.is_unresolved and t.slot("alarm_group") == group.key), None)


async def _open(ctx: Context, group: AlarmGroup, firing: Sequence[Alarm]) -> Handled:
    first = firing[0]
    category = first.labels.get("category", "")
    kept = await open_ticket(
        OpenTicket(
            actor=ctx.actor,
            kind=TicketKind.ALARM,
            at=ctx.at,
            summary=_summary(firing),
            department=_department(ctx, first),
            category=category if category in CATEGORIES else _category(ctx, first),
            urgency=_urgency(first),
            slots={"alarm_group": group.key},
        ),
        uow=ctx.uow,
        now=ctx.now,
    )
    return Handled(Outcome.OPENED, (kept.ticket.id,))


def _category(ctx: Context, alarm: Alarm) -> str:
    """Return what the words of the alarm are about; the network where they do not say."""
    read = ctx.reader.read(alarm.summary, role=NURSE, sender_department=None).first
    return read.category if read.category not in (None, "other") else "network"


def _urgency(alarm: Alarm) -> Urgency:
    return Urgency.URGENT if alarm.labels.get("severity", "") in _URGENT else Urgency.IMPORTANT


def _department(ctx: Context, alarm: Alarm) -> DepartmentId | None:
    named = ctx.site.find_department(alarm.labels.get("department"))
    return named.id if named else ctx.reader.place(alarm.summary).department


def _summary(alarms: Sequence[Alarm]) -> str:
    shown = "；".join(dict.fromkeys(alarm.summary for alarm in alarms[:_MOST_SHOWN]))
    more = f"；共{len(alarms)}条" if len(alarms) > _MOST_SHOWN else ""
    return one_line(mask(shown + more), _SUMMARY)


async def _note(
    ctx: Context, ticket: Ticket, fresh: Sequence[Alarm], over: Sequence[Alarm]
) -> None:
    facts: dict[str, Json] = {
        "firing": [alarm.key for alarm in fresh],
        "recovered": [alarm.key for alarm in over],
        "note": _summary(fresh) if fresh else _summary(over),
        "is_recovery": not fresh,
    }
    noted = record(ticket, EventKind.PROGRESSED, at=ctx.at, known=facts)
    await keep(noted, ctx.uow, ctx.now)
