"""The terms that a ticket began with: a policy and the calendars it counts on, one version."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.calendar import WorkCalendar
from core.policy import Policy


@dataclass(frozen=True, slots=True)
class Terms:
    """Pinned to a ticket at creation; a changed file makes a new version, never another past."""

    version: str
    policy: Policy
    calendars: Mapping[str, WorkCalendar]

    @classmethod
    def of(cls, policy: Policy, calendars: Mapping[str, WorkCalendar]) -> "Terms":
        """Return the terms; equal content gives an equal version."""
        body = _body(policy, calendars)
        text = json.dumps(body, sort_keys=True, ensure_ascii=False)
        version = hashlib.sha256(text.encode()).hexdigest()[:16]
        return cls(version, policy, calendars)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON."""
        return _body(self.policy, self.calendars)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Terms":
        """Return the terms that `to_json` wrote."""
        calendars = {
            name: WorkCalendar.from_json(value) for name, value in body["calendars"].items()
        }
        return cls.of(Policy.from_json(body["policy"]), calendars)


def _body(policy: Policy, calendars: Mapping[str, WorkCalendar]) -> dict[str, Any]:
    return {
        "policy": policy.to_json(),
        "calendars": {name: calendars[name].to_json() for name in sorted(calendars)},
    }
