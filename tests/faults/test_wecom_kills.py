"""WeCom's callbacks, twenty times interrupted by SIGKILL."""

from pathlib import Path

from benchmarks.faults.wecom_kills import run


async def test_no_kill_loses_a_callback_or_opens_two_tickets_for_it(tmp_path: Path) -> None:
    seen = await run(20, 3, tmp_path)
    assert (seen.kills, seen.said) == (20, 60)
    assert {name: n for name, n in seen.verdict.broken.items() if n} == {}
    assert seen.verdict.tickets == 45
    assert seen.errors == []
    assert seen.exit_code == 0
