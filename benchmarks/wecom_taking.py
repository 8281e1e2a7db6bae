"""The way in of WeCom's callbacks alone: verified, decrypted, kept on the disk, answered.

Run as a program (`DATABASE`) it prints its address and serves until it is ended; what it kept is
not worked on.
"""

import asyncio
import gc
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from app import logs
from app.desk import Desk
from app.hospital import Hospital
from app.serve import photo_store
from app.settings_wecom import WeComCallbackSettings, WeComSettings
from app.surroundings import Surroundings
from app.wecom_parts import Workshop
from benchmarks.said import SITE
from benchmarks.wecom_calls import KEY, PATH, TOKEN
from bot.web.application import build_hooks
from core.ids import IdMaker
from storage.media import FolderMediaStore
from storage.schema import upgrade
from storage.uow import Database


def _now() -> datetime:
    return datetime.now(UTC)


async def main(database: Path) -> None:
    """Serve on a free port of the loopback, the database in that file."""
    logs.configure("warning", "json")
    url = f"sqlite+aiosqlite:///{database}"
    await upgrade(url)
    hospital, ids = Hospital.load(SITE), IdMaker()
    store, media = Database(url, hospital.files.id), FolderMediaStore(database.parent / "media")

    def units(now: datetime) -> Any:
        return store.unit(hospital.site, ids, now)

    called = WeComCallbackSettings(token=SecretStr(TOKEN), aes_key=SecretStr(KEY), path=PATH)
    around = Surroundings(hospital, _now, media, photo_store(media), units)
    channel = Workshop(WeComSettings(callback=called), around).channel
    desk = Desk(hospital, store, None, _now, ids, None, [channel])
    await desk.prepare()
    # As `serve` does once it is ready.
    gc.freeze()
    runner = web.AppRunner(build_hooks(list(channel.routes)), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}", flush=True)
    await channel.listen(desk.receivers[0].receive)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
