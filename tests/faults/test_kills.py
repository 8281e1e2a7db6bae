"""The small version of `python -m benchmarks.faults.kills`: the real process, five times killed."""

from pathlib import Path

from benchmarks.faults.kills import Plan, run


async def test_no_kill_loses_a_message_opens_a_ticket_twice_or_swallows_an_answer(
    tmp_path: Path,
) -> None:
    seen, verdict, server = await run(Plan(kills=5), tmp_path)
    assert seen.kills == 5
    assert len(seen.crowd.said) == 60
    assert verdict.tickets == 45
    assert {name: n for name, n in verdict.broken.items() if n} == {}
    assert server.errors() == []
    assert seen.exit_code == 0
