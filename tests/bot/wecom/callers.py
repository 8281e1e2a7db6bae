"""WeCom calling us: callbacks sealed as the platform seals them, and their answers opened."""

import json
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

from bot.channels.wecom.envelope import Envelope, Stamp
from tests.bot.wecom.vectors import vectors

TOKEN, KEY = str(vectors()["token"]), str(vectors()["encoding_aes_key"])


@dataclass
class Caller:
    """Calls one address of ours."""

    client: ClientSession
    path: str
    """The whole address."""
    envelope: Envelope
    is_xml: bool = False
    at: float | None = None
    """When it says it is; now unless given."""

    def query(self, encrypted: str, nonce: str = "77") -> dict[str, str]:
        """Return what stands beside an encrypted text."""
        when = str(int(self.at if self.at is not None else time.time()))
        signature = self.envelope._signature(when, nonce, encrypted)
        return {"msg_signature": signature, "timestamp": when, "nonce": nonce}

    def sealed(self, text: str) -> str:
        """Return a text encrypted."""
        return self.envelope.seal(text, nonce="77", timestamp=1).encrypted

    async def tell(self, message: Any, **query: str) -> tuple[int, Any]:
        """Call with a message; return the status and the opened answer, if there is any."""
        text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
        encrypted = self.sealed(text)
        body: Any = json.dumps({"encrypt": encrypted})
        if self.is_xml:
            inner = "<ToUserName>ww1</ToUserName><AgentID>1000002</AgentID>"
            body = f"<xml>{inner}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        answer = await self.client.post(self.path, params=self.query(encrypted) | query, data=body)
        words = await answer.text()
        return answer.status, self.opened(words) if words else None

    def opened(self, words: str) -> Any:
        """Return an answer's content, its signature and form checked."""
        fields = json.loads(words)
        assert set(fields) == {"encrypt", "msgsignature", "timestamp", "nonce"}
        assert isinstance(fields["timestamp"], int)
        stamp = Stamp(fields["msgsignature"], str(fields["timestamp"]), fields["nonce"])
        return json.loads(self.envelope.open(stamp, fields["encrypt"]))
