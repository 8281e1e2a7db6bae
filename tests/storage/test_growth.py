"""What is closed costs nothing: neither a beat nor a report looks at more rows for it."""

from benchmarks.growth import cost_beside
from benchmarks.house import opened


async def test_a_hundred_times_as_many_closed_tickets_cost_no_more_rows() -> None:
    with opened() as house:
        await house.prepare()
        few = await cost_beside(house, 10, 9)
        many = await cost_beside(house, 10, 999)
    assert many.plans == few.plans
    for name, steps in few.steps.items():
        assert many.steps[name] <= 1.1 * steps, name
