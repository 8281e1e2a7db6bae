"""What the page may send, checked before anything happens."""

import re
from datetime import time, timedelta
from typing import Annotated, Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.web.refusals import refuse, refuse_size

MAX_JSON_BYTES: Final = 512 * 1024
MAX_PHOTOS: Final = 9
LONGEST_JUMP: Final = timedelta(days=31)
MEDIA_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}(\.[a-z0-9]{1,8})?")
"""Names that the media store makes; nothing that could be a path."""

Form = TypeVar("Form", bound=BaseModel)
Id = Annotated[str, StringConstraints(min_length=1, max_length=128)]
OwnId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,64}$")]
MediaKey = Annotated[str, StringConstraints(pattern=f"^{MEDIA_KEY.pattern}$")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PhotoForm(_Form):
    """A picture uploaded before."""

    key: MediaKey
    name: str = Field(default="", max_length=255)


class MessageForm(_Form):
    """A message; `id` lets a client repeat it after a lost answer."""

    person: Id
    chat: Id
    text: str = ""
    photos: list[PhotoForm] = Field(default_factory=list, max_length=MAX_PHOTOS)
    reply_to: Id | None = None
    twice: bool = False
    id: OwnId | None = None


class TapForm(_Form):
    """A button pressed."""

    person: Id
    chat: Id
    message_id: Id
    label: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class EditForm(_Form):
    """A person's own message with a new text."""

    person: Id
    chat: Id
    message_id: Id
    text: str


class ClockForm(_Form):
    """How far the hospital's clock jumps: so many minutes, or to the next HH:MM."""

    minutes: float | None = Field(default=None, gt=0, le=LONGEST_JUMP.total_seconds() / 60)
    until: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None

    def local_time(self) -> time | None:
        """Return the time of day to jump to, if one is asked for."""
        return None if self.until is None else time.fromisoformat(self.until)


async def read_form(request: web.Request, form: type[Form]) -> Form:
    """Return the request's JSON body as `form`.

    Raises:
        web.HTTPException: 413, 415 or 400 with one line for the player.
    """
    if request.content_type != "application/json":
        raise refuse(web.HTTPUnsupportedMediaType, "请求必须是 JSON")
    if (request.content_length or 0) > MAX_JSON_BYTES:
        raise refuse_size(MAX_JSON_BYTES, "内容太长了，请分几条发")
    body = await request.read()
    try:
        return form.model_validate_json(body)
    except ValidationError as error:
        fields = {".".join(str(part) for part in fault["loc"]) for fault in error.errors()}
        named = "、".join(sorted(field for field in fields if field)) or "JSON"
        raise refuse(web.HTTPBadRequest, f"请求的内容不对：{named}") from error
