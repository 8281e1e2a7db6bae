"""The table of rights, written down a second time and compared cell by cell."""

from dataclasses import replace

import pytest

from core.actor import Actor, is_permitted, permit
from core.errors import ActionNotAllowed
from core.events import EventKind
from core.ids import PersonId
from core.people import ADMIN, DESK, ENGINEER, HEAD, LOGISTICS, NURSE, SUPERVISOR, Person
from core.permissions import (
    TABLE,
    Relation,
    Right,
    Verdict,
    is_ward_head,
    may,
    may_grade,
    relations,
    sees_lists_of,
    verdict,
)
from core.site import WORK
from core.ticket import record
from tests.factories import MINUTE, NINE, a_person, a_ticket

# y: yes, r: yes and on record, a: after asking, -: no
RIGHTS = """
                see see_state nudge amend cancel work accept reopen rate transfer reassign merge
requester        y      y       y     y     y     -     y      y     y      -        -        -
same_department  y      y       y     y     y     -     y      y     -      -        -        -
affected         y      y       y     -     -     -     -      y     -      -        -        -
other_ward       -      y       -     -     -     -     -      -     -      -        -        -
assignee         y      y       -     y     -     y     -      -     -      y        -        -
other_engineer   y      y       -     -     -     a     -      -     -      -        -        -
desk             y      y       y     y     y     -     r      -     -      y        -        y
supervisor       y      y       y     y     y     r     r      -     -      y        y        y
admin            y      y       -     -     -     -     -      -     -      -        -        -
leader           y      y       y     -     -     -     -      -     -      y        -        -
nobody           -      -       -     -     -     -     -      -     -      -        -        -

                plead exempt pause dispute grade
requester         -      -      y     y      -
same_department   -      -      y     y      -
affected          -      -      -     -      -
other_ward        -      -      -     -      -
assignee          y      -      -     y      -
other_engineer    -      -      -     -      -
desk              -      y      y     y      y
supervisor        -      y      y     y      y
admin             -      y      -     -      -
leader            -      -      -     y      -
nobody            -      -      -     -      -

                split grade contact agree report review call_back
requester         y     -      -      y      -      -      -
same_department   -     -      -      y      -      -      -
affected          -     -      -      -      -      -      -
other_ward        -     -      -      -      -      -      -
assignee          -     -      y      -      y      -      -
other_engineer    -     -      a      -      a      -      -
desk              y     y      y      r      -      -      y
supervisor        y     y      r      r      y      y      y
admin             -     -      -      y      -      -      -
nobody            -     -      -      -      -      -      -

                see see_state nudge transfer lists grade report review
leader           y      y       y      y       y     -     y      y

                aliases bindings roster policies people lists
requester          -       -       -       -       -      -
same_department    -       -       -       -       -      -
affected           -       -       -       -       -      -
other_ward         -       -       -       -       -      -
assignee           -       -       -       -       -      -
other_engineer     -       -       -       -       -      -
desk               y       y       -       -       -      y
supervisor         -       -       y       -       -      y
admin              y       y       y       y       y      y
leader             -       -       -       -       -      y
nobody             -       -       -       -       -      -
"""
MARKS = {"y": Verdict.YES, "r": Verdict.ON_RECORD, "a": Verdict.ASK, "-": Verdict.NO}


def _cells() -> dict[tuple[Relation, Right], Verdict]:
    cells = {}
    for block in RIGHTS.strip("\n").split("\n\n"):
        head, *rows = block.splitlines()
        for row in rows:
            relation, *marks = row.split()
            for right, mark in zip(head.split(), marks, strict=True):
                cells[Relation(relation), Right(right)] = MARKS[mark]
    return cells


