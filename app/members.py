"""`members`: whom the self-built application sees in WeCom, as rows for `people.csv`."""

import csv
from typing import TextIO

from app.faults import Unable
from app.settings import Settings
from app.wecom_check import app_fault
from bot.channels.wecom.faults import NoAnswer, NotLive, Refused
from storage.site.people import COLUMNS
from storage.site.reader import read_site


async def run(settings: Settings, out: TextIO, err: TextIO) -> int:
    """Print those whose account nobody in the site's files has; return the exit code.

    Role and department are left to whoever pastes the rows: WeCom does not know ours.

    Raises:
        Unable: no application is set up, or it does not answer.
        SiteFaults: the site's files cannot be used.
    """
    from app.wecom_parts import app_client

    if not settings.wecom.by_app:
        raise Unable("没有设置 [wecom.app]，读不了企业微信的成员。")
    known = {person.handles.get("wecom") for person in read_site(settings.site.dir).people.values()}
    client = app_client(settings.wecom)
    try:
        members = await client.members()
    except (Refused, NoAnswer, NotLive) as error:
        raise Unable(f"企业微信自建应用：{app_fault(error, settings.wecom)}") from None
    finally:
        client.close()
    rows = csv.DictWriter(out, COLUMNS.all, restval="", lineterminator="\n")
    rows.writeheader()
    missing = [member for member in members if member.id not in known]
    for member in missing:
        rows.writerow({"id": member.id, "name": member.name, "wecom": member.id})
    print(f"共 {len(members)} 人，{len(missing)} 人还不在 people.csv 里。", file=err)
    return 0
