"""`parse`: messages on standard input, what they mean on standard output, a line each."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TextIO

from bot.menu import ASKING
from core.ids import DepartmentId
from core.people import ADMIN, NURSE, ROLES, SUPERVISOR, WORKING_ROLES
from core.understanding.read import Reader
from core.understanding.result import Act, Draft, Understanding
from storage.lexicons import read_lexicons
from storage.site.departments import read_departments
from storage.site.faults import Fault, SiteFaults

_ROLES: Final = frozenset(ROLES)


class BadLine(ValueError):
    """A line of input that is no message."""


def run(site: Path, source: TextIO, sink: TextIO) -> int:
    """Understand each line of `source`; return 0, or 1 if a line was no message.

    Every line is answered in its place and flushed at once; a blank line counts as a bad one.

    Raises:
        SiteFaults: the site directory has no usable departments.csv.
        LexiconFault: the site's own lexicon cannot be used.
    """
    reader = reader_of(site)
    failed = False
    for line in source:
        try:
            answer = _answered(reader, _message(line))
        except BadLine as error:
            failed, answer = True, {"error": str(error)}
        sink.write(json.dumps(answer) + "\n")
        sink.flush()
    return 1 if failed else 0


def reader_of(site: Path) -> Reader:
    """Return a reader for the departments and the lexicon additions of a site directory."""
    faults: list[Fault] = []
    departments = read_departments(site, faults)
    faults = [fault for fault in faults if not fault.note]
    if faults:
        raise SiteFaults(faults)
    return Reader(read_lexicons(site), list(departments.values()))


def _is_command(text: str, role: str) -> bool:
    """Return whether the bot takes the words for a command before it reads them as speech.

    Leave is a roster word only from those on the roster and those who keep it.
    """
    words = text.strip().rstrip("。！!～~ ")
    return len(words) <= _LONGEST_COMMAND and any(
        command.pattern.fullmatch(words)
        and not words.isdigit()
        and ("假" not in words or role in _ON_ROSTER)
        for command in ASKING
    )


_LONGEST_COMMAND: Final = 40
_ON_ROSTER: Final = WORKING_ROLES | {SUPERVISOR, ADMIN}


def _message(line: str) -> Mapping[str, Any]:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {error}") from error
    if not isinstance(message, dict):
        raise BadLine("not a JSON object")
    if not isinstance(message.get("text"), str):
        raise BadLine('"text" must be a string')
    if not isinstance(message.get("role", NURSE), str):
        raise BadLine('"role" must be a string')
    if not isinstance(message.get("sender_department"), str | None):
        raise BadLine('"sender_department" must be a string or null')
    return message


def _answered(reader: Reader, message: Mapping[str, Any]) -> dict[str, Any]:
    role = message.get("role", NURSE)
    department = message.get("sender_department")
    understanding = reader.read(
        message["text"],
        role=role if role in _ROLES else NURSE,
        sender_department=None if department is None else DepartmentId(department),
    )
    if _is_command(message["text"], role):
        understanding = understanding.as_act(Act.QUERY)
    handed_through = {"id": message["id"]} if "id" in message else {}
    return handed_through | _worded(understanding)


def _worded(understanding: Understanding) -> dict[str, Any]:
    return _draft(understanding.first) | {
        "parts": [_draft(part) for part in understanding.parts],
        "confidence": understanding.confidence,
        "runner_up": understanding.runner_up,
        "why": list(understanding.first.grounds.all),
    }


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "act": draft.act,
        "department": draft.department,
        "department_options": list(draft.department_options),
        "category": draft.category,
        "urgency": draft.urgency,
        "quantity": draft.quantity,
        **asdict(draft.slots),
    }
