"""Laws of the messages that people put right, on both engines."""

from dataclasses import replace
from datetime import timedelta

from core.examples import Example, ExampleState, Field
from core.ids import DepartmentId, IdMaker, SiteId
from storage.uow import Database
from tests.storage.conftest import Units
from tests.storage.samples import CHEN, MINUTE, NOW, SITE

READ = {"act": "report", "category": "printer", "department": "card", "urgency": "normal"}
ONE = Example(
    id="00aa11",
    message="m1",
    field=Field.CATEGORY,
    text="光猫灯不亮",
    role="nurse",
    department=DepartmentId("card"),
    read=READ,
    right="network",
    by=CHEN,
    at=NOW,
)


async def test_what_was_put_right_comes_back_as_it_was_oldest_first(unit: Units) -> None:
    later = replace(ONE, id="00aa10", message="m2", department=None, at=NOW + MINUTE)
    async with unit() as uow:
        await uow.examples.put(later)
        await uow.examples.put(ONE)
    async with unit() as uow:
        assert await uow.examples.unseen() == [ONE, later]
    assert (ONE.was, later.right) == ("printer", "network")


async def test_a_message_has_one_example_for_each_field_and_the_last_word_counts(
    unit: Units,
) -> None:
    again = replace(ONE, id="00aa12", right="phone", at=NOW + MINUTE)
    other = replace(ONE, id="00aa13", field=Field.URGENCY, right="urgent")
    async with unit() as uow:
        await uow.examples.put(ONE)
        await uow.examples.mark(ONE.id, ExampleState.DROPPED)
        await uow.examples.put(other)
        await uow.examples.put(again)
        assert await uow.examples.about("m1") == [other, again]
        assert await uow.examples.unseen() == [other, again]


async def test_what_somebody_has_looked_at_is_listed_no_more_but_found(unit: Units) -> None:
    async with unit() as uow:
        await uow.examples.put(ONE)
        await uow.examples.mark(ONE.id, ExampleState.KEPT)
        assert await uow.examples.unseen() == []
        assert await uow.examples.ending("aa11") == [replace(ONE, state=ExampleState.KEPT)]


async def test_the_end_of_an_id_is_taken_as_it_stands(unit: Units) -> None:
    async with unit() as uow:
        await uow.examples.put(ONE)
        await uow.examples.put(replace(ONE, id="00bb11", message="m2"))
        assert len(await uow.examples.ending("11")) == 2
        for tail in ("%", "_1", "a11%", "zz"):
            assert await uow.examples.ending(tail) == []


async def test_only_what_nobody_has_looked_at_is_withdrawn(unit: Units) -> None:
    kept = replace(ONE, id="2", field=Field.ACT, right="chatter")
    late = replace(ONE, id="3", field=Field.URGENCY, right="urgent", at=NOW + MINUTE)
    elsewhere = replace(ONE, id="4", message="m2")
    async with unit() as uow:
        for each in (ONE, kept, late, elsewhere):
            await uow.examples.put(each)
        await uow.examples.mark(kept.id, ExampleState.KEPT)
        await uow.examples.withdraw("m1", since=NOW + timedelta(seconds=1))
        assert await uow.examples.unseen() == [ONE, elsewhere]
        await uow.examples.withdraw("m1", field=Field.URGENCY)
        assert await uow.examples.unseen() == [ONE, elsewhere]
        await uow.examples.withdraw("m1")
        assert await uow.examples.unseen() == [elsewhere]
        assert [each.id for each in await uow.examples.about("m1")] == [kept.id]


async def test_a_hospital_sees_and_changes_only_its_own(
    database: Database, database_url: str, unit: Units
) -> None:
    async with unit() as uow:
        await uow.examples.put(ONE)
    there = replace(SITE, id=SiteId("other"))
    other = Database(database_url, there.id)
    async with other.unit(there, IdMaker(), NOW) as uow:
        assert await uow.examples.unseen() == []
        await uow.examples.put(replace(ONE, right="phone"))
        await uow.examples.mark(ONE.id, ExampleState.DROPPED)
        await uow.examples.withdraw(ONE.message)
    await other.close()
    async with unit() as uow:
        assert await uow.examples.unseen() == [ONE]
