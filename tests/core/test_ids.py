"""Laws of the keys that we make."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from core.ids import IdMaker
from tests.factories import NINE

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(moments, min_size=2, max_size=30))
def test_keys_strictly_increase_even_when_the_clock_steps_back(instants: list[datetime]) -> None:
    maker = IdMaker.repeatable()
    keys = [maker.new(instant) for instant in instants]
    assert keys == sorted(set(keys))


@given(moments)
def test_a_key_is_a_uuid_of_version_7_that_tells_its_millisecond(instant: datetime) -> None:
    key = UUID(hex=IdMaker().new(instant))
    assert (key.version, key.variant) == (7, RFC_4122)
    assert key.int >> 80 == int(instant.timestamp() * 1000)


def test_more_keys_than_one_millisecond_holds_still_increase() -> None:
    maker = IdMaker.repeatable()
    keys = [maker.new(NINE) for _ in range(5000)]
    assert keys == sorted(set(keys))
    assert all(UUID(hex=key).version == 7 for key in keys[-10:])
    later = maker.new(NINE + timedelta(seconds=1))
    assert later > keys[-1]


def test_equal_seeds_and_instants_give_equal_keys() -> None:
    assert IdMaker.repeatable(3).new(NINE) == IdMaker.repeatable(3).new(NINE)
    assert IdMaker.repeatable(3).new(NINE) != IdMaker.repeatable(4).new(NINE)
