"""The hospital in force: its files, what was said in the chat above them, and its reader."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from core.events import Facts
from core.ids import DepartmentId, PersonId
from core.ports import Overlays
from core.reach import Reach, handles_of, rooms_of
from core.roster import DayPart
from core.site import Site
from core.understanding.read import Reader
from core.usecases.keep_roster import LeaveRow
from storage.lexicons import read_lexicons
from storage.site.reader import read_site


@dataclass
class Hospital:
    """Replaced as a whole on a change, so that a message sees one state of it."""

    files: Site
    folder: Path
    site: Site
    reader: Reader
    learned: tuple[tuple[DepartmentId, str], ...] = ()
    """What departments are called beside the files."""
    reach: Reach = field(default_factory=Reach)
    """Which channels serve it; its rooms are laid over like all that was said in the chat."""

    @classmethod
    def load(cls, folder: Path) -> "Hospital":
        """Read the site directory.

        Raises:
            SiteFaults: with every fault of every file.
            LexiconFault: the site's own words cannot be used.
        """
        site = read_site(folder)
        return cls(site, folder, site, _reader(site, folder))

    def serve_on(self, reach: Reach) -> None:
        """Remember which channels serve it."""
        self.reach = reach
        self.site = self.site.with_reach(replace(reach, rooms=self.site.reach.rooms))

    async def replace_files(self, site: Site, overlays: Overlays) -> None:
        """Take a changed directory into use, with what was said in the chat laid over it.

        Raises:
            LexiconFault: the site's own words cannot be used; the old state stays.
        """
        reader = _reader(site, self.folder)
        await self._lay(site, reader, overlays)

    async def lay_over(self, overlays: Overlays) -> None:
        """Read what was said in the chat and lay it over the files."""
        await self._lay(self.files, self.reader, overlays)

    async def _lay(self, files: Site, reader: Reader, overlays: Overlays) -> None:
        rows = await overlays.all()
        leaves = [leave for kind, facts in rows if kind == "leave" if (leave := _leave(facts))]
        aliases = _aliases(rows)
        rooms = rooms_of(rows)
        titles = {room.chat: room.title or room.chat for room in rooms if room.is_live}
        site = (
            files.with_roster(leave.row() for leave in leaves)
            .with_aliases(aliases)
            .with_handles(handles_of(rows))
            .with_chats({**titles, **files.chats})
            .with_reach(replace(self.reach, rooms=rooms))
        )
        if aliases != self.learned or reader is not self.reader:
            reader = _reader(site, self.folder)
        self.files, self.site, self.reader, self.learned = files, site, reader, aliases


def _reader(site: Site, folder: Path) -> Reader:
    return Reader(read_lexicons(folder), list(site.departments.values()))


def _leave(facts: Facts) -> LeaveRow | None:
    first, last = facts.get("first"), facts.get("last")
    if not isinstance(first, str) or not isinstance(last, str):
        return None
    part = facts.get("part")
    return LeaveRow(
        PersonId(str(facts["person"])),
        date.fromisoformat(first),
        date.fromisoformat(last),
        DayPart(part) if isinstance(part, str) else None,
    )


def _aliases(rows: Sequence[tuple[str, Facts]]) -> tuple[tuple[DepartmentId, str], ...]:
    """Return the aliases that are still meant, the newest owner of each."""
    owners: dict[str, DepartmentId] = {}
    for kind, facts in rows:
        if kind == "alias":
            owners[str(facts["alias"])] = DepartmentId(str(facts["department"]))
        elif kind == "alias_dropped":
            owners.pop(str(facts["alias"]), None)
    return tuple((department, alias) for alias, department in owners.items())
