"""Callbacks open only if WeCom made them for us; the vendor's own vectors say what that means."""

import base64
import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.envelope import BadEnvelope, Envelope, Stamp, aes_key, open_media
from tests.bot.wecom.vectors import messages, vectors

TOKEN, KEY = str(vectors()["token"]), str(vectors()["encoding_aes_key"])
PEERS = Path(__file__).parents[2] / "peers"


def _stamp(case: dict[str, str]) -> Stamp:
    return Stamp(case["signature"], case["timestamp"], case["nonce"])


@pytest.mark.parametrize("case", messages(), ids=lambda case: case["name"])
def test_what_others_sealed_opens_to_what_they_meant(case: dict[str, str]) -> None:
    envelope = Envelope(case["token"], case["encoding_aes_key"], case["receiveid"])
    assert envelope.open(_stamp(case), case["encrypt"]) == case["plaintext"]


@pytest.mark.parametrize("case", vectors()["negative"], ids=lambda case: case["name"])
def test_what_is_wrong_is_refused_at_the_stage_where_it_is_wrong(case: dict[str, str]) -> None:
    envelope = Envelope(TOKEN, KEY, case["receiveid_expected"])
    with pytest.raises(BadEnvelope) as refused:
        envelope.open(_stamp(case), case["encrypt"])
    assert refused.value.stage == case["rejected_at"]


@pytest.mark.parametrize("case", vectors()["media"], ids=lambda case: case["name"])
def test_pictures_open_with_the_key_that_came_with_them(case: dict[str, str]) -> None:
    data = open_media(base64.b64decode(case["ciphertext_b64"]), case["aeskey"])
    assert data == base64.b64decode(case["plaintext_b64"])
    assert hashlib.md5(data).hexdigest() == case["plaintext_md5"]


@pytest.mark.parametrize("case", vectors()["media"], ids=lambda case: case["name"])
def test_a_torn_picture_is_no_picture(case: dict[str, str]) -> None:
    data = base64.b64decode(case["ciphertext_b64"])
    with pytest.raises(BadEnvelope):
        open_media(data[:-5], case["aeskey"])
    with pytest.raises(BadEnvelope):
        open_media(b"", case["aeskey"])


def test_the_query_of_the_verification_is_decoded_once() -> None:
    known = vectors()["get_verification"]
    query = {name: values[0] for name, values in parse_qs(known["query"]).items()}
    stamp = Stamp(query["msg_signature"], query["timestamp"], query["nonce"])
    assert Envelope(TOKEN, KEY).open(stamp, query["echostr"]) == known["expected_body"]


@given(message=st.text(max_size=200), nonce=st.text("0123456789", min_size=1, max_size=10))
def test_what_we_seal_we_open(message: str, nonce: str) -> None:
    envelope = Envelope(TOKEN, KEY, "ww1")
    sealed = envelope.seal(message, nonce=nonce, timestamp=1_798_765_432)
    stamp = Stamp(sealed.signature, str(sealed.timestamp), sealed.nonce)
    assert envelope.open(stamp, sealed.encrypted) == message


@given(garbage=st.binary(max_size=96))
def test_a_signed_envelope_of_anything_is_a_message_or_a_bad_envelope(garbage: bytes) -> None:
    envelope = Envelope(TOKEN, KEY)
    encrypted = base64.b64encode(garbage).decode()
    signature = envelope._signature("1", "2", encrypted)
    with pytest.raises(BadEnvelope):
        envelope.open(Stamp(signature, "1", "2"), encrypted)


@pytest.mark.parametrize("written", ["", "short", "é" * 43, "!" * 43, KEY[:42], KEY + "AAAA"])
def test_a_key_of_another_length_is_none(written: str) -> None:
    with pytest.raises(ValueError, match="not"):
        aes_key(written)


@pytest.mark.parametrize("written", [KEY, KEY.rstrip("=") + "=", KEY.rstrip("=")])
def test_a_key_may_come_with_its_padding_or_without(written: str) -> None:
    assert len(aes_key(written)) == 32


def _peer() -> Path:
    """Return the vendor's package for Node, where both are installed."""
    if shutil.which("node") is None:
        pytest.skip("Node is not installed: @wecom/crypto cannot be asked")
    package = PEERS / "node_modules" / "@wecom" / "crypto"
    if not package.is_dir():
        pytest.skip("@wecom/crypto is not installed: npm install --prefix tests/peers")
    return package


def test_the_vendors_own_code_reads_our_envelopes_and_we_read_its() -> None:
    package = _peer()
    said = ["", "{}", "3楼打印机卡纸😀", "x" * 12, "报" * 6000]
    ours = [
        Envelope(TOKEN, KEY, "ww1").seal(each, nonce="77", timestamp=1_798_765_432) for each in said
    ]
    asked = {
        "token": TOKEN,
        "key": KEY.rstrip("="),
        "said": said,
        "ours": [each.encrypted for each in ours],
    }
    ran = subprocess.run(
        ["node", str(PEERS / "wecom_crypto.js"), str(package)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answer = json.loads(ran.stdout)
    assert answer["opened"] == said
    assert answer["signed"] == [each.signature for each in ours]
    for words, theirs in zip(said, answer["sealed"], strict=True):
        stamp = Stamp(theirs["signature"], "1798765432", "77")
        assert Envelope(TOKEN, KEY, "ww1").open(stamp, theirs["encrypt"]) == words