CELLS = _cells()
NURSE_1 = a_person("n-1", department="ward-1")
COLLEAGUE = a_person("n-2", department="ward-1")
STRANGE_WARD = a_person("n-3", department="ward-2")
WARD_HEAD = a_person("h-1", HEAD, department="ward-1")
ZHAO = a_person("e-zhao", ENGINEER)
QIAN = a_person("e-qian", ENGINEER)
PORTER = a_person("l-1", LOGISTICS)
CLERK = a_person("d-1", DESK)
CHIEF = a_person("s-1", SUPERVISOR)
KEEPER = a_person("a-1", ADMIN)
LEADER = a_person("p-1", "project_head")
OURS = a_ticket(by="n-1", assignee="e-zhao", department="ward-1")
EVERYBODY = (
    *(NURSE_1, COLLEAGUE, STRANGE_WARD, WARD_HEAD, ZHAO, QIAN, PORTER, CLERK, CHIEF),
    *(KEEPER, LEADER),
    None,
)


@pytest.mark.parametrize("relation", Relation)
def test_every_cell_of_the_table_says_what_is_written_down(relation: Relation) -> None:
    for right in Right:
        said = CELLS.get((relation, right), Verdict.NO)
        assert verdict(relation, right) is said, (relation, right)


def test_the_table_holds_no_cell_beyond_those_written_down() -> None:
    held = {(relation, right) for relation, row in TABLE.items() for right in row}
    assert held == {cell for cell, said in CELLS.items() if said is not Verdict.NO}


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (NURSE_1, {Relation.REQUESTER, Relation.SAME_DEPARTMENT}),
        (COLLEAGUE, {Relation.SAME_DEPARTMENT}),
        (WARD_HEAD, {Relation.SAME_DEPARTMENT}),
        (STRANGE_WARD, {Relation.OTHER_WARD}),
        (ZHAO, {Relation.ASSIGNEE}),
        (QIAN, {Relation.OTHER_ENGINEER}),
        (PORTER, {Relation.OTHER_ENGINEER}),
        (CLERK, {Relation.DESK}),
        (CHIEF, {Relation.SUPERVISOR}),
        (KEEPER, {Relation.ADMIN}),
        (LEADER, {Relation.LEADER}),
        (None, {Relation.NOBODY}),
    ],
)
def test_everybody_is_to_a_ticket_what_the_table_calls_him(
    person: Person | None, expected: set[Relation]
) -> None:
    assert set(relations(person, OURS)) == expected


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.id if person else "nobody")
def test_a_person_may_what_the_best_of_his_relations_may(
    person: Person | None, right: Right
) -> None:
    best = (Verdict.YES, Verdict.ON_RECORD, Verdict.ASK, Verdict.NO)
    said = [CELLS.get((relation, right), Verdict.NO) for relation in relations(person, OURS)]
    assert may(person, right, OURS) is min(said, key=best.index)


@pytest.mark.parametrize(
    "right", [Right.ACCEPT, Right.REOPEN, Right.RATE, Right.REVIEW, Right.AGREE]
)
@pytest.mark.parametrize(
    "assignee",
    [
        a_person("x", ENGINEER, department="ward-1"),
        a_person("x", SUPERVISOR),
        a_person("x", DESK),
        a_person("x", NURSE, department="ward-1"),
        a_person("x", ADMIN),
        a_person("x", "tech_head"),
    ],
    ids=lambda person: str(person.role),
)
def test_the_assignee_never_signs_off_his_own_work_whoever_he_is(
    assignee: Person, right: Right
) -> None:
    for requester in ("x", "n-1"):
        ticket = a_ticket(by=requester, assignee="x", department="ward-1")
        assert may(assignee, right, ticket) is Verdict.NO


def test_only_the_requester_himself_rates() -> None:
    may_rate = [one for one in EVERYBODY if may(one, Right.RATE, OURS) is not Verdict.NO]
    assert may_rate == [NURSE_1]


def test_an_engineer_may_take_what_nobody_has() -> None:
    free = a_ticket(by="n-1")
    assert may(QIAN, Right.WORK, free) is Verdict.YES
    assert may(CHIEF, Right.WORK, free) is Verdict.ON_RECORD
    assert may(CLERK, Right.WORK, free) is Verdict.NO


