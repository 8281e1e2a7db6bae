import asyncio
from pathlib import Path

import pytest

from storage.media import FolderMediaStore


def files_below(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


async def test_what_was_put_comes_back(tmp_path: Path) -> None:
    store = FolderMediaStore(tmp_path / "media")
    assert await store.get(await store.put(b"photo", ".jpg")) == b"photo"


async def test_the_same_bytes_twice_are_one_file(tmp_path: Path) -> None:
    store = FolderMediaStore(tmp_path)
    first = await store.put(b"photo", ".jpg")
    assert await store.put(b"photo", ".jpg") == first
    assert len(files_below(tmp_path)) == 1


async def test_the_same_bytes_at_the_same_moment_are_one_file(tmp_path: Path) -> None:
    stores = [FolderMediaStore(tmp_path) for _ in range(8)]
    keys = await asyncio.gather(*(store.put(b"photo", ".jpg") for store in stores))
    assert len(set(keys)) == 1
    assert len(files_below(tmp_path)) == 1


async def test_other_bytes_have_another_key(tmp_path: Path) -> None:
    store = FolderMediaStore(tmp_path)
    assert await store.put(b"one", ".jpg") != await store.put(b"two", ".jpg")


async def test_what_was_put_is_found_after_a_restart(tmp_path: Path) -> None:
    key = await FolderMediaStore(tmp_path).put(b"photo", ".jpg")
    assert await FolderMediaStore(tmp_path).get(key) == b"photo"


async def test_a_key_of_nothing_gives_nothing(tmp_path: Path) -> None:
    assert await FolderMediaStore(tmp_path).get("0" * 64 + ".jpg") is None


@pytest.mark.parametrize(
    "key",
    [
        "../secret.txt",
        "..",
        "/etc/passwd",
        "",
        "a\0b",
        "ab/../../secret.txt",
        "0" * 64,
        "0" * 64 + ".jpg/../../../secret.txt",
        "0" * 64 + ".jpg\n",
    ],
)
async def test_a_key_not_of_ours_reaches_no_file(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret.txt").write_bytes(b"secret")
    assert await FolderMediaStore(tmp_path / "media").get(key) is None


@pytest.mark.parametrize("suffix", ["", "jpg", ".", ".JPG", "./x", ".jpg/..", ".toolong", ".j\n"])
async def test_a_suffix_that_is_none_is_refused(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ValueError, match="not a suffix"):
        await FolderMediaStore(tmp_path).put(b"photo", suffix)
    assert files_below(tmp_path) == []


async def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    root = tmp_path / "media"
    root.write_bytes(b"a file where the folder should be")
    with pytest.raises(OSError, match="media"):
        await FolderMediaStore(root).put(b"photo", ".jpg")
    assert files_below(tmp_path) == [root]


async def test_a_draft_left_by_a_killed_process_is_no_file_of_the_store(tmp_path: Path) -> None:
    store = FolderMediaStore(tmp_path)
    key = await store.put(b"photo", ".jpg")
    path = tmp_path / key[:2] / key
    path.rename(path.with_name(path.name + ".0123.part"))
    assert await store.get(key) is None
    assert await store.put(b"photo", ".jpg") == key
    assert await store.get(key) == b"photo"
