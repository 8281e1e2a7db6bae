"""A bare aiohttp server that reads a small POST and answers: what any callback costs at least.

Run as a program it prints its address and serves until it is ended.
"""

import asyncio

from aiohttp import web


async def _answer(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


async def main() -> None:
    """Serve on a free port of the loopback."""
    application = web.Application()
    application.router.add_post("/", _answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
