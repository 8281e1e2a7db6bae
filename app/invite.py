"""`invite`: a code with which somebody's account is bound; also the first admin's way in."""

from datetime import datetime
from typing import TextIO

from app.database import check_schema, url_of
from app.settings import Settings
from core.ids import IdMaker
from core.people import Person
from core.site import Site
from core.usecases.invite_person import issue
from storage.site.reader import read_site
from storage.uow import Database


class UnknownPerson(Exception):
    """Nobody, or more than one, is meant: one Chinese line."""


async def run(settings: Settings, word: str, now: datetime, out: TextIO) -> int:
    """Print a code for the person of that id or name; return the exit code.

    Raises:
        UnknownPerson: there is no such person, or several.
        Unable: there is no database of this version.
        SiteFaults: the site's files cannot be used.
    """
    site = read_site(settings.site.dir)
    person = site.find_person(word) or _named(site, word)
    await check_schema(url_of(settings))
    database = Database(url_of(settings), site.id)
    try:
        async with database.unit(site, IdMaker(), now) as uow:
            code = await issue(person.id, by="operator", uow=uow, now=now)
    finally:
        await database.close()
    print(f"{person.name}的绑定码：{code}", file=out)
    print(f"两小时内在与助手的私聊里发“绑定 {code}”，只能用一次。", file=out)
    return 0


def _named(site: Site, word: str) -> Person:
    people = site.person_named(word)
    if len(people) != 1:
        raise UnknownPerson(f"没法确定“{word}”是哪一位，请写 people.csv 里的编号或全名。")
    return people[0]
