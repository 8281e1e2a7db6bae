"""The specification: every conversation under `transcripts/` goes as it is written."""

from pathlib import Path

import pytest

from tests.transcript import play

FOLDER = Path(__file__).parent / "transcripts"
CONVERSATIONS = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
async def test_a_conversation_goes_as_it_is_written(
    path: Path, sqlite_url: str, *, updates_golden: bool
) -> None:
    written = path.read_text("utf-8")
    played = await play(written, sqlite_url, FOLDER)
    if updates_golden:
        path.write_text(played, "utf-8")
        return
    assert played.splitlines() == written.splitlines()


@pytest.mark.postgres
@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
async def test_a_conversation_goes_the_same_way_on_postgresql(
    path: Path, postgres_url: str
) -> None:
    written = path.read_text("utf-8")
    assert (await play(written, postgres_url, FOLDER)).splitlines() == written.splitlines()