def test_an_affected_department_counts_as_the_tickets_own() -> None:
    wide = record(OURS, EventKind.JOINED, at=NINE + MINUTE, who="ward-2")
    assert may(STRANGE_WARD, Right.SEE, OURS) is Verdict.NO
    assert may(STRANGE_WARD, Right.SEE, wide) is Verdict.YES
    assert may(STRANGE_WARD, Right.RATE, wide) is Verdict.NO


def test_without_a_department_nobody_is_of_the_same() -> None:
    nowhere = replace(OURS, department=None)
    assert may(a_person("n-9"), Right.SEE, nowhere) is Verdict.NO


def test_a_role_that_only_a_contract_names_leads_and_neither_works_nor_signs_off() -> None:
    assert set(relations(LEADER, OURS)) == {Relation.LEADER}
    assert may(LEADER, Right.REVIEW, OURS) is Verdict.YES
    for right in (Right.WORK, Right.ACCEPT, Right.AGREE, Right.RATE, Right.EXEMPT):
        assert may(LEADER, right, OURS) is Verdict.NO


def test_whoever_a_contract_names_beside_the_known_roles_leads_and_decides_nothing_else() -> None:
    decides = {Right.AMEND, Right.CANCEL, Right.WORK, Right.ACCEPT, Right.EXEMPT, Right.REASSIGN}
    assert may(LEADER, Right.SEE, OURS) is may(LEADER, Right.TRANSFER, OURS) is Verdict.YES
    assert {may(LEADER, right, OURS) for right in decides} == {Verdict.NO}


def test_the_grade_is_decided_by_those_the_contract_names_and_never_by_the_assignee() -> None:
    own = replace(OURS, assignee=PersonId("p-1"))
    assert [p.id for p in EVERYBODY if p and may_grade(p, OURS, "desk")] == ["d-1", "s-1"]
    assert may_grade(LEADER, OURS, "project_head")
    assert not may_grade(LEADER, own, "project_head")
    assert not may_grade(CHIEF, replace(OURS, assignee=CHIEF.id), "supervisor")
    assert not may_grade(None, OURS, "desk")


def test_rights_over_settings_need_no_ticket() -> None:
    assert may(CHIEF, Right.ROSTER) is Verdict.YES
    assert may(CLERK, Right.ROSTER) is Verdict.NO
    assert may(KEEPER, Right.POLICIES) is Verdict.YES
    assert may(None, Right.BINDINGS) is Verdict.NO


def test_what_the_table_refuses_is_raised_with_right_and_number() -> None:
    stranger = Actor("路人", WORK, "fake")
    with pytest.raises(ActionNotAllowed) as refused:
        permit(stranger, Right.CANCEL, OURS)
    assert (refused.value.action, refused.value.number) == (Right.CANCEL, OURS.number)
    chief = Actor("主管", WORK, "fake", CHIEF)
    assert permit(chief, Right.ACCEPT, OURS) is Verdict.ON_RECORD


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("person", EVERYBODY)
def test_whoever_is_permitted_is_not_refused(person: Person | None, right: Right) -> None:
    actor = Actor("某人", WORK, "fake", person)
    if is_permitted(actor, right, OURS):
        assert permit(actor, right, OURS) is not Verdict.NO
        return
    with pytest.raises(ActionNotAllowed):
        permit(actor, right, OURS)


def test_a_stranger_may_amend_what_he_reported_himself() -> None:
    assert is_permitted(
        Actor("路人", WORK, "fake", reported=frozenset({OURS.id})), Right.AMEND, OURS
    )
    assert not is_permitted(Actor("路人", WORK, "fake"), Right.AMEND, OURS)


def test_a_ward_lists_its_own_department_and_no_other() -> None:
    assert sees_lists_of(COLLEAGUE, "ward-1")
    assert not sees_lists_of(COLLEAGUE, "ward-2")
    assert not sees_lists_of(COLLEAGUE, None)
    for person in (ZHAO, CLERK, CHIEF, KEEPER):
        assert sees_lists_of(person, None)


def test_only_heads_answer_the_survey() -> None:
    assert [one.id for one in EVERYBODY if one and is_ward_head(one)] == ["h-1"]
