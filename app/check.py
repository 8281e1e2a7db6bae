"""`check`: says every fault of settings and site files at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, TextIO

from core.site import Site
from storage.lexicons import LexiconFault, read_lexicons
from storage.site.faults import Fault
from storage.site.reader import inspect_site

LEXICON: Final = "lexicon"
PASSED, FAILED = 0, 2


def check_site(folder: Path) -> tuple[list[Fault], Site | None]:
    """Return the faults and notes of a site directory, and the site where it has no fault."""
    reading = inspect_site(folder)
    words = list(_lexicon_faults(folder))
    return [*reading.faults, *words, *reading.notes], None if words else reading.site


def run(
    folder: Path, now: datetime, *, out: TextIO, err: TextIO, settings_faults: Sequence[str] = ()
) -> int:
    """Check a site directory as of an instant and return the exit code, 0 or 2.

    Faults go to `err`, one line each, those of the settings first; notes and what was found
    go to `out`.
    """
    findings, site = check_site(folder)
    if site is not None:
        findings += _provisional_years(site, now)
    faults = [*settings_faults, *(each.line() for each in findings if not each.note)]
    for line in faults:
        print(line, file=err)
    for each in findings:
        if each.note:
            print(f"提示：{each.line()}", file=out)
    if faults or site is None:
        return FAILED
    print(f"检查通过：{_contents(site)}", file=out)
    return PASSED


def _lexicon_faults(folder: Path) -> Iterator[Fault]:
    """Yield what is wrong with the words that the site adds to ours."""
    if not (folder / LEXICON).is_dir():
        return
    try:
        read_lexicons(folder)
    except LexiconFault as fault:
        yield Fault(f"{LEXICON}/{fault.path}", fault.where, fault.message)


def _provisional_years(site: Site, now: datetime) -> Iterator[Fault]:
    """Yield a note for each year whose holidays should be known by now."""
    for year in site.missing_holidays(now):
        problem = f"{year} 年的放假与调休还没有收录，暂按法定节日算，没有调休上班日"
        advice = "国务院公布后升级 chinesecalendar，或把各天填进 holidays.csv"
        yield Fault("holidays.csv", "", problem, advice, note=True)


def _contents(site: Site) -> str:
    counts = (
        (len(site.departments), "个科室"),
        (len(site.people), "个人"),
        (len(site.zones), "个片区"),
        (len(site.roster.rows), "行值班"),
        (len(site.policies), "份合同"),
        (len(site.assets), "件设备"),
        (len(site.stock), "种库存"),
    )
    return "、".join(f"{count} {word}" for count, word in counts)
