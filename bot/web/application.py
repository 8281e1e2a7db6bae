"""The aiohttp applications: the simulator's page, its API and live line; what platforms call."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.channels.web import WebChannel
from bot.web.api import Api, Clockwork
from bot.web.forms import MAX_JSON_BYTES
from bot.web.guards import add_headers, loopback_only, own_page_only
from bot.web.photos import MediaReader, StorePhoto
from bot.web.refusals import refusals_in_json
from bot.web.stream import EventStream
from bot.web.views import ChatView, Persona

STATIC: Final = Path(__file__).with_name("static")
HEARTBEAT: Final = timedelta(seconds=15)


def build_app(
    channel: WebChannel,
    *,
    personas: Sequence[Persona],
    chats: Sequence[ChatView],
    media: MediaReader,
    store_photo: StorePhoto,
    clock: Callable[[], datetime],
    zone: ZoneInfo,
    jump: Callable[[timedelta], Awaitable[None]],
    allow_jump: bool,
    heartbeat: timedelta = HEARTBEAT,
    hooks: Sequence[web.AbstractRouteDef] = (),
) -> web.Application:
    """Return the application that plays `channel`; the caller binds it to the loopback.

    Args:
        hooks: where platforms call us; they may come by any name.
        clock: the hospital's time, aware.
        zone: the hospital's zone.
        jump: moves the hospital's clock forward and returns once what fell due is done.
        allow_jump: False while a real channel is on.
    """
    stream = EventStream(channel.transcript, clock, zone, heartbeat)
    clockwork = Clockwork(clock, zone, jump, allow_jump)
    api = Api(channel, stream, clockwork, personas, chats, media, store_photo)
    called = {hook.path for hook in hooks if isinstance(hook, web.RouteDef)}
    app = web.Application(
        middlewares=[refusals_in_json, *(_beside(called, each) for each in _PAGE_GUARDS)],
        client_max_size=MAX_JSON_BYTES,
    )
    app.add_routes(hooks)
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(stream.close)
    app.add_routes(
        [
            web.get("/", _page),
            web.get("/healthz", _health),
            web.get("/api/state", api.state),
            web.get("/api/events", stream.serve),
            web.post("/api/messages", api.post_message),
            web.post("/api/taps", api.tap),
            web.post("/api/edits", api.edit),
            web.post("/api/photos", api.upload_photo),
            web.post("/api/clock", api.jump),
            web.get("/media/{key}", api.show_media),
            web.static("/static", STATIC),
        ]
    )
    return app


def build_hooks(hooks: Sequence[web.AbstractRouteDef]) -> web.Application:
    """Return the application of an assistant without a page."""
    app = web.Application(client_max_size=MAX_JSON_BYTES)
    app.add_routes([web.get("/healthz", _health), *hooks])
    return app


_PAGE_GUARDS: Final = (loopback_only, own_page_only)


def _beside(paths: Collection[str], guard: Middleware) -> Middleware:
    """Return the guard for every path but these."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in paths:
            return await handler(request)
        return await guard(request, handler)

    return guarded


async def _page(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
