"""Who may talk to the page: this machine's browser, and no other site through it.

Sources: OWASP, "Cross-Site Request Forgery Prevention" (origin check); "DNS rebinding" is why
the Host header must be a loopback name although the server listens on the loopback only.
"""

from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web.refusals import refuse

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_PAGE_POLICY: Final = (
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
_MEDIA_POLICY: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@web.middleware
async def loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a request that was addressed to any name but this machine's own."""
    if _host_name(request.host) not in LOOPBACK_NAMES:
        raise refuse(web.HTTPForbidden, "模拟器只能从本机打开：http://127.0.0.1")
    return await handler(request)


@web.middleware
async def own_page_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a change asked for by another site's page; programs send no Origin."""
    if request.method not in {"GET", "HEAD"}:
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"{request.scheme}://{request.host}":
            raise refuse(web.HTTPForbidden, "请求来自别的网站，已拒绝")
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            raise refuse(web.HTTPForbidden, "请求来自别的网站，已拒绝")
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on whatever is answered, refusals included."""
    is_media = request.path.startswith("/media/")
    response.headers["Content-Security-Policy"] = _MEDIA_POLICY if is_media else _PAGE_POLICY
    response.headers.update(_HEADERS)
    if request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-cache")
    else:
        response.headers.setdefault("Cache-Control", "no-store")


def _host_name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
