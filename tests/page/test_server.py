"""Whatever a tab sends, the next request is answered."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.page.conftest import Page, asked
from uat.page.worker import Worker

pytestmark = pytest.mark.slow

PARABOLA = {"formula": "x**2", "domain": [0, 1]}


def workers(page: Page) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == page.process.pid and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found


def memory(process: int) -> int:
    """Read the resident memory of a process in bytes."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def works(page: Page) -> bool:
    answer = page.ask("curve", f=PARABOLA, eps=0.1)
    return bool(answer["answer"]["count"] > 1)


def test_a_curve_is_answered_with_its_network_and_proof(page: Page) -> None:
    answer = page.ask("curve", f=PARABOLA, eps=0.125)["answer"]
    assert answer["count"] == 5
    assert float(answer["proof"]["bound"]) < 0.125
    assert len(answer["x"]) == len(answer["f"]) == len(answer["g"])
    assert max(answer["error"][1]) < 0.125


@pytest.mark.parametrize(
    "sent", ["", "{", '{"id": 1', "[]", "null", "[" * 60_000, '{"id": 1}', "\0"]
)
def test_what_is_no_request_is_refused_in_one_line(page: Page, sent: str) -> None:
    with page.talk() as line:
        line.send(sent)
        problem = json.loads(line.recv(timeout=120))["error"]
        assert problem
        assert "\n" not in problem
        assert "answer" in asked(line, "curve", f=PARABOLA, eps=0.1)


def test_bytes_are_no_request(page: Page) -> None:
    with page.talk() as line:
        line.send(b"\x00\xff")
        assert "error" in json.loads(line.recv(timeout=120))
        assert "answer" in asked(line, "curve", f=PARABOLA, eps=0.1)


def test_a_message_of_a_hundred_megabytes_closes_its_own_line_only(page: Page) -> None:
    def flood() -> None:
        with page.talk() as line:
            line.send("x" * 100_000_000)
            line.recv(timeout=120)

    with pytest.raises(ConnectionClosed):
        flood()
    origin = {"Origin": f"http://{page.host}"}
    assert page.send("POST", f"/file?token={page.token}", "x" * 100_000, **origin).status == 413
    assert works(page)


def test_half_a_message_and_half_a_handshake_hold_nothing_up(page: Page) -> None:
    host, port = page.host.split(":")
    for sent in [b"GET / HT", b"GET /ask HTTP/1.1\r\nHost: ", b"\x81\xfe"]:
        with socket.create_connection((host, int(port)), timeout=5) as half:
            half.send(sent)
    with page.talk() as line:
        line.socket.send(b"\x81\xfe\x01")  # the first bytes of a frame, and no more
        line.socket.shutdown(socket.SHUT_RDWR)
    assert works(page)


def test_ten_thousand_messages_take_no_memory_and_the_last_is_answered(page: Page) -> None:
    assert works(page)
    everyone = [page.process.pid, *workers(page)]
    before = sum(map(memory, everyone))
    with page.talk() as line:
        for number in range(10_000):
            words = {"f": PARABOLA, "eps": 0.1 + number * 1e-6}
            line.send(json.dumps({"id": number, "scene": "curve", "words": words}))
        while json.loads(line.recv(timeout=120)).get("id") != 9999:
            pass
    assert everyone == [page.process.pid, *workers(page)]
    assert sum(map(memory, everyone)) < before + 40e6


def test_a_newer_request_ends_an_older_one(page: Page) -> None:
    slow = {"f": {"example": "franke"}, "eps": 1e-4, "method": "ridge"}
    with page.talk() as line:
        begun = time.monotonic()
        line.send(json.dumps({"id": 1, "scene": "surface", "words": slow}))
        time.sleep(0.2)
        assert "answer" in asked(line, "curve", 2, f=PARABOLA, eps=0.1)
        assert time.monotonic() - begun < 20


def test_a_killed_worker_is_started_again(page: Page) -> None:
    assert works(page)
    (worker,) = workers(page)
    os.kill(worker, signal.SIGKILL)
    time.sleep(0.3)
    assert works(page)
    assert workers(page) != [worker]


def test_a_worker_killed_at_work_is_told_in_one_line(page: Page) -> None:
    assert works(page)
    with page.talk() as line:
        slow = {"f": {"example": "franke"}, "eps": 1e-4, "method": "ridge"}
        line.send(json.dumps({"id": 1, "scene": "surface", "words": slow}))
        assert "more" in json.loads(line.recv(timeout=120))  # it is at work
        (worker,) = workers(page)
        os.kill(worker, signal.SIGKILL)
        while "more" in (answer := json.loads(line.recv(timeout=120))):
            pass
        assert "started again" in answer["error"]
        assert "answer" in asked(line, "curve", f=PARABOLA, eps=0.1)


def test_two_tabs_and_a_reload_work(page: Page) -> None:
    with page.talk() as one, page.talk() as two:
        assert asked(one, "curve", f=PARABOLA, eps=0.1) == asked(two, "curve", f=PARABOLA, eps=0.1)
    assert works(page)


@pytest.mark.parametrize(("form", "begins"), [("py", b"import"), ("npz", b"PK"), ("json", b"{")])
def test_a_result_can_be_saved(page: Page, form: str, begins: bytes) -> None:
    request = {"scene": "curve", "words": {"f": PARABOLA, "eps": 0.1}, "file": form}
    origin = {"Origin": f"http://{page.host}"}
    answer = page.send("POST", f"/file?token={page.token}", json.dumps(request), **origin)
    assert answer.status == 200
    assert answer.body.startswith(begins)


def test_a_file_that_there_is_not_is_refused_in_one_line(page: Page) -> None:
    request = {"scene": "curve", "words": {"f": PARABOLA, "eps": 0.1}, "file": "exe"}
    origin = {"Origin": f"http://{page.host}"}
    answer = page.send("POST", f"/file?token={page.token}", json.dumps(request), **origin)
    assert answer.status == 400
    assert b"no file 'exe'" in answer.body


def test_a_port_that_is_taken_is_told_in_one_line(page: Page) -> None:
    port = page.host.split(":")[1]
    command = [sys.executable, "-m", "uat", "page", "--no-browser", "--port", port]
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    assert found.returncode == 2
    assert found.stderr.count("\n") == 1
    assert f"port {port} cannot be used" in found.stderr
    assert found.stdout == ""


def test_the_server_leaves_no_process_behind() -> None:
    command = [sys.executable, "-m", "uat", "page", "--no-browser"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        one = Page(process, process.stdout.readline().strip())
        assert works(one)
        (worker,) = workers(one)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert (process.returncode, told) == (0, "")
    assert not Path(f"/proc/{worker}").exists()


def test_a_worker_that_was_closed_at_work_is_not_started_again() -> None:
    request = json.dumps({"scene": "curve", "words": {"f": {"formula": "x"}, "eps": 1e-9}})

    async def close_at_work() -> str:
        worker = Worker()
        asking = asyncio.create_task(worker.ask(request, lambda _: asyncio.sleep(0)))
        await asyncio.sleep(0.05)
        await worker.close()
        await asking
        await worker.ask(request, lambda _: asyncio.sleep(0))
        return children()

    def children() -> str:
        return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text("ascii")

    before = children()
    assert asyncio.run(close_at_work()) == before
