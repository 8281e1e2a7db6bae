"""`serve`: the whole assistant in one process, with the simulator on the loopback."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

from app import logs
from app.clock import SystemClock
from app.database import data_folder, migrate, url_of
from app.desk import Desk
from app.faults import Unable
from app.history import history
from app.hospital import Hospital
from app.model import advising
from app.personas import chats, personas
from app.platforms import platforms
from app.settings import Settings
from app.surroundings import Surroundings
from bot.channels.base import Photo
from bot.channels.web import WebChannel
from bot.media.pictures import SUFFIX, PictureRefused, check
from bot.model.advisor import Advisor
from bot.web.application import build_app, build_hooks
from core.errors import StaleTicket
from core.ids import IdMaker
from core.ports import UnitOfWork
from scheduler.metronome import Metronome
from storage.lexicons import LexiconFault
from storage.media import FolderMediaStore
from storage.site.watcher import SiteWatcher
from storage.uow import Database

log = structlog.get_logger(__name__)
_LOOK_SECONDS = 2.0
_GOODBYE_SECONDS = 2.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
CLOCK_ROW = "clock"
"""Overlay row that keeps how far the simulator's clock was put forward."""


async def run(settings: Settings) -> int:
    """Serve until interrupted; return the exit code.

    Raises:
        SiteFaults, LexiconFault: the site directory is faulty.
        Unable: the database, the port or a platform cannot be used.
    """
    logs.configure(settings.log.level, settings.log.format)
    hospital = Hospital.load(settings.site.dir)
    url = url_of(settings)
    if said := await migrate(url):
        print(said)
    try:
        async with (
            advising(settings.model) as advisor,
            _assistant(settings, hospital, url, advisor) as stopped,
        ):
            await stopped.wait()
    except BaseExceptionGroup as group:
        # One of the loops ended because the settings cannot work.
        if unable := _first_of(group, Unable):
            raise unable from None
        raise
    return 0


def _first_of(group: BaseExceptionGroup[BaseException], kind: type[Unable]) -> Unable | None:
    """Return the first exception of a kind, however deep it lies."""
    for error in group.exceptions:
        found = _first_of(error, kind) if isinstance(error, BaseExceptionGroup) else error
        if isinstance(found, kind):
            return found
    return None


@contextlib.asynccontextmanager
async def _assistant(
    settings: Settings, hospital: Hospital, url: str, advisor: Advisor | None
) -> AsyncIterator[asyncio.Event]:
    clock = SystemClock()
    ids = IdMaker()
    media = FolderMediaStore(data_folder(url) / "media")
    database = Database(url, hospital.files.id)

    def units(now: datetime) -> contextlib.AbstractAsyncContextManager[UnitOfWork]:
        return database.unit(hospital.site, ids, now)

    around = Surroundings(hospital, clock, media, photo_store(media), units)
    try:
        async with platforms(settings, around) as found:
            shows_page = settings.web.enabled and (settings.web.simulator or not found)
            page = WebChannel(clock, bot_name=hospital.site.bot_names[0], ids=ids)
            home = page if shows_page or not found else None
            desk = Desk(hospital, database, home, clock, ids, advisor, found)
            if not found:
                clock.ahead = await _clock_ahead(desk)
            await desk.prepare()
            # What was read to begin with stays for good: no collection has to look at it.
            gc.freeze()
            gc.enable()
            if home:
                page.restore(await history(desk))
            app = _page(desk, page, media) if shows_page else build_hooks(_hooks(desk))
            # Whoever reads that it has started may stop it at once.
            stopped = _asked_to_stop()
            async with _running(settings, desk, page), _listening(settings, app):
                yield stopped
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def _running(settings: Settings, desk: Desk, page: WebChannel) -> AsyncIterator[None]:
    """Keep the loops of the assistant going."""
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(page.run(desk.intake.deliver)),
            tasks.create_task(desk.run()),
            tasks.create_task(_watch(desk, settings.site.dir)),
        ]
        metronome = Metronome(desk.unit, desk.clock, desk.wake)
        metronome.start()
        try:
            yield
        finally:
            metronome.stop()
            for task in running:
                task.cancel()


def _hooks(desk: Desk) -> list[web.AbstractRouteDef]:
    return [route for platform in desk.platforms for route in platform.routes]


