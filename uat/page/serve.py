"""Serves the page: the process that computes is started first, and the server loads beside it."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable
from contextlib import closing

from uat.errors import FileProblem
from uat.page.worker import Worker

__all__ = ["serve"]


def serve(port: int, opened: Callable[[str], object]) -> None:
    """Serve the page until it is interrupted; `opened` gets its address as soon as it answers.

    Port 0 is any free one; a port that is taken raises FileProblem.
    """
    with closing(_listen(port)) as listening:
        asyncio.run(_serve(listening, opened))


async def _serve(listening: socket.socket, opened: Callable[[str], object]) -> None:
    worker = Worker()
    try:
        await worker.start()
        # loaded only now: it takes as long as to start
        import uvicorn

        from uat.page.server import AT_ONCE, LARGEST, application

        token = secrets.token_urlsafe(16)
        port = listening.getsockname()[1]
        address = f"http://127.0.0.1:{port}/?token={token}"
        config = uvicorn.Config(
            application(worker, token, port, lambda: opened(address)),
            ws="websockets-sansio",
            ws_max_size=LARGEST,
            ws_max_queue=8,
            limit_concurrency=AT_ONCE,
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        await uvicorn.Server(config).serve(sockets=[listening])
    finally:
        await worker.close()


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
