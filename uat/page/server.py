"""The server of the page: its files, one websocket for a tab, and the downloads.

Nothing is computed here; `worker.py` does it in a process of its own. A tab keeps only its newest
request, so however many it sends, one is worked on and one waits.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from uat.page.bundle import WEB, colours
from uat.page.guard import Guard

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from uat.page.worker import Worker

__all__ = ["AT_ONCE", "LARGEST", "application"]

LARGEST: Final = 1 << 16
"""Bytes of a message; more: longer drawn curves, and more work to refuse a bad one."""

_FIRST: Final[tuple[dict[str, Any], ...]] = (
    {"scene": "start", "words": {}},
    {"scene": "curve", "words": {"f": {"formula": "x", "domain": [0, 1]}, "eps": 0.2}},
)
"""Requests of which the answers are not shown, but are soon asked for."""

AT_ONCE: Final = 64
"""Connections at a time; more: more tabs, and more memory for someone who opens them without end."""


def application(
    worker: Worker, token: str, port: int, ready: Callable[[], object] = lambda: None
) -> ASGIApp:
    """Return the page as an ASGI application; `ready` is called when it answers."""

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        warming = asyncio.create_task(_warm_up(worker))
        asyncio.get_running_loop().call_soon(ready)
        yield
        warming.cancel()
        with suppress(asyncio.CancelledError):
            await warming

    async def ask(websocket: WebSocket) -> None:
        await _talk(websocket, worker)

    async def keep(request: Request) -> Response:
        return await _download(request, worker)

    routes = [
        Route("/", _page),
        Route("/web/colours.css", _colours),
        Route("/file", keep, methods=["POST"]),
        WebSocketRoute("/ask", ask),
        Mount("/web", StaticFiles(directory=WEB)),
    ]
    return Guard(Starlette(routes=routes, lifespan=running), token, port)


async def _warm_up(worker: Worker) -> None:
    """Let the worker load what a first tab will ask for, while the browser still opens it."""

    async def tell(_: str) -> None:
        pass

    for request in _FIRST:
        await worker.ask(json.dumps({"id": 0} | request), tell)


async def _page(_: Request) -> Response:
    return FileResponse(f"{WEB}/index.html")


async def _colours(_: Request) -> Response:
    return Response(colours(), media_type="text/css")


async def _talk(websocket: WebSocket, worker: Worker) -> None:
    """Answer the newest request of a tab until it closes."""
    await websocket.accept()
    newest, newer, closed = [""], asyncio.Event(), asyncio.Event()

    async def tell(line: str) -> None:
        with suppress(RuntimeError, WebSocketDisconnect):  # the tab may be closed by now
            await websocket.send_text(line)

    async def answer() -> None:
        while not closed.is_set():
            await newer.wait()
            newer.clear()
            if not closed.is_set():
                await worker.ask(newest[0], tell, newer)

    answering = asyncio.create_task(answer())
    while (message := await websocket.receive())["type"] != "websocket.disconnect":
        newest[0] = message.get("text") or ""
        newer.set()
    closed.set()
    newer.set()
    await answering


async def _download(request: Request, worker: Worker) -> Response:
    """Answer a request for a file."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return PlainTextResponse(f"the request is longer than {LARGEST:,} bytes", 413)
    lines: list[str] = []

    async def tell(line: str) -> None:
        lines[:] = [line]

    await worker.ask(body.decode("utf-8", "replace"), tell)
    answer: dict[str, Any] = json.loads(lines[0])
    if "base64" not in answer:
        return PlainTextResponse(answer.get("error", "no file was asked for"), 400)
    return Response(base64.b64decode(answer["base64"]), media_type=answer["type"])