def _page(desk: Desk, page: WebChannel, media: FolderMediaStore) -> web.Application:
    site, clock = desk.hospital.site, desk.clock
    assert isinstance(clock, SystemClock)
    return build_app(
        page,
        personas=personas(site),
        chats=chats(site),
        media=media,
        store_photo=photo_store(media),
        clock=clock,
        zone=ZoneInfo(site.zone),
        jump=_jumper(desk, clock),
        allow_jump=not desk.platforms,
        hooks=_hooks(desk),
    )


@contextlib.asynccontextmanager
async def _listening(settings: Settings, app: web.Application) -> AsyncIterator[None]:
    if not settings.web.enabled:
        print("呼应已启动（按 Ctrl+C 停止）", flush=True)
        yield
        return
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GOODBYE_SECONDS)
    await runner.setup()
    try:
        listener = web.TCPSite(runner, settings.web.host, settings.web.port)
        try:
            await listener.start()
        except OSError as error:
            raise Unable(
                f"端口 {settings.web.port} 用不了，可能被占用；换一个：--port 8081"
            ) from error
        if settings.web.host not in _LOOPBACK:
            log.warning("page_open_to_network", host=settings.web.host)
        address = f"http://{settings.web.host}:{_port(runner)}"
        print(f"呼应已启动：{address} （按 Ctrl+C 停止）", flush=True)
        yield
    finally:
        await runner.cleanup()


def _port(runner: web.AppRunner) -> int:
    address = runner.addresses[0]
    return int(address[1])


def photo_store(media: FolderMediaStore) -> Callable[[bytes, str], Awaitable[Photo]]:
    """Return what checks a picture, draws it anew and keeps it."""

    async def store(data: bytes, name: str) -> Photo:
        try:
            picture = await asyncio.to_thread(check, data, name)
        except PictureRefused as refused:
            return Photo("", name, refused.code)
        return Photo(await media.put(picture.data, SUFFIX), name)

    return store


def _jumper(desk: Desk, clock: SystemClock) -> Callable[[timedelta], Awaitable[None]]:
    """Return what puts the clock forward, stopping at every instant at which something is due."""
    turn = asyncio.Lock()

    async def jump(by: timedelta) -> None:
        async with turn:
            target = clock() + by
            while True:
                now = clock()
                async with desk.unit(now) as uow:
                    due = await uow.timers.next_due()
                if due is None or due > target:
                    break
                if due > now:
                    clock.ahead += due - now
                with contextlib.suppress(StaleTicket):
                    await desk.beat()
                await _say_all(desk)
            clock.ahead += max(timedelta(0), target - clock())
            await _keep_clock(desk, clock)

    return jump


async def _say_all(desk: Desk) -> None:
    while await desk.deliver_waiting():
        pass


async def _keep_clock(desk: Desk, clock: SystemClock) -> None:
    now = clock()
    async with desk.unit(now) as uow:
        facts = {"seconds": clock.ahead.total_seconds()}
        await uow.overlays.add(CLOCK_ROW, facts, by="simulator", now=now)


async def _clock_ahead(desk: Desk) -> timedelta:
    """Return how far the clock was put forward before the last stop."""
    async with desk.unit(desk.clock()) as uow:
        rows = await uow.overlays.all()
    seconds = [facts["seconds"] for kind, facts in rows if kind == CLOCK_ROW]
    newest = seconds[-1] if seconds else 0
    return timedelta(seconds=float(newest) if isinstance(newest, int | float) else 0)


async def _watch(desk: Desk, folder: Path) -> None:
    """Load changes of the site directory; a broken one keeps the hospital as it was."""
    watcher = SiteWatcher(folder, desk.hospital.files.version)
    told: tuple[object, ...] = ()
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        try:
            changed = await asyncio.to_thread(watcher.poll)
            if changed is not None:
                await desk.load(changed)
                log.info("site_reloaded", version=changed.version[:12])
        except LexiconFault as fault:
            log.warning("site_change_refused", file=fault.path, where=fault.where)
        except Exception as error:
            log.exception("site_watch_failed", error=type(error).__name__)
        if watcher.faults and watcher.faults != told:
            log.warning("site_change_refused", faults=len(watcher.faults))
        told = watcher.faults


def _asked_to_stop() -> asyncio.Event:
    """Return what is set once somebody asks the process to end."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C interrupts instead
            loop.add_signal_handler(number, stopped.set)
    return stopped
