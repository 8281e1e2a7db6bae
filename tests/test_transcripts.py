"""The specification: every conversation under `transcripts/` goes as it is written.

Those in a folder of their own are played at the hospital of that name in `data/sites/`.
"""

from pathlib import Path

import pytest

from app.settings import DEMO_SITE
from tests.transcript import play

FOLDER = Path(__file__).parent / "transcripts"
SITES = Path(__file__).parent / "data" / "sites"
CONVERSATIONS = sorted(
    path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.txt")
)
PARKED = "这条我没处理好"


def site_of(name: str) -> Path:
    hospital, _, _ = name.rpartition("/")
    return SITES / hospital if hospital else DEMO_SITE


def written(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", CONVERSATIONS)
async def test_a_conversation_goes_as_it_is_written(
    name: str, sqlite_url: str, *, updates_golden: bool
) -> None:
    played = await play(written(name), sqlite_url, FOLDER, site_of(name))
    assert PARKED not in played, "what fails is never written down as right"
    if updates_golden:
        (FOLDER / f"{name}.txt").write_text(played, "utf-8")
    assert played.splitlines() == written(name).splitlines()


@pytest.mark.postgres
@pytest.mark.parametrize("name", CONVERSATIONS)
async def test_a_conversation_goes_the_same_way_on_postgresql(name: str, postgres_url: str) -> None:
    played = await play(written(name), postgres_url, FOLDER, site_of(name))
    assert played.splitlines() == written(name).splitlines()
