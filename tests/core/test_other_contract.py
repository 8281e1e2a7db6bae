"""Laws of trying another contract: the same one changes nothing, another only what it says."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from core.contract import Terms
from core.events import EventKind, Json
from core.kinds import ClockName, Urgency
from core.policy import ClockRule, Policy, Severity
from core.ticket import Ticket, record
from core.timeline import Result
from core.whatif import Count, Pair, is_as_told, pairs_of, policy_under, sums, tally, with_policy
from tests.core.sla_cases import Case, some_cases
from tests.core.test_sla import CALENDARS, HOUR, MINUTE, RULE, at, policy
from tests.factories import NINE, a_department, a_person, a_site, a_ticket

K = EventKind
GRADES = (
    Severity("紧急", frozenset({Urgency.URGENT})),
    Severity("一般", frozenset({Urgency.IMPORTANT, Urgency.NORMAL})),
)
THREE = (
    Severity("特急", frozenset({Urgency.URGENT})),
    Severity("重要", frozenset({Urgency.IMPORTANT})),
    Severity("普通", frozenset({Urgency.NORMAL})),
)


def terms(*rules: ClockRule, grades: tuple[Severity, ...] = GRADES) -> Terms:
    return Terms.of(replace(policy(*rules), key="office", severities=grades), CALENDARS)


def tried(ticket: Ticket, before: Terms, after: Terms, minutes: float = 300) -> tuple[Pair, ...]:
    return pairs_of(ticket, before, after, at(minutes))


def by_severity(**limits: float) -> tuple[ClockRule, ...]:
    return tuple(
        replace(RULE, severities=frozenset({word}), limit=minutes * MINUTE, warn_before=())
        for word, minutes in limits.items()
    )


@settings(max_examples=300, deadline=None)
@given(case=some_cases)
def test_the_same_contract_changes_nothing(case: Case) -> None:
    same = Terms.of(policy(case.rule, reopen=case.mode), {"any": case.calendar})
    ticket = replace(a_ticket(), events=case.events)
    pairs = pairs_of(ticket, same, same, at(case.now))
    assert len(pairs) == len(case.states())
    assert not any(pair.differs for pair in pairs)


def test_a_longer_limit_turns_a_breach_into_a_clock_that_was_met() -> None:
    ticket = record(a_ticket(), K.RESOLVED, at=at(70))
    (pair,) = tried(ticket, terms(RULE), terms(replace(RULE, limit=2 * HOUR)))
    assert pair.recorded is not None
    assert pair.other is not None
    assert (pair.recorded.result, pair.recorded.due_at) == (Result.BREACHED, at(60))
    assert (pair.other.result, pair.other.due_at) == (Result.MET, at(120))
    assert pair.recorded.left == -10 * MINUTE
    assert pair.differs


def test_a_promise_that_only_one_contract_makes_has_no_counterpart() -> None:
    response = replace(RULE, clock=ClockName.RESPONSE)
    first, second = tried(a_ticket(), terms(RULE), terms(response))
    assert (first.clock, first.other) == (ClockName.RESOLUTION, None)
    assert (second.clock, second.recorded) == (ClockName.RESPONSE, None)
    assert first.differs
    assert second.differs


def test_severities_are_given_anew_in_the_words_of_the_other_contract() -> None:
    ticket = a_ticket(urgency="important", severity="一般")
    (pair,) = tried(
        ticket, terms(*by_severity(一般=240)), terms(*by_severity(重要=90), grades=THREE)
    )
    assert pair.other is not None
    assert pair.other.due_at == at(90)


def test_another_urgency_counts_also_where_the_record_kept_its_severity() -> None:
    ticket = record(a_ticket(), K.AMENDED, at=at(10), urgency="important")
    _, second = tried(
        ticket,
        terms(*by_severity(一般=240)),
        terms(*by_severity(重要=90, 普通=240), grades=THREE),
        20,
    )
    assert second.other is not None
    assert second.other.due_at == at(90)


def test_a_severity_that_was_taken_back_grades_nothing() -> None:
    ticket = record(a_ticket(), K.AMENDED, at=at(10), urgency="urgent", severity="紧急")
    ticket = record(ticket, K.UNDONE, at=at(11), seq=len(ticket.events))
    ticket = record(ticket, K.AMENDED, at=at(12), severity="一般")
    before = terms(*by_severity(紧急=60, 一般=240))
    assert not any(pair.differs for pair in tried(ticket, before, before))
    (pair,) = tried(ticket, before, terms(*by_severity(普通=30), grades=THREE))[:1]
    assert pair.other is not None
    assert pair.other.due_at == at(30)


def test_a_word_that_was_chosen_against_the_urgency_stays() -> None:
    ticket = a_ticket(urgency="normal", severity="紧急")
    before = terms(*by_severity(紧急=60, 一般=240))
    (pair,) = tried(ticket, before, terms(*by_severity(紧急=30, 一般=240)))
    assert pair.other is not None
    assert pair.other.due_at == at(30)


def test_sums_count_what_is_decided_and_nothing_else() -> None:
    met = record(a_ticket(), K.RESOLVED, at=at(70))
    void = record(a_ticket(), K.CANCELLED, at=at(10))
    pairs = [
        pair
        for ticket in (met, void)
        for pair in tried(ticket, terms(RULE), terms(replace(RULE, limit=2 * HOUR)))
    ]
    assert sums(tally(pairs)) == {ClockName.RESOLUTION: (Count(0, 1), Count(1, 0))}
    assert Count(1, 3).share == 0.25
    assert Count(0, 0).share is None
    assert sums(tally(())) == {}


def test_breaches_that_were_told_are_compared_with_those_of_the_record() -> None:
    late = record(a_ticket(), K.RESOLVED, at=at(70))
    told = record(late, K.BREACHED, at=at(61), clock="resolution", cycle=1)
    same = terms(RULE)
    assert not is_as_told(late, tried(late, same, same))
    assert is_as_told(told, tried(told, same, same))


# Which tickets.

EAST, MAIN = a_department("e", campus="east"), a_department("m")
NURSE = a_person("n-1", department="m")


def scoped(key: str, *, campus: str = "", category: str = "") -> Policy:
    return Policy(
        key,
        "000",
        key,
        (),
        (),
        campuses=frozenset({campus}) if campus else frozenset(),
        categories=frozenset({category}) if category else frozenset(),
    )


@pytest.mark.parametrize(
    ("given_policy", "facts", "found"),
    [
        (scoped("office"), {}, "office"),
        (scoped("office"), {"policy": "other"}, None),
        (scoped("new"), {}, "new"),
        (scoped("new", campus="main"), {}, "new"),
        (scoped("new", campus="east"), {}, None),
        (scoped("new", campus="east"), {"department": "e"}, "new"),
        (scoped("new", campus="main"), {"department": None}, "new"),
        (scoped("new", category="network"), {}, None),
        (scoped("new", category="network"), {"category": "network"}, "new"),
        (scoped("office", category="network"), {"policy": "gone"}, None),
    ],
)
def test_a_ticket_is_tried_where_the_contract_would_have_taken_it(
    given_policy: Policy, facts: dict[str, Json], found: str | None
) -> None:
    site = a_site(NURSE, departments=[EAST, MAIN], policy=scoped("office"))
    told: dict[str, Any] = {"department": "m", **facts}
    ticket = a_ticket(**told)
    trial = with_policy(site, given_policy)
    tried_under = policy_under(ticket, site, given_policy, trial)
    assert (tried_under.key if tried_under else None) == found


def test_the_site_that_is_tried_has_terms_of_its_own() -> None:
    site = a_site(policy=scoped("office"))
    known = site.terms_of(site.policies["office"], NINE)
    changed = replace(scoped("office"), title="other")
    trial = with_policy(site, changed)
    assert trial.terms_of(changed, NINE) != known
    assert site.terms_of(site.policies["office"], NINE) is known
