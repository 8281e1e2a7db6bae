"""Files that go with a message: from our store, as many as fit into a call.

Source: Bot API, "sendMediaGroup" (2 to 10 items), "sendPhoto", "sendDocument", "sendVoice".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from telegram import InputFile, InputMediaDocument, InputMediaPhoto

from bot.channels.telegram.addresses import Address
from bot.channels.telegram.drafts import target

_MOST: Final = 10
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".webp")
_RECORDINGS: Final = (".ogg",)


class MediaReader(Protocol):
    """Reads what was kept."""

    async def get(self, key: str) -> bytes | None:
        """Return the bytes, None where there are none under the key."""
        ...


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file out of the store."""

    data: bytes
    name: str

    @property
    def is_picture(self) -> bool:
        """Whether Telegram shows it as a photo."""
        return self.name.endswith(_PICTURES)

    @property
    def kind(self) -> str:
        """What Telegram calls it: also the parameter that holds it."""
        if self.is_picture:
            return "photo"
        return "voice" if self.name.endswith(_RECORDINGS) else "document"

    @property
    def upload(self) -> InputFile:
        """The file as a parameter of a call."""
        return InputFile(self.data, filename=self.name)


@dataclass(frozen=True, slots=True)
class Upload:
    """One call, and how many messages it becomes."""

    method: str
    parameters: dict[str, Any]
    number: int


@dataclass(frozen=True, slots=True)
class Albums:
    """Reads attachments and lays them out in calls."""

    media: MediaReader

    async def open(self, keys: Sequence[str]) -> list[Attachment]:
        """Return the files that are still there, named by their place and kind."""
        found = [(key, await self.media.get(key)) for key in keys]
        return [
            Attachment(data, f"{number}.{key.rpartition('.')[2]}")
            for number, (key, data) in enumerate(found, 1)
            if data is not None
        ]


def uploads(
    files: Sequence[Attachment], address: Address, reply_to: int, *, silent: bool
) -> list[Upload]:
    """Return the calls that post the files as answers to a message, pictures first."""
    where = target(address, reply_to=reply_to, silent=silent)
    calls = []
    for group in _groups(files):
        if len(group) == 1:
            (file,) = group
            method = f"send{file.kind.title()}"
            calls.append(Upload(method, where | {file.kind: file.upload}, 1))
        else:
            media = [_as_member(each) for each in group]
            calls.append(Upload("sendMediaGroup", where | {"media": media}, len(group)))
    return calls


def _groups(files: Sequence[Attachment]) -> Iterator[list[Attachment]]:
    """Yield groups that one call can take; kinds do not mix, and recordings go one by one."""
    for kind, most in (("photo", _MOST), ("document", _MOST), ("voice", 1)):
        alike = [each for each in files if each.kind == kind]
        for start in range(0, len(alike), most):
            yield alike[start : start + most]


def _as_member(file: Attachment) -> InputMediaPhoto | InputMediaDocument:
    kind = InputMediaPhoto if file.is_picture else InputMediaDocument
    return kind(file.data, filename=file.name)
