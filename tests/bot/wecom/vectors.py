"""The interoperability vectors, made by the vendor's documents, its own code and wechatpy."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[2] / "data" / "wecom_vectors.json"


@cache
def vectors() -> dict[str, Any]:
    """Return the whole file."""
    known: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return known


def messages() -> list[dict[str, str]]:
    """Return every message that has to open, each with its token and key."""
    known = vectors()
    shared = {"token": known["token"], "encoding_aes_key": known["encoding_aes_key"]}
    made = [
        *known["encrypted_by_wecom_crypto_js"]["cases"],
        *known["encrypted_by_wechatpy"]["cases"],
    ]
    return [*known["vendor_golden"], *({**shared, **case} for case in made)]
