"""Laws of leases and notes, on both engines."""

from datetime import timedelta

from tests.storage.conftest import Units
from tests.storage.samples import MINUTE, NOW

LATER = NOW + MINUTE


async def test_a_lease_is_one_holders_until_it_runs_out(unit: Units) -> None:
    async with unit() as uow:
        assert await uow.leases.hold("bot", "a", NOW, LATER)
        assert not await uow.leases.hold("bot", "b", NOW, LATER)
        assert await uow.leases.hold("other", "b", NOW, LATER)
        assert await uow.leases.holder_of("bot") == "a"
    async with unit() as uow:
        assert await uow.leases.hold("bot", "a", NOW + MINUTE / 2, LATER + MINUTE)
        assert not await uow.leases.hold("bot", "b", LATER, LATER + MINUTE)
        assert await uow.leases.hold("bot", "b", LATER + MINUTE, LATER + 2 * MINUTE)
        assert not await uow.leases.hold("bot", "a", LATER + MINUTE, LATER + 2 * MINUTE)


async def test_a_lease_is_given_up_by_its_holder_alone(unit: Units) -> None:
    async with unit() as uow:
        await uow.leases.hold("bot", "a", NOW, LATER)
        await uow.leases.release("bot", "b")
        assert not await uow.leases.hold("bot", "b", NOW, LATER)
        await uow.leases.release("bot", "a")
        assert await uow.leases.holder_of("bot") is None
        assert await uow.leases.hold("bot", "b", NOW, LATER)


async def test_a_note_is_kept_replaced_and_forgotten_by_channel_and_key(unit: Units) -> None:
    async with unit() as uow:
        assert await uow.notes.get("wecom", "k") is None
        await uow.notes.put("wecom", "k", {"n": 1}, NOW)
        await uow.notes.put("wecom", "k", {"n": 2, "list": ["a"]}, NOW)
        await uow.notes.put("other", "k", {"n": 3}, NOW)
        assert await uow.notes.get("wecom", "k") == {"n": 2, "list": ["a"]}
        await uow.notes.put("wecom", "k", {}, NOW)
        assert await uow.notes.get("wecom", "k") is None
        assert await uow.notes.get("other", "k") == {"n": 3}


async def test_notes_that_nobody_touches_any_more_are_dropped(unit: Units) -> None:
    async with unit() as uow:
        await uow.notes.put("wecom", "old", {"n": 1}, NOW - timedelta(days=40))
        await uow.notes.put("wecom", "new", {"n": 2}, NOW)
        await uow.notes.forget("wecom", NOW - timedelta(days=30))
        assert await uow.notes.get("wecom", "old") is None
        assert await uow.notes.get("wecom", "new") == {"n": 2}
