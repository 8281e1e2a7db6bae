"""A language model on the loopback: an HTTP server that answers as told and keeps the questions."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Manner = Callable[["ModelServer"], Awaitable[web.StreamResponse]]


@dataclass
class ModelServer:
    """Remembers bodies and headers of all requests."""

    manner: Manner
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once it was asked."""

    @property
    def shown(self) -> list[dict[str, str]]:
        """What was put before the model, the messages alone."""
        return [json.loads(body["messages"][1]["content"]) for body in self.asked]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.headers.append(dict(request.headers))
        self.came.set()
        return await self.manner(self)


def says(content: object) -> Manner:
    """Answer in the form of the protocol: text as it is, anything else as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)

    async def answer(_: ModelServer) -> web.StreamResponse:
        return web.json_response({"choices": [{"message": {"content": text}}]})

    return answer


def returns(body: str, status: int = 200) -> Manner:
    """Answer with this body, whatever the protocol asks for."""

    async def answer(_: ModelServer) -> web.StreamResponse:
        return web.Response(text=body, status=status)

    return answer


def redirects(to: str) -> Manner:
    """Send whoever asks elsewhere."""

    async def answer(_: ModelServer) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect(to)

    return answer


async def never(server: ModelServer) -> web.StreamResponse:
    """Take the question and keep silent until the server stops."""
    await server.stopped.wait()
    return web.Response(status=503)


@asynccontextmanager
async def a_model(manner: Manner) -> AsyncIterator[ModelServer]:
    """Run a model of these manners."""
    model = ModelServer(manner)
    application = web.Application()
    application.router.add_post("/v1/chat/completions", model.handle)
    server = TestServer(application)
    await server.start_server()
    model.url = str(server.make_url("/v1"))
    try:
        yield model
    finally:
        model.stopped.set()
        await server.close()
