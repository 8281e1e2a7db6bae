"""Twenty times killed between the fetching of updates and their handling."""

from pathlib import Path

from benchmarks.faults.telegram_kills import run


async def test_no_kill_loses_an_update_or_has_it_handled_twice(tmp_path: Path) -> None:
    seen = await run(20, 5, tmp_path)
    assert seen.kills == 20
    assert len(seen.said) == 100
    assert seen.broken == {}
