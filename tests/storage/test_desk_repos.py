"""Laws of timers, questions, claims, audit, terms, surveys and overlays, on both engines."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.calendar import WorkCalendar
from core.contract import Terms
from core.ids import ChatId, IdMaker, PersonId, TicketId
from core.policy import Policy
from core.questions import Option, Question, Topic
from core.site import WORK
from core.survey import SurveyAnswer, SurveyRound
from core.timers import Timer, TimerKind
from storage.tables import audit
from storage.uow import Database
from tests.storage.conftest import Units, failing
from tests.storage.samples import CHEN, HOUR, MINUTE, NOW, QIAN, SITE, ZHAO, a_ticket, a_timer


def timer(key: str, due: timedelta = MINUTE, owner: str = "o") -> Timer:
    return Timer(key, TimerKind.WARN, owner, NOW + due, urgent=True, facts={"b": 1, "a": "x"})


async def test_due_timers_come_by_instant_then_key_up_to_the_limit(unit: Units) -> None:
    async with unit() as uow:
        for each in (timer("c"), timer("A"), timer("b", HOUR), timer("a_"), timer("a:")):
            await uow.timers.put(each)
        assert await uow.timers.next_due() == NOW + MINUTE
        assert await uow.timers.due(NOW) == []
        due = await uow.timers.due(NOW + MINUTE)
        assert [each.key for each in due] == ["A", "a:", "a_", "c"]
        assert due[-1] == timer("c")
        assert len(await uow.timers.due(NOW + HOUR, limit=2)) == 2


async def test_timers_of_a_kind_come_by_key(unit: Units) -> None:
    async with unit() as uow:
        for each in (timer("b"), timer("a"), replace(timer("c"), kind=TimerKind.WAIT_OVER)):
            await uow.timers.put(each)
        assert await uow.timers.of_kind(TimerKind.WARN) == [timer("a"), timer("b")]


async def test_a_timer_put_again_replaces_and_one_dropped_is_gone(unit: Units) -> None:
    async with unit() as uow:
        await uow.timers.put(timer("a"))
        await uow.timers.put(timer("a", HOUR))
        await uow.timers.put(timer("b"))
        await uow.timers.drop(["b", "never"])
    async with unit() as uow:
        assert await uow.timers.due(NOW + HOUR) == [timer("a", HOUR)]
        await uow.timers.drop(["a"])
        assert await uow.timers.next_due() is None


async def test_a_save_replaces_the_timers_of_its_ticket_alone(unit: Units) -> None:
    one, two = a_ticket(1), a_ticket(2)
    async with unit() as uow:
        await uow.tickets.save(one, [a_timer(one, "x")])
        await uow.tickets.save(two, [a_timer(two, "y")])
    async with unit() as uow:
        await uow.tickets.save(await uow.tickets.get(one.id), [a_timer(one, "z")])
        left = await uow.timers.due(NOW + HOUR)
    assert {each.facts["clock"] for each in left} == {"y", "z"}


def question(key: str, **fields: object) -> Question:
    plain = Question(
        id=key,
        topic=Topic.DEPARTMENT,
        chat=WORK,
        person=CHEN,
        asked_at=NOW,
        expires_at=NOW + 5 * MINUTE,
        ticket=TicketId("t"),
        options=(Option("card", "心内科"), Option("icu", "重症")),
        facts={"text": "灯坏了"},
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


async def test_an_open_question_is_found_and_its_timer_runs(unit: Units) -> None:
    async with unit() as uow:
        await uow.questions.put(question("q1"))
        assert await uow.questions.get("q1") == question("q1")
        (running,) = await uow.timers.due(NOW + 5 * MINUTE)
    assert (running.kind, running.owner) == (TimerKind.QUESTION, "q1")


async def test_the_newest_question_to_a_person_in_a_chat_wins(unit: Units) -> None:
    async with unit() as uow:
        await uow.questions.put(question("q1"))
        await uow.questions.put(question("q2", asked_at=NOW + MINUTE, ticket=None))
        await uow.questions.put(question("q3", chat=ChatId("dm:n-chen")))
        newest = await uow.questions.newest(WORK, CHEN)
        assert newest is not None
        assert newest.id == "q2"
        assert await uow.questions.newest(WORK, "n-huang") is None
        assert {each.id for each in await uow.questions.about(TicketId("t"))} == {"q1", "q3"}


async def test_a_question_is_closed_once_and_its_timer_goes(unit: Units) -> None:
    async with unit() as uow:
        await uow.questions.put(question("q1"))
        assert await uow.questions.close("q1")
        assert not await uow.questions.close("q1")
        assert not await uow.questions.close("q9")
        assert await uow.questions.get("q1") is None
        assert await uow.timers.next_due() is None


async def test_a_claim_is_taken_by_exactly_one_of_many(database: Database) -> None:
    async def take() -> bool:
        async with database.unit(SITE, IdMaker(), NOW) as uow:
            return await uow.claims.take("digest:2026-11-23", NOW)

    assert sorted(await asyncio.gather(*(take() for _ in range(6)))) == [False] * 5 + [True]


async def test_a_claim_of_a_unit_that_failed_is_free(unit: Units) -> None:
    async with failing(unit()) as uow:
        assert await uow.claims.take("k", NOW)
    async with unit() as uow:
        assert await uow.claims.take("k", NOW)
        assert not await uow.claims.take("k", NOW)


async def test_terms_are_kept_once_and_read_as_they_were(
    database: Database, database_url: str, unit: Units
) -> None:
    terms = Terms.of(
        Policy("office", "t", "s", (), ()), {"24x7": WorkCalendar.always("Asia/Shanghai")}
    )
    for _ in range(2):
        async with unit() as uow:
            await uow.terms.keep(terms)
            assert await uow.terms.get(terms.version) == terms
    fresh = Database(database_url, SITE.id)
    async with fresh.unit(SITE, IdMaker(), NOW) as uow:
        assert await uow.terms.get(terms.version) == terms
        with pytest.raises(LookupError):
            await uow.terms.get("never")
    await fresh.close()


async def test_terms_of_a_unit_that_failed_are_not_remembered(unit: Units) -> None:
    terms = Terms.of(Policy("office", "t", "s", (), ()), {})
    async with failing(unit()) as uow:
        await uow.terms.keep(terms)
    async with unit() as uow:
        with pytest.raises(LookupError):
            await uow.terms.get(terms.version)


ROUND = SurveyRound("r1", "2026-11", (PersonId("h-card"), PersonId("h-icu")), NOW, NOW + HOUR)


def answer(person: str, dimension: str, score: int | None, text: str = "") -> SurveyAnswer:
    return SurveyAnswer("r1", PersonId(person), dimension, score, text, NOW)


async def test_a_period_has_one_round(unit: Units) -> None:
    async with unit() as uow:
        assert await uow.surveys.open(ROUND)
        assert not await uow.surveys.open(replace(ROUND, id="r2"))
        assert await uow.surveys.get("r1") == ROUND
        assert await uow.surveys.get("r2") is None


async def test_a_round_runs_until_it_is_published_once(unit: Units) -> None:
    later = replace(ROUND, id="r2", period="2026-12", opened_at=NOW + HOUR)
    async with unit() as uow:
        assert await uow.surveys.latest() is None
        await uow.surveys.open(later)
        await uow.surveys.open(ROUND)
        assert await uow.surveys.running() == [ROUND, later]
        assert await uow.surveys.publish("r1", NOW)
        assert not await uow.surveys.publish("r1", NOW)
        assert await uow.surveys.running() == [later]
        assert await uow.surveys.publish("r2", NOW + HOUR)
        assert await uow.surveys.latest() == replace(later, published_at=NOW + HOUR)


async def test_a_later_answer_to_the_same_dimension_replaces_the_first(unit: Units) -> None:
    async with unit() as uow:
        await uow.surveys.open(ROUND)
        for each in (
            answer("h-icu", "speed", 2),
            answer("h-card", "speed", 3),
            answer("h-card", "comment", None, "很好"),
            answer("h-card", "speed", 5),
        ):
            await uow.surveys.answer(each)
        assert await uow.surveys.answers("r1") == [
            answer("h-card", "comment", None, "很好"),
            answer("h-card", "speed", 5),
            answer("h-icu", "speed", 2),
        ]


async def test_overlays_come_back_oldest_first(unit: Units) -> None:
    async with unit() as uow:
        assert not uow.overlays.changed
        await uow.overlays.add("leave", {"person": ZHAO}, by=QIAN, now=NOW + MINUTE)
        await uow.overlays.add("alias", {"name": "五官"}, by=CHEN, now=NOW)
        assert await uow.overlays.all() == [
            ("alias", {"name": "五官"}),
            ("leave", {"person": ZHAO}),
        ]
        assert uow.overlays.changed


async def test_a_refusal_is_on_record(database: Database, unit: Units) -> None:
    async with unit() as uow:
        await uow.audit.note("refused", by=CHEN, now=NOW, ticket=TicketId("t"), action="done")
    async with database._store.transaction() as transaction:
        (row,) = (await transaction.execute(select(audit))).rows
    assert (row.kind, row.by, row.at, row.ticket) == ("refused", CHEN, NOW, "t")
    assert row.facts == {"action": "done"}


async def test_an_answer_that_is_taken_back_is_gone_and_no_other(unit: Units) -> None:
    first = SurveyAnswer("r1", PersonId("n-1"), "overall", 5, "", NOW)
    other = replace(first, person=PersonId("n-2"))
    async with unit() as uow:
        await uow.surveys.open(ROUND)
        await uow.surveys.answer(first)
        await uow.surveys.answer(other)
        await uow.surveys.retract("r1", PersonId("n-1"), "overall")
        await uow.surveys.retract("r1", PersonId("n-1"), "overall")
        assert await uow.surveys.answers("r1") == [other]
