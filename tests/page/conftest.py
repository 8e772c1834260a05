"""A running page for the tests, with its own server and worker, and a browser."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright
from websockets.sync.client import ClientConnection, connect

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--js-flags=--expose-gc"]


class Reply(NamedTuple):
    """An answer of the server, read to its end."""

    status: int
    headers: Message
    body: bytes


@dataclass(frozen=True)
class Page:
    """The address of a running page, as a user of it has it."""

    process: subprocess.Popen[str]
    address: str

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def token(self) -> str:
        return parse_qs(urlsplit(self.address).query)["token"][0]

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def send(self, method: str, path: str, body: str = "", **headers: str) -> Reply:
        with closing(HTTPConnection(self.host, timeout=120)) as connection:
            connection.request(method, path, body, {"Host": self.host, **headers})
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())

    def talk(self, token: str | None = None, **headers: Any) -> ClientConnection:
        asked = self.token if token is None else token
        words = {"origin": f"http://{self.host}", "max_size": None, **headers}
        line: ClientConnection = connect(f"ws://{self.host}/ask?token={asked}", **words)
        return line

    def ask(self, scene: str, **words: Any) -> dict[str, Any]:
        with self.talk() as line:
            return asked(line, scene, **words)


def asked(line: ClientConnection, scene: str, number: int = 1, **words: Any) -> dict[str, Any]:
    """Ask over an open line, and wait for the last answer."""
    line.send(json.dumps({"id": number, "scene": scene, "words": words}))
    while True:
        answer: dict[str, Any] = json.loads(line.recv(timeout=120))
        if answer.get("id") in (number, None) and "more" not in answer:
            return answer


@pytest.fixture(scope="session")
def page() -> Iterator[Page]:
    command = [sys.executable, "-m", "uat", "page", "--no-browser", "--language", "en"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    try:
        yield Page(process, process.stdout.readline().strip())
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def launched(playwright: Playwright) -> Browser:
    """Start the browser that there is."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    try:
        return playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
    except Error:
        pytest.skip("no browser found; install chromium, or run `playwright install chromium`")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = launched(playwright)
        yield started
        started.close()
