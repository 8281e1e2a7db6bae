"""Laws of exemptions: asked for in time, decided by somebody else, and no breach is erased."""

from datetime import datetime
from itertools import chain
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.events import EventKind, TicketEvent
from core.exemptions import excused, is_excused, overdue, pleadable, pleas
from core.kinds import ClockName
from core.sla import states
from core.ticket import Ticket, fold, record
from core.waits import plea_of
from tests.desk import demo_hospital
from tests.factories import HOUR, MINUTE, NINE, a_ticket

SITE = demo_hospital().files
POLICY = SITE.policies["office"]
K = EventKind
CLOCKS = ("response", "arrival", "resolution")

_EVENTS = st.one_of(
    st.tuples(st.just(K.BREACHED), st.sampled_from(CLOCKS), st.integers(1, 2)),
    st.tuples(st.just(K.EXEMPTION_ASKED), st.sampled_from(CLOCKS), st.integers(1, 2)),
    st.tuples(st.sampled_from([K.EXEMPTED, K.EXEMPTION_REFUSED]), st.integers(2, 9), st.just(0)),
)


def played(*said: tuple[EventKind, Any, int]) -> Ticket:
    ticket = a_ticket(at=NINE)
    for minute, (kind, what, cycle) in enumerate(said, start=1):
        facts: dict[str, Any] = {"plea": what}
        if kind is K.BREACHED:
            facts = {"clock": what, "cycle": cycle, "milestone": f"{what}:{cycle}"}
        elif kind is K.EXEMPTION_ASKED:
            facts = {"clocks": [f"{what}:{cycle}"], "reason": "电梯停运"}
        ticket = record(ticket, kind, at=NINE + minute * MINUTE, known=facts)
    return ticket


@given(st.lists(_EVENTS, max_size=12))
def test_no_exemption_takes_a_breach_from_the_record(said: list[Any]) -> None:
    ticket = played(*said)
    without = fold(ticket.id, _renumbered(e for e in ticket.events if "plea" not in e.facts))
    assert ticket.breaches == without.breaches
    assert set(excused(ticket)) <= set(ticket.breaches)
    assert is_excused(ticket) == (bool(ticket.breaches) and excused(ticket) == ticket.breaches)


def _renumbered(events: Any) -> list[TicketEvent]:
    return [TicketEvent(n, e.kind, e.at, e.by, e.facts) for n, e in enumerate(events, start=1)]


@given(st.lists(_EVENTS, max_size=12))
def test_only_what_was_asked_for_and_granted_is_excused(said: list[Any]) -> None:
    ticket = played(*said)
    granted = [plea.keys for plea in pleas(ticket) if plea.is_granted]
    for clock in excused(ticket):
        assert any(key.startswith(f"{clock}:") for key in chain.from_iterable(granted))


def test_an_exemption_of_the_first_cycle_excuses_no_other() -> None:
    asked = (K.EXEMPTION_ASKED, "resolution", 1)
    once = played(asked, (K.EXEMPTED, 2, 0), (K.BREACHED, "resolution", 1))
    assert excused(once) == (ClockName.RESOLUTION,)
    twice = played(
        asked, (K.EXEMPTED, 2, 0), (K.BREACHED, "resolution", 1), (K.BREACHED, "resolution", 2)
    )
    assert excused(twice) == ()
    assert is_excused(twice, NINE, NINE + 4 * MINUTE)
    assert not is_excused(twice)


def test_a_refused_plea_excuses_nothing() -> None:
    asked = (K.EXEMPTION_ASKED, "resolution", 1)
    assert excused(played(asked, (K.EXEMPTION_REFUSED, 2, 0), (K.BREACHED, "resolution", 1))) == ()
    assert excused(played(asked, (K.BREACHED, "resolution", 1))) == ()


def _pleadable(now: datetime) -> tuple[str, ...]:
    found = states(POLICY, SITE.calendars, events=a_ticket(at=NINE).events, now=now)
    return tuple(clock.clock for clock in pleadable(found))


def test_a_limit_may_be_excused_up_to_its_instant_and_no_later() -> None:
    limits = {"response": 10 * MINUTE, "arrival": 15 * MINUTE, "resolution": 4 * HOUR}
    for clock, limit in limits.items():
        assert clock in _pleadable(NINE + limit)
        assert clock not in _pleadable(NINE + limit + MINUTE / 60)


def test_too_late_names_the_limit_that_passed_last() -> None:
    found = states(POLICY, SITE.calendars, events=a_ticket(at=NINE).events, now=NINE + HOUR)
    late = overdue(found)
    assert late is not None
    assert late.clock is ClockName.ARRIVAL
    assert overdue(found, ClockName.RESOLUTION) is None


def test_a_plea_may_begin_with_its_clock() -> None:
    assert plea_of("修复，电梯停运") == (ClockName.RESOLUTION, "电梯停运")
    assert plea_of("到场时限 电梯停运") == (ClockName.ARRIVAL, "电梯停运")
    assert plea_of("到场的路上电梯停运") == (None, "到场的路上电梯停运")
    assert plea_of("修复") == (ClockName.RESOLUTION, "")
