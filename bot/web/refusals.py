"""Refusals of the page's requests: a status and one line for the player."""

import json
from functools import partial
from typing import Final, Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

_BY_STATUS: Final = {
    403: "没有权限",
    404: "找不到这个地址",
    405: "这个地址不支持这种操作",
    413: "内容太大了",
    415: "不支持这种格式",
}


class Refusal(Protocol):
    """Makes an HTTP exception; the classes of `aiohttp.web` do."""

    def __call__(self, *, text: str, content_type: str) -> web.HTTPException:
        """Return the exception, not raised yet."""
        ...


def refuse(status: Refusal, sentence: str) -> web.HTTPException:
    """Return the exception that answers with the sentence; the caller raises it."""
    body = json.dumps({"error": sentence}, ensure_ascii=False)
    return status(text=body, content_type="application/json")


def refuse_size(limit: int, sentence: str) -> web.HTTPException:
    """Return the refusal of a body of more than `limit` bytes."""
    return refuse(partial(web.HTTPRequestEntityTooLarge, limit, limit), sentence)


@web.middleware
async def refusals_in_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every refusal of the framework itself the same form."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status >= 400 and error.content_type != "application/json":
            error.text = json.dumps({"error": _sentence(error.status)}, ensure_ascii=False)
            error.content_type = "application/json"
        raise


def _sentence(status: int) -> str:
    return _BY_STATUS.get(status, f"请求被拒绝（{status}）")
