"""Who may speak to the page: this machine, this page, with its token.

The server listens on the loopback interface, but every page open in the browser can send requests
there. Such a request carries the address of its sender (Origin); one of a name that was made to
point here carries that name (Host). Both are refused, and so is one without the token.
"""

from __future__ import annotations

from secrets import compare_digest
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocketClose

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard"]

_OPEN: Final = "/web/"
"""Below it lie the scripts and styles of the package, the same for everyone: no token is needed."""

_WRONG_ADDRESS: Final = (
    "uat: this address has not the token of the running page; open the address that `uat page` "
    "printed. What stands after # in an older link can be put at its end.\n"
)


class Guard:
    """Refuse what does not come from the page itself, and send every answer with strict headers."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app, self._token = app, token
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        sockets = " ".join(f"ws://{host}" for host in sorted(self._hosts))
        self._headers = {
            "Content-Security-Policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
                f"connect-src 'self' {sockets}; base-uri 'none'; form-action 'none'; "
                "frame-ancestors 'none'"
            ),
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 403."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        refusal = self._refusal(scope)
        if not refusal:
            await self._app(scope, receive, send_strict)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008, refusal)(scope, receive, send)
        else:
            await PlainTextResponse(refusal, 403)(scope, receive, send_strict)

    def _refusal(self, scope: dict[str, Any] | Scope) -> str:
        """Return why a request is refused; an empty text if it is not."""
        headers = Headers(scope=scope)
        origin, host = headers.get("origin"), headers.get("host", "")
        if host not in self._hosts:
            return "uat: this page is at 127.0.0.1 only\n"
        reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if origin is None and not reads:
            return "uat: a request without an Origin is not one of this page\n"
        if origin is not None and origin.removeprefix("http://") not in self._hosts:
            return "uat: another page may not speak to this one\n"
        if scope["path"].startswith(_OPEN) and reads:
            return ""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        return "" if compare_digest(given.encode(), self._token.encode()) else _WRONG_ADDRESS
