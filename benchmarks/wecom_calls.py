"""Calls as WeCom makes them: sealed, signed, in the name of a member, and the settings for them."""

import csv
import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.channels.wecom.envelope import Envelope, Stamp

TOKEN: Final = "TokenOfTheBenchmark"
KEY: Final = "AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw"
PATH: Final = "/wecom/callback"


@dataclass(frozen=True, slots=True)
class Call:
    """One callback, ready to be posted."""

    params: dict[str, str]
    body: bytes


def call(envelope: Envelope, key: str, member: str, words: str) -> Call:
    """Return what WeCom posts when a member writes to the bot in private."""
    content = {
        "msgid": key,
        "aibotid": "B",
        "chattype": "single",
        "from": {"userid": member},
        "msgtype": "text",
        "text": {"content": words},
    }
    nonce, now = secrets.token_hex(5), int(time.time())
    sealed = envelope.seal(json.dumps(content, ensure_ascii=False), nonce=nonce, timestamp=now)
    stamp = Stamp(sealed.signature, str(now), nonce)
    params = {
        "msg_signature": stamp.signature,
        "timestamp": stamp.timestamp,
        "nonce": stamp.nonce,
    }
    return Call(params, json.dumps({"encrypt": sealed.encrypted}).encode())


def members(site: Path) -> dict[str, str]:
    """Return who is whom in WeCom, by person."""
    with (site / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row["wecom"] for row in csv.DictReader(file)}


def write_settings(file: Path, platform: str, corp_id: str, secret: str, agent: int) -> Path:
    """Write the settings of a hospital whose bot is called and whose answers go to `platform`."""
    lines = [
        '[log]\nformat = "json"',
        "[web]\nsimulator = false",
        '[wecom.bot]\nname = "小修"',
        f'[wecom.callback]\ntoken = "{TOKEN}"\naes_key = "{KEY}"\npath = "{PATH}"',
        f'[wecom.app]\ncorp_id = "{corp_id}"\nsecret = "{secret}"\nagent_id = {agent}',
        f'api_base = "{platform}"',
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
