"""The process that computes for the page: one request at a time, killed when it does not end.

It reads a request from a line and answers in lines of JSON. A newer request interrupts an older one.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

__all__ = ["Worker"]

PATIENCE: Final = 0.15
"""Seconds that a request may run on when a newer one waits; longer: more of them come to an end."""

GRACE: Final = 0.5
"""Seconds after an interruption before the process is killed; longer: fewer are started again."""

LIMIT: Final = 60.0
"""Seconds for one request; longer: smaller ε, and a page that answers later to what is too hard."""

_LONGEST: Final = 2**26  # bytes of an answer

Tell = Callable[[str], Awaitable[object]]


class Worker:
    """A process that computes; it is started again after its end, whatever ended it."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._free = asyncio.Lock()
        self._closed = False

    async def start(self) -> None:
        """Start the process, unless it runs or is no longer wanted."""
        if not self._closed and (self._process is None or self._process.returncode is not None):
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "uat.page.compute"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_LONGEST,
                start_new_session=True,  # Ctrl-C in the terminal is for the server alone
            )

    async def stop(self) -> None:
        """End the process at once."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def close(self) -> None:
        """End the process for good: a request that is cut short does not start it again."""
        self._closed = True
        await self.stop()

    async def ask(self, text: str, tell: Tell, newer: asyncio.Event | None = None) -> None:
        """Send a request, and `tell` each line of its answer until the last one.

        When a `newer` request comes, this one is interrupted, and its last line may be missing.
        """
        newer = newer or asyncio.Event()
        async with self._free:
            if self._closed:
                return
            try:
                await self.start()
                await self._ask(text, tell, newer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self.stop()
                if not newer.is_set():
                    await tell(_error("the computation ended unexpectedly; it was started again"))
            except TimeoutError:
                await self.stop()
                reason = f"the computation was stopped after {LIMIT:.0f} s"
                await tell(_error(f"{reason}; take a larger ε or fewer units"))
            finally:
                await self.start()

    async def _ask(self, text: str, tell: Tell, newer: asyncio.Event) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        interrupting = asyncio.create_task(_interrupt(process, newer))
        try:
            async with asyncio.timeout(LIMIT):
                process.stdin.write(json.dumps(text).encode() + b"\n")
                await process.stdin.drain()
                last = False
                while not last:
                    line = await process.stdout.readuntil()
                    last = not line.startswith(b'{"more"')
                    await tell(line.decode().rstrip("\n"))
        finally:
            interrupting.cancel()


async def _interrupt(process: asyncio.subprocess.Process, newer: asyncio.Event) -> None:
    """Interrupt the process when a newer request waits, and kill it if it goes on."""
    begun = asyncio.get_running_loop().time()
    await newer.wait()
    await asyncio.sleep(begun + PATIENCE - asyncio.get_running_loop().time())
    with suppress(ProcessLookupError):
        if sys.platform != "win32":
            process.send_signal(signal.SIGINT)
            await asyncio.sleep(GRACE)
        process.kill()


def _error(reason: str) -> str:
    return json.dumps({"error": reason})
