"""Laws of dispatch: who goes, and who goes instead."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dispatch import Candidate, Job, Tier, best, candidates
from core.ids import DepartmentId, PersonId
from core.kinds import TicketKind
from core.people import DESK, ENGINEER, LOGISTICS, SUPERVISOR, Person
from core.roster import RosterKind, RosterRow
from core.site import Site, Zone
from tests.factories import HOUR, NINE, a_department, a_person, a_site

LUNCH, NIGHT = NINE + 4 * HOUR, NINE + 14 * HOUR
"""13:00 and 23:00."""
OFFICE = ("computer", "printer")
PEOPLE = (
    a_person("ann", ENGINEER, zone="A", skills=OFFICE),
    a_person("ben", ENGINEER, zone="B", skills=(*OFFICE, "av")),
    a_person("cai", ENGINEER, zone="C", skills=(*OFFICE, "av")),
    a_person("eve", ENGINEER, zone="D", campus="east", skills=(*OFFICE, "account")),
    a_person("his", ENGINEER, skills=("clinical", "account")),
    a_person("gas", ENGINEER, skills=("medgas",)),
    a_person("lug", LOGISTICS, skills=("consumable",)),
    a_person("desk", DESK),
    a_person("boss", SUPERVISOR),
    a_person("nurse", department="in-a"),
)
ZONES = (
    Zone("A", "门诊", "main", ("B", "C")),
    Zone("B", "低区", "main", ("C", "A")),
    Zone("C", "高区", "main", ("B", "A")),
    Zone("D", "东湖", "east"),
)
PLACES = (
    a_department("in-a", zone="A"),
    a_department("in-b", zone="B"),
    a_department("in-c", zone="C"),
    a_department("in-d", zone="D", campus="east"),
)


def shift(person: str, start: int, end: int, kind: RosterKind = RosterKind.DUTY) -> RosterRow:
    return RosterRow(PersonId(person), kind, start=timedelta(hours=start), end=timedelta(hours=end))


SPLIT = [
    shift(person, *hours)
    for person in ("ann", "ben", "cai", "eve")
    for hours in ((8, 12), (15, 18))
]
ROSTER = (
    *SPLIT,
    *(shift(person, 8, 18) for person in ("his", "lug")),
    shift("gas", 0, 24),
    shift("ann", 12, 15, RosterKind.ONCALL),
    shift("ben", 18, 32, RosterKind.ONCALL),
    shift("eve", 18, 32, RosterKind.ONCALL),
)
SITE = a_site(*PEOPLE, departments=PLACES, rows=ROSTER, zones=ZONES)


def job(
    category: str | None = "printer",
    place: str | None = "in-b",
    kind: TicketKind = TicketKind.REPORT,
    campus: str = "",
) -> Job:
    return Job(kind, category, None if place is None else DepartmentId(place), campus)


def goes(
    wanted: Job,
    now: datetime = NINE,
    *,
    site: Site = SITE,
    load: Mapping[str, int] | None = None,
    without: Collection[str] = (),
) -> tuple[str, Tier]:
    chosen = best(
        site,
        wanted,
        now=now,
        load={PersonId(key): n for key, n in (load or {}).items()},
        without=[PersonId(key) for key in without],
    )
    assert chosen is not None
    return chosen.person, chosen.tier


def away(*people: str) -> Site:
    return SITE.with_roster(shift(person, 0, 24, RosterKind.LEAVE) for person in people)


@pytest.mark.parametrize(
    ("place", "who"), [("in-a", "ann"), ("in-b", "ben"), ("in-c", "cai"), ("in-d", "eve")]
)
def test_the_owner_of_the_zone_goes_while_he_is_on_duty(place: str, who: str) -> None:
    assert goes(job(place=place)) == (who, Tier.ZONE_OWNER)


def test_the_owner_goes_however_much_he_has_to_do() -> None:
    assert goes(job(), load={"ben": 9}) == ("ben", Tier.ZONE_OWNER)


@pytest.mark.parametrize("place", ["in-a", "in-b", "in-c"])
def test_at_lunch_and_at_night_the_one_on_call_goes(place: str) -> None:
    assert goes(job(place=place), LUNCH) == ("ann", Tier.ON_CALL)
    assert goes(job(place=place), NIGHT) == ("ben", Tier.ON_CALL)


def test_who_is_on_call_on_another_campus_is_not_sent_across_the_town() -> None:
    assert goes(job(place="in-d"), NIGHT) == ("eve", Tier.ON_CALL)
    assert goes(job(place="in-d"), LUNCH) == ("boss", Tier.SUPERVISOR)


def test_the_specialist_goes_for_his_trade_wherever_it_is_on_his_campus() -> None:
    assert goes(job("clinical", "in-c")) == ("his", Tier.SPECIALIST)
    assert goes(job("medgas", "in-a"), NIGHT) == ("gas", Tier.SPECIALIST)


def test_the_specialist_helps_another_campus_before_the_supervisor_must() -> None:
    assert goes(job("clinical", "in-d")) == ("his", Tier.ELSEWHERE)


def test_nobody_is_sent_to_what_he_has_not_learned() -> None:
    assert goes(job("av", "in-a")) == ("ben", Tier.NEIGHBOUR)
    assert goes(job("facility", "in-a")) == ("boss", Tier.SUPERVISOR)
    assert goes(job("clinical", "in-a"), NIGHT) == ("boss", Tier.SUPERVISOR)


def test_a_neighbour_goes_when_the_owner_is_away_in_the_order_of_the_zone() -> None:
    assert goes(job(place="in-b"), site=away("ben")) == ("cai", Tier.NEIGHBOUR)
    assert goes(job(place="in-b"), site=away("ben", "cai")) == ("ann", Tier.NEIGHBOUR)
    assert goes(job(place="in-a"), site=away("ann")) == ("ben", Tier.NEIGHBOUR)


def test_who_is_on_leave_gets_nothing_not_even_on_call() -> None:
    assert goes(job(), NIGHT, site=away("ben")) == ("boss", Tier.SUPERVISOR)
    on_leave = candidates(away("ben", "cai", "ann", "eve"), job(), now=NINE, load={})
    assert [each.person for each in on_leave] == ["boss", "desk"]


def test_among_equals_the_one_with_less_to_do_goes_then_the_first_of_the_file() -> None:
    twins = (
        a_person("one", ENGINEER, zone="A", skills=OFFICE),
        a_person("two", ENGINEER, zone="A", skills=OFFICE),
    )
    rows = [shift(twin.id, 0, 24) for twin in twins]
    site = a_site(*twins, departments=PLACES, rows=rows, zones=ZONES)
    assert goes(job(place="in-a"), site=site)[0] == "one"
    assert goes(job(place="in-a"), site=site, load={"one": 2, "two": 1})[0] == "two"
    assert goes(job(place="in-a"), site=site, load={"one": 1, "two": 1})[0] == "one"


def test_a_nearer_neighbour_goes_before_a_less_busy_one() -> None:
    assert goes(job(place="in-b"), site=away("ben"), load={"cai": 5})[0] == "cai"


def test_a_question_is_the_desks_and_a_complaint_the_supervisors() -> None:
    assert goes(job(kind=TicketKind.QUESTION))[0] == "desk"
    ranked = candidates(SITE, job(kind=TicketKind.COMPLAINT), now=NINE, load={})
    assert [each.person for each in ranked] == ["boss"]


def test_without_a_department_the_campus_of_the_sender_counts() -> None:
    assert goes(job(place=None, campus="east"))[0] == "eve"
    assert goes(job(place=None, campus="main"))[0] in {"ann", "ben", "cai"}
    assert goes(job(place=None))[0] in {"ann", "ben", "cai"}


def test_where_nobody_is_left_nobody_is_named() -> None:
    assert best(a_site(a_person()), job(), now=NINE, load={}) is None


moments = st.integers(0, 7 * 24 * 60).map(lambda n: NINE + n * timedelta(minutes=1))
jobs = st.builds(
    job,
    st.sampled_from([None, "printer", "av", "clinical", "medgas", "facility", "consumable"]),
    st.sampled_from([None, *(place.id for place in PLACES)]),
    st.sampled_from(TicketKind),
    st.sampled_from(["", "main", "east"]),
)
people = st.sampled_from([person.id for person in PEOPLE])
loads = st.dictionaries(people, st.integers(0, 9))


@given(moments, jobs, loads, st.sets(people))
def test_candidates_are_able_awake_and_in_the_order_of_their_tiers(
    now: datetime, wanted: Job, load: dict[PersonId, int], without: set[PersonId]
) -> None:
    ranked = candidates(SITE, wanted, now=now, load=load, without=without)
    assert [each.tier for each in ranked] == sorted(each.tier for each in ranked)
    assert len({each.person for each in ranked}) == len(ranked)
    for each in ranked:
        assert each.person not in without
        assert each.load == load.get(each.person, 0)
        assert _is_fit(each, wanted)


def _is_fit(candidate: Candidate, wanted: Job) -> bool:
    person: Person = SITE.person(candidate.person)
    if person.role in (DESK, SUPERVISOR):
        return True
    return person.role in (ENGINEER, LOGISTICS) and (
        wanted.category is None or wanted.category in person.skills
    )


@given(moments, jobs)
def test_there_is_always_somebody_to_go(now: datetime, wanted: Job) -> None:
    ranked = candidates(SITE, wanted, now=now, load={})
    assert "boss" in {each.person for each in ranked}
