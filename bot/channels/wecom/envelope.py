"""The envelope of WeCom callbacks: signed, encrypted, and opened only if every part is right.

The cipher and the sealing are wechatpy's. Ours come before and after them: the signature is
compared in constant time before anything is decoded, and padding, length and receiver are held to
the letter, where the library takes what it finds. Whatever is wrong is one `BadEnvelope`.
Source: WeCom developer documents, "Callback encryption" (path 90968 and 101033).
"""

import base64
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from typing import Final

from wechatpy.crypto.base import WeChatCipher
from wechatpy.enterprise.crypto import PrpCrypto

BLOCK: Final = 32
"""Bytes that the padding fills up, twice the cipher's own block."""
KEY_CHARACTERS: Final = 43
"""Of an EncodingAESKey as the console shows it."""
_RANDOM: Final = 16
_HEAD: Final = _RANDOM + 4


class BadEnvelope(Exception):
    """The callback is not one that WeCom made for us. Holds the stage, for tests and logs."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage


@dataclass(frozen=True, slots=True)
class Sealed:
    """An answer, encrypted and signed."""

    encrypted: str
    signature: str
    timestamp: int
    """Seconds since 1970."""
    nonce: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands beside the encrypted text in the query of a callback."""

    signature: str
    timestamp: str
    nonce: str


def aes_key(written: str) -> bytes:
    """Return the 32 bytes that an EncodingAESKey or a picture's `aeskey` stands for.

    Both forms are taken: 43 characters as the console shows it, 44 with its padding. The two
    surplus bits of the last character may be set; keys in the vendor's own samples have them.

    Raises:
        ValueError: it is no such key.
    """
    try:
        key = base64.b64decode(written.rstrip("=") + "=", validate=True)
    except ValueError as error:
        raise ValueError("not base64") from error
    if len(key) != BLOCK:
        raise ValueError("not 32 bytes")
    return key


class Envelope:
    """Opens what comes for one receiver and seals what goes back."""

    def __init__(self, token: str, key: str, receiver: str = "") -> None:
        """Take token and EncodingAESKey as the console shows them.

        `receiver` is the CorpID for an application, empty for a bot of the own enterprise.

        Raises:
            ValueError: the key is none.
        """
        self._token = token
        self._receiver = receiver
        self._crypto = _Unguessable(aes_key(key))

    def is_signed(self, stamp: Stamp, encrypted: str) -> bool:
        """Return whether the signature is ours; the time it takes tells nothing about it."""
        wanted = self._signature(stamp.timestamp, stamp.nonce, encrypted)
        given = stamp.signature.encode("utf-8", "surrogatepass")
        return hmac.compare_digest(wanted.encode(), given)

    def open(self, stamp: Stamp, encrypted: str) -> str:
        """Return the message.

        Raises:
            BadEnvelope: signature, encryption, form or receiver is wrong.
        """
        if not self.is_signed(stamp, encrypted):
            raise BadEnvelope("signature")
        content = _plain(self._crypto.cipher, _decoded(encrypted))
        if len(content) < _HEAD:
            raise BadEnvelope("decrypt")
        (length,) = struct.unpack(">I", content[_RANDOM:_HEAD])
        if length > len(content) - _HEAD:
            raise BadEnvelope("decrypt")
        message, receiver = content[_HEAD : _HEAD + length], content[_HEAD + length :]
        if not hmac.compare_digest(receiver, self._receiver.encode()):
            raise BadEnvelope("receiveid")
        try:
            return message.decode()
        except UnicodeDecodeError as error:
            raise BadEnvelope("decrypt") from error

    def seal(self, message: str, *, nonce: str, timestamp: int) -> Sealed:
        """Return the message encrypted and signed, under the nonce of the callback it answers."""
        encrypted = self._crypto.encrypt(message, self._receiver).decode()
        return Sealed(
            encrypted, self._signature(str(timestamp), nonce, encrypted), timestamp, nonce
        )

    def _signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        # Sorted as characters they stand as their bytes would.
        signed = "".join(sorted((self._token, timestamp, nonce, encrypted)))
        data = signed.encode("utf-8", "surrogatepass")
        return hashlib.sha1(data).hexdigest()  # noqa: S324 - the protocol's choice


class _Unguessable(PrpCrypto):
    """wechatpy's sealing, its first block from the system's generator."""

    def get_random_string(self) -> str:
        return secrets.token_hex(_RANDOM // 2)


def open_media(data: bytes, key: str) -> bytes:
    """Return a picture or file as its sender had it.

    Raises:
        BadEnvelope: it was not encrypted with this key, or is torn.
    """
    try:
        return _plain(WeChatCipher(aes_key(key)), data)
    except ValueError as error:
        raise BadEnvelope("key") from error


def _decoded(encrypted: str) -> bytes:
    try:
        return base64.b64decode(encrypted, validate=True)
    except ValueError as error:  # binascii.Error, and characters outside ASCII
        raise BadEnvelope("decrypt") from error


def _plain(cipher: WeChatCipher, data: bytes) -> bytes:
    """Return what was encrypted, its padding checked byte by byte and taken off."""
    if not data or len(data) % (BLOCK // 2):
        raise BadEnvelope("decrypt")
    padded: bytes = cipher.decrypt(data)
    amount = padded[-1]
    if not 1 <= amount <= BLOCK or padded[-amount:] != bytes([amount]) * amount:
        raise BadEnvelope("decrypt")
    return padded[:-amount]
