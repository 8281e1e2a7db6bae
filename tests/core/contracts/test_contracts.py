"""Laws that hold for every shipped contract, and that no rule of theirs was forgotten."""

import re
from pathlib import Path

import pytest

from core.kinds import ClockName, TicketKind, Urgency
from core.policy import Policy
from tests.core.contracts.vectors import FIVE

HERE = Path(__file__).parent
POLICIES = tuple(FIVE.policies.values())
RULES = {*range(33, 69), 71, 74, 82, *range(85, 92), 101, *range(131, 139)}
"""Rows of the table of rules that are clocks, warnings, duties, escalations or numbers."""
NO_CLOCK = {
    62: "every request is answered: no number; the response clocks of 004 say so",
    68: "remote before site, with consent: an order of work, not a time",
}
each_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.key)


def test_every_row_of_the_table_has_a_vector_or_a_reason_why_not() -> None:
    text = "".join(path.read_text("utf-8") for path in HERE.glob("test_*.py"))
    named = {int(number) for number in re.findall(r"def test_rule_(\d+)_", text)}
    named |= {int(number) for number in re.findall(r"^            \((\d{3}), ", text, re.MULTILINE)}
    assert RULES - named == set(NO_CLOCK)


@each_policy
def test_every_number_is_beside_a_clause_of_its_own_contract(policy: Policy) -> None:
    clauses = [
        *(rule.clause for rule in (*policy.clocks, *policy.readings)),
        *(grade.clause for grade in policy.severities),
        *(figure.clause for figure in policy.figures),
    ]
    assert all(clause.startswith(f"{policy.contract} ") for clause in clauses)


@each_policy
def test_the_reading_in_force_is_never_the_laxer_one(policy: Policy) -> None:
    for reading in policy.readings:
        beside = [rule for rule in policy.clocks if rule.collides_with(reading)]
        assert beside
        assert not any(reading.is_stricter_than(rule) for rule in beside)


@each_policy
def test_at_most_one_promise_a_clock_whatever_the_ticket_is(policy: Policy) -> None:
    words = [None, *(grade.word for grade in policy.severities)]
    for campus in FIVE.campuses:
        for kind in TicketKind:
            for word in words:
                found = [rule.clock for rule in policy.at_campus(campus).rules_for(kind, word)]
                assert len(found) == len(set(found))


@each_policy
def test_every_urgency_has_a_word_of_the_contract(policy: Policy) -> None:
    words = [policy.severity_of(urgency) for urgency in Urgency]
    assert None not in words
    ranks = [policy.rank_of(word) for word in words]
    assert ranks == sorted(ranks)


def test_no_clock_is_known_by_name_only() -> None:
    used = {rule.clock for policy in POLICIES for rule in policy.clocks}
    assert used == set(ClockName)


@each_policy
def test_a_contract_read_in_a_set_and_back_promises_what_it_did(policy: Policy) -> None:
    for name in policy.sets:
        read = policy.read_as(name)
        assert read.version != policy.version
        assert {*read.clocks, *read.readings} == {*policy.clocks, *policy.readings}
        assert len(read.clocks) == len(policy.clocks)
