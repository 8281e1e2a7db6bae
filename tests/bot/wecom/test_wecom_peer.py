"""The platform of our own is held to the vendor's client, so that what passes it passes WeCom."""

import asyncio
import contextlib
import shutil
from pathlib import Path

import pytest

from tests.fakes.wecom import BOT_ID, SECRET, a_wecom

PEERS = Path(__file__).parents[2] / "peers"
GROUP = "wrPEERgroup"


def _sdk() -> Path:
    """Return the vendor's client for Node, where both are installed."""
    if shutil.which("node") is None:
        pytest.skip("Node is not installed: the vendor's client cannot be run")
    package = PEERS / "node_modules" / "@wecom" / "aibot-node-sdk"
    if not package.is_dir():
        pytest.skip("@wecom/aibot-node-sdk is not installed: npm install --prefix tests/peers")
    return package


async def test_the_vendors_own_client_gets_on_with_the_platform() -> None:
    package = _sdk()
    async with a_wecom() as fake:
        process = await asyncio.create_subprocess_exec(
            "node", str(PEERS / "wecom_sdk.js"), str(package), fake.ws_url, BOT_ID, SECRET
        )
        try:
            link = await fake.subscribed()
            text = {"msgtype": "text", "text": {"content": "@小修 没网"}}
            body = {"msgid": "M", "chatid": GROUP, "chattype": "group", "from": {"userid": "u"}}
            req_id = await fake.tell(body | text)
            await fake.until(lambda: len(fake.pushes) == 3)
            assert [key for key, _ in fake.replies] == [req_id]
            assert [each["msgtype"] for each in fake.pushes] == [
                "markdown",
                "template_card",
                "image",
            ]
            assert list(fake.uploads.values()) == [bytes([7]) * 600_000]
            await fake.press("T_1", "接单", "u", GROUP)
            await fake.until(lambda: len(fake.updates) == 1)
            await link.socket.close(code=1000)
            await fake.subscribed(2)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
