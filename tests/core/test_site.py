"""Laws of the site value: who is meant, which contract counts, when it is quiet."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from core.calendar import WorkCalendar
from core.callnames import call_names
from core.coverage import Matter, ground_of
from core.events import EventKind
from core.ids import ChatId, DepartmentId, PersonId, SiteId
from core.kinds import ClockName, TicketKind
from core.people import Person
from core.places import Department
from core.policy import ClockRule, Policy
from core.roster import Roster, RosterKind, RosterRow
from core.site import WORK, Schedules, Site

PEOPLE = (
    Person(PersonId("e-li"), "李伟", "engineer", handles={"telegram": "2003"}),
    Person(PersonId("e-ou"), "欧阳锋", "engineer"),
    Person(PersonId("e-zhao"), "赵强", "engineer"),
    Person(PersonId("n-wen"), "温小玲", "nurse"),
    Person(PersonId("h-card"), "蒋主任", "head"),
    Person(PersonId("s-du"), "杜主管", "supervisor"),
    Person(PersonId("d-he"), "何苗", "desk"),
    Person(PersonId("a-it"), "信息科李工", "admin"),
    Person(PersonId("e-wang"), "王建工", "engineer"),
)


def policy(key: str, *categories: str, campus: str = "") -> Policy:
    """Return a contract of a scope, without promises."""
    campuses = frozenset({campus}) if campus else frozenset()
    return Policy(key, key, key, (), (), categories=frozenset(categories), campuses=campuses)


def a_site(*policies: Policy) -> Site:
    known = policies or (policy("office"),)
    return Site(
        id=SiteId("s"),
        name="医院",
        prefix="JN",
        zone="Asia/Shanghai",
        version="v",
        bot_names=("呼应",),
        campuses={"main": "本部"},
        zones={},
        chats={WORK: "工作群"},
        departments={DepartmentId("em"): Department(DepartmentId("em"), "急诊科")},
        people={person.id: person for person in PEOPLE},
        roster=Roster("Asia/Shanghai"),
        calendars={"24x7": WorkCalendar.always("Asia/Shanghai")},
        policies={each.key: each for each in known},
        default_policy="office",
    )


SITE = a_site()
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("李伟", ["e-li"]),
        ("@李伟 ", ["e-li"]),
        ("小李", ["e-li"]),
        ("李师傅", ["e-li"]),
        ("李工", ["e-li", "a-it"]),
        ("信息科李工", ["a-it"]),
        ("强哥", ["e-zhao"]),
        ("小欧阳", ["e-ou"]),
        ("小欧", []),
        ("小玲", ["n-wen"]),
        ("蒋主任", ["h-card"]),
        ("主任", []),
        ("小蒋", []),
        ("杜主管", ["s-du"]),
        ("小王", ["e-wang"]),
        ("建工", ["e-wang"]),
        ("张三", []),
        ("", []),
        (" @ ", []),
    ],
)
def test_a_colleague_is_found_by_the_ways_he_is_called(text: str, ids: list[str]) -> None:
    assert [person.id for person in SITE.person_named(text)] == ids


def test_everybody_answers_to_his_own_name() -> None:
    assert all(person.name in call_names(person.name) for person in PEOPLE)


def test_people_are_found_by_id_role_and_account() -> None:
    assert SITE.person(PersonId("e-li")).name == "李伟"
    assert SITE.find_person("nobody") is None
    assert SITE.find_person(None) is None
    assert SITE.find_handle("telegram", "2003") == PEOPLE[0]
    assert SITE.find_handle("wecom", "2003") is None
    assert [person.id for person in SITE.supervisors] == ["s-du"]
    assert [person.id for person in SITE.desks] == ["d-he"]
    with pytest.raises(KeyError):
        SITE.person(PersonId("nobody"))


@pytest.mark.parametrize(
    ("category", "campus", "key"),
    [
        ("printer", "main", "office"),
        ("clinical", "main", "his"),
        ("clinical", "east", "his-east"),
        ("facility", "east", "office"),
        (None, None, "office"),
    ],
)
def test_the_narrowest_contract_that_covers_the_work_counts(
    category: str | None, campus: str | None, key: str
) -> None:
    site = a_site(
        policy("all"),
        policy("his", "clinical"),
        policy("his-east", "clinical", campus="east"),
        policy("office"),
    )
    assert site.policy_for(category, campus).key == key


def test_a_contract_that_names_the_asset_goes_before_one_that_names_the_category() -> None:
    cabinets = replace(policy("cabinets"), assets=frozenset({"SS-*", "ZC-7"}))
    site = a_site(policy("his", "clinical", campus="main"), cabinets, policy("office"))
    for asset, key in (("SS-0301", "cabinets"), ("ZC-7", "cabinets"), ("ZC-77", "his")):
        assert site.policy_for("clinical", "main", asset).key == key
    assert site.policy_for("clinical", "main").key == "his"


@pytest.mark.parametrize(
    ("matter", "ground"),
    [
        (Matter("clinical", "main", None), {"category": "clinical", "campus": "main"}),
        (Matter("clinical", "main", "SS-1"), {"asset": "SS-1"}),
        (Matter("printer", "main", None), {"default": True}),
        (Matter(None, "", None), {"default": True}),
    ],
)
def test_what_brought_a_request_under_its_contract_is_what_the_contract_names(
    matter: Matter, ground: dict[str, object]
) -> None:
    cabinets = replace(policy("cabinets"), assets=frozenset({"SS-*"}))
    site = a_site(policy("his", "clinical", campus="main"), cabinets, policy("office"))
    assert ground_of(site, matter) == ground
    assert ground_of(a_site(), matter) == {}


def test_what_differs_by_campus_is_pinned_for_the_campus_of_the_ticket() -> None:
    rule = ClockRule(
        clock=ClockName.ARRIVAL,
        kinds=frozenset({TicketKind.REPORT}),
        anchor=EventKind.OPENED,
        stop=(EventKind.ARRIVED,),
        limit=timedelta(hours=2),
        clause="001",
        campuses=frozenset({"main"}),
    )
    far = replace(rule, limit=timedelta(hours=4), campuses=frozenset({"east"}))
    assert not rule.collides_with(far)
    both = Policy("office", "001", "", (), (rule, far))
    site = a_site(both)
    limits = {
        campus: [each.limit for each in site.terms_of(both, NOON, campus).policy.clocks]
        for campus in ("main", "east", "")
    }
    assert limits == {"main": [timedelta(hours=2)], "east": [timedelta(hours=4)], "": []}
    assert len({site.terms_of(both, NOON, campus).version for campus in limits}) == 3


def test_the_default_contract_takes_what_no_contract_covers() -> None:
    site = a_site(policy("his", "clinical"), policy("office", "printer"))
    assert site.policy_for("medgas", "main").key == "office"


@pytest.mark.parametrize(
    ("moment", "quiet"), [("21:59", False), ("22:00", True), ("03:00", True), ("07:00", False)]
)
def test_quiet_hours_pass_over_midnight_and_end_before_their_end(moment: str, quiet: bool) -> None:
    assert Schedules().is_quiet(time.fromisoformat(moment)) is quiet


def test_quiet_hours_may_lie_within_a_day() -> None:
    noon = Schedules(quiet_from=time(12), quiet_to=time(14))
    assert [noon.is_quiet(time(hour)) for hour in (11, 12, 13, 14)] == [False, True, True, False]


def test_the_wall_clock_is_that_of_the_site() -> None:
    assert SITE.local(datetime(2026, 11, 22, 16, tzinfo=UTC)).isoformat() == (
        "2026-11-23T00:00:00+08:00"
    )


def test_what_is_said_in_the_chat_lies_over_the_files_and_leaves_them_alone() -> None:
    changed = (
        SITE.with_aliases([(DepartmentId("em"), "绿色通道"), (DepartmentId("none"), "无")])
        .with_chats({ChatId("dept:em"): "急诊群"})
        .with_roster([RosterRow(PersonId("e-li"), RosterKind.LEAVE)])
    )
    assert changed.departments[DepartmentId("em")].aliases == ("绿色通道",)
    assert changed.chats == {"work": "工作群", "dept:em": "急诊群"}
    assert changed.roster.on_leave(datetime(2026, 1, 1, tzinfo=UTC)) == ("e-li",)
    assert SITE.departments[DepartmentId("em")].aliases == ()
    assert SITE.roster.rows == ()


def test_what_a_site_worked_out_is_not_taken_over_by_a_changed_one() -> None:
    assert SITE.desks
    others = {key: one for key, one in SITE.people.items() if one not in SITE.desks}
    assert replace(SITE, people=others).desks == ()
