"""A question offers whom the words speak for, the likest first, and always the sender's own."""

import pytest

from core.ids import DepartmentId
from core.places import Department
from core.understanding.directory import Directory
from core.understanding.options import Options, clues_of
from core.understanding.placement import MAX_OPTIONS


def department(key: str, name: str, building: str, floor: str, *aliases: str) -> Department:
    return Department(DepartmentId(key), name, "main", building, floor, aliases=aliases)


HOUSE = (
    department("fin", "财务科", "行政楼", "2"),
    department("hr", "人事科", "行政楼", "2"),
    department("ped1", "儿一科病区", "颐康楼", "3"),
    department("ped2", "儿二科病区", "颐康楼", "4"),
    department("ped-em", "儿科急诊", "门诊楼", "1"),
    department("ped-inf", "儿童输液室", "门诊楼", "1"),
    department("resp", "呼吸内科病区", "住院楼", "6"),
    department("card", "心内科病区", "住院楼", "5"),
    department("rad", "放射科", "门诊楼", "1"),
    department("reg", "挂号收费处", "门诊楼", "1"),
    department("lab", "检验科", "门诊楼", "3"),
    department("day", "日间手术中心", "门诊楼", "3"),
)


PLACES = frozenset({"护士站", "诊室", "病区"})


@pytest.fixture(scope="module")
def ranked() -> Options:
    return Options(Directory(HOUSE, (), {}), PLACES)


def offered(ranked: Options, text: str, given: tuple[str, ...], own: str) -> tuple[str, ...]:
    ids = tuple(map(DepartmentId, given))
    return ranked.best(clues_of(text, ids, (), frozenset()), DepartmentId(own))


@pytest.mark.parametrize(
    ("own", "text", "first"),
    [
        ("card", "儿科急证抢救车上那台注射泵一直滴滴响", "ped-em"),
        ("card", "彩务的打印机卡纸", "fin"),
        ("card", "楼上的打印机卡纸", "resp"),
        ("hr", "颐康3楼的打印机卡纸", "ped1"),
    ],
)
def test_whoever_the_words_speak_for_comes_first(
    ranked: Options, own: str, text: str, first: str
) -> None:
    assert offered(ranked, text, (), own)[0] == first


@pytest.mark.parametrize("text", ["儿科急证的注射泵一直响", "打印机卡纸", "3楼护士站打印机卡纸"])
@pytest.mark.parametrize("own", [each.id for each in HOUSE])
def test_the_senders_own_is_always_offered_among_a_few_that_differ(
    ranked: Options, own: str, text: str
) -> None:
    found = offered(ranked, text, ("ped1", "ped2", "resp", "lab"), own)
    assert own in found
    assert len(set(found)) == len(found) <= MAX_OPTIONS


def test_the_senders_own_stays_first_where_the_rules_offer_it_first(ranked: Options) -> None:
    assert offered(ranked, "打印机卡纸", ("card", "resp"), "card") == ("card", "resp")
    assert offered(ranked, "打印机卡纸", ("resp",), "card") == ("resp", "card")


def test_who_is_on_another_floor_is_not_offered_where_a_floor_is_named(ranked: Options) -> None:
    floor_of = {each.id: each.floor for each in HOUSE}
    found = offered(ranked, "3楼护士站打印机卡纸", ("lab", "day"), "reg")
    assert {floor_of[DepartmentId(each)] for each in found if each != "reg"} == {"3"}


def test_who_belongs_nowhere_is_offered_only_what_is_spoken_of(ranked: Options) -> None:
    given = (DepartmentId("ped1"), DepartmentId("ped2"))
    clues = clues_of("病区打印机卡纸", given, (), frozenset())
    assert ranked.best(clues, None) == given
