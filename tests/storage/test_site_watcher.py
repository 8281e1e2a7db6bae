"""Laws of the watcher: sound edits are taken, broken ones keep the hospital as it was."""

import os
from pathlib import Path

import pytest

from storage.site.reader import read_site
from storage.site.watcher import SiteWatcher
from tests.storage.site_files import SiteFiles


@pytest.fixture
def files(tmp_path: Path) -> SiteFiles:
    return SiteFiles(tmp_path / "hospital")


def test_what_is_in_use_already_is_not_given_again(files: SiteFiles) -> None:
    watcher = SiteWatcher(files.folder, read_site(files.folder).version)
    assert watcher.poll() is None
    assert watcher.poll() is None


def test_a_sound_edit_is_given_once(files: SiteFiles) -> None:
    watcher = SiteWatcher(files.folder, read_site(files.folder).version)
    files.replace("people.csv", "甲工", "丙丁师傅")
    site = watcher.poll()
    assert site is not None
    assert "丙丁师傅" in {person.name for person in site.people.values()}
    assert watcher.poll() is None


def test_a_broken_edit_gives_its_faults_and_no_hospital_until_it_is_mended(
    files: SiteFiles,
) -> None:
    watcher = SiteWatcher(files.folder, read_site(files.folder).version)
    files.replace("people.csv", "nurse,em,", "nurse,emergency,")
    assert watcher.poll() is None
    assert [fault.path for fault in watcher.faults] == ["people.csv"]
    files.replace("people.csv", "nurse,emergency,", "nurse,ward-im,")
    assert watcher.poll() is not None
    assert watcher.faults == ()


def test_an_edit_taken_back_leaves_the_hospital_in_use(files: SiteFiles) -> None:
    watcher = SiteWatcher(files.folder, read_site(files.folder).version)
    path = files.folder / "people.csv"
    before = path.read_bytes()
    path.write_bytes(b"broken")
    assert watcher.poll() is None
    path.write_bytes(before)
    assert watcher.poll() is None
    assert watcher.faults == ()


def test_a_file_of_the_same_size_but_another_time_is_read_again(files: SiteFiles) -> None:
    watcher = SiteWatcher(files.folder, read_site(files.folder).version)
    assert watcher.poll() is None
    path = files.folder / "people.csv"
    path.write_bytes(path.read_bytes().replace("甲工".encode(), "丙工".encode()))
    os.utime(path, ns=(1, 1))
    assert watcher.poll() is not None
