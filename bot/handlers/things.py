"""Which thing words name that end work, and whether it can be the thing of a ticket."""

import re
from dataclasses import replace

from bot.context import Context
from bot.handlers.report import category_of
from core.ticket import Ticket
from core.understanding.result import Act, Draft

_PASSING = frozenset({None, "consumable", "software"})
"""Categories of what is named in passing: the toner or the driver that mended the printer."""
_ONE_DESK = frozenset({"computer", "network", "clinical", "account", "software", "data"})
"""What stands or runs on one desk goes by each other's names."""
_REMEDY = re.compile(
    r"更换|换了|换过|换上|重启|重装|重插|插拔|拔插|重新|重连|清理|清洁|检查|调整|装了|加了|升级"
    r"|(?<![还不])是|因为|由于|原因|发现"
)
"""Before a thing these make it the remedy or the cause, not what works again: 换了网线，好了."""
_ENDING = frozenset({Act.DONE, Act.ACCEPT, Act.CANCEL})
_CLAUSES = re.compile(r"[\s,，。;；!！]+")
_CLAUSE_ENDS = re.compile(r"[好完过了]|[\s,，。]|$")
_MOST_CLAUSES = 24
"""What is longer is a report of much work, and costs as many readings."""


def with_trade(ctx: Context, draft: Draft) -> Draft:
    """Return the draft of words that end work with the category of the thing that they name, none
    where they name it in passing.
    """
    if draft.slots.device is None or draft.category is not None:
        return draft
    if _is_in_passing(ctx.text, draft.slots.device) or _ends_by_itself(ctx):
        return draft
    return replace(draft, category=category_of(ctx.reader, draft))


def _is_in_passing(text: str, device: str) -> bool:
    """Return whether the thing stands behind what was done with it, or behind what it was."""
    remedy = _REMEDY.search(text)
    if remedy is None:
        return False
    stands, rest = text.find(device), text[remedy.end() :]
    # What is called by another name than the list's stands where nothing else ends the clause.
    return stands >= remedy.end() if stands >= 0 else _CLAUSE_ENDS.match(rest) is None


def clauses_of(text: str) -> list[str]:
    """Return the clauses of words that have several; none of a text too long to be told apart."""
    clauses = [clause for clause in _CLAUSES.split(text) if clause]
    return clauses if 1 < len(clauses) <= _MOST_CLAUSES else []


def _ends_by_itself(ctx: Context) -> bool:
    """Return whether one of several clauses ends the work and names no thing: 电梯好了，换上了."""
    for clause in clauses_of(ctx.text):
        read = ctx.reader.read(
            clause, role=ctx.actor.role, sender_department=ctx.actor.department
        ).first
        names = read.slots.device and category_of(ctx.reader, read) not in _PASSING
        if read.act in _ENDING and not names:
            return True
    return False


def is_of_another(ctx: Context, ticket: Ticket, draft: Draft) -> bool:
    """Return whether the words name a thing that can hardly be the ticket's."""
    said, known = draft.slots.device, ticket.slot("device")
    if said is None or draft.category in _PASSING or draft.category == ticket.category:
        return False
    if ticket.category in (None, "other") or {draft.category, ticket.category} <= _ONE_DESK:
        return False
    return known != said and said not in ticket.summary and not (known and known in ctx.text)
