"""The server of the page: its files, one websocket for a tab, and the downloads.

Nothing is computed here; `worker.py` does it in a process of its own. A tab keeps only its newest
request, so however many it sends, one is worked on and one waits.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from uat.errors import FileProblem
from uat.page.bundle import WEB, colours
from uat.page.guard import Guard
from uat.page.worker import Worker

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

__all__ = ["LARGEST", "application", "serve"]

LARGEST: Final = 1 << 16
"""Bytes of a message; more: longer drawn curves, and more work to refuse a bad one."""

_FIRST: Final[tuple[dict[str, Any], ...]] = (
    {"scene": "start", "words": {}},
    {"scene": "curve", "words": {"f": {"formula": "x", "domain": [0, 1]}, "eps": 0.2}},
)
"""Requests of which the answers are not shown, but are soon asked for."""

_AT_ONCE: Final = 64
"""Connections at a time; more: more tabs, and more memory for someone who opens them without end."""


def serve(port: int, opened: Callable[[str], object]) -> None:
    """Serve the page until it is interrupted; `opened` gets its address as soon as it answers.

    Port 0 is any free one; a port that is taken raises FileProblem.
    """
    token = secrets.token_urlsafe(16)
    with closing(_listen(port)) as listening:
        port = listening.getsockname()[1]
        address = f"http://127.0.0.1:{port}/?token={token}"
        config = uvicorn.Config(
            application(token, port, lambda: opened(address)),
            ws="websockets-sansio",
            ws_max_size=LARGEST,
            ws_max_queue=8,
            limit_concurrency=_AT_ONCE,
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        uvicorn.Server(config).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen()  # only now is a port in use refused
    except (OSError, OverflowError) as problem:
        listening.close()
        raise FileProblem(
            f"port {port} cannot be used: {getattr(problem, 'strerror', None) or problem}",
            "give another --port, or leave it out for a free one",
        ) from None
    return listening


def application(token: str, port: int, ready: Callable[[], object] = lambda: None) -> ASGIApp:
    """Return the page as an ASGI application; `ready` is called when it answers."""
    worker = Worker()

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        starting = asyncio.create_task(worker.start())
        warming = asyncio.create_task(_warm_up(worker, starting))
        asyncio.get_running_loop().call_soon(ready)
        yield
        await starting
        warming.cancel()
        with suppress(asyncio.CancelledError):
            await warming
        await worker.stop()

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


async def _warm_up(worker: Worker, starting: asyncio.Task[None]) -> None:
    """Let the worker load what a first tab will ask for, while the browser still opens it."""

    async def tell(_: str) -> None:
        pass

    await starting
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
