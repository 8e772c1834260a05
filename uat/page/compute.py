"""What runs in the process of `worker.py`: requests in, answers out, each a line of JSON.

A request is {"id", "scene", "words"}, an answer {"id", "answer"} or {"id", "error"}, or for a
request with "file" {"id", "file", "type", "base64"}. What a long computation shows on its way has
"more" before the id.
"""

from __future__ import annotations

import base64
import json
import math
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from uat.errors import InputError, UatError
from uat.numerics.one_thread import single_threaded
from uat.page.files import file_of
from uat.page.scenes import Made, Scene, scene_of

if TYPE_CHECKING:
    from uat.core.target import Target

__all__ = ["answer_to", "finite", "main"]

_busy = False


def main() -> None:
    """Answer the requests on the standard input until it ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    signal.signal(signal.SIGINT, _interrupt)
    with single_threaded():
        for line in sys.stdin.buffer:
            _send(answers, answer_to(json.loads(line), lambda part: _send(answers, part)))


def _send(answers: IO[bytes], words: dict[str, Any]) -> None:
    try:
        text = json.dumps(words, allow_nan=False, separators=(",", ":"))
    except ValueError:  # rare, so that it is looked for only then
        text = json.dumps(finite(words), allow_nan=False, separators=(",", ":"))
    answers.write(text.encode() + b"\n")
    answers.flush()


def _interrupt(*_: object) -> None:
    if _busy:
        raise KeyboardInterrupt


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let an interruption end what is done inside, and nothing else."""
    global _busy  # noqa: PLW0603 - a signal handler has no other way to know
    try:
        _busy = True
        yield
    finally:
        _busy = False


def answer_to(
    text: str, tell: Any = lambda part: None, given: Target | None = None
) -> dict[str, Any]:
    """Answer a request, with one clear line for whatever is wrong with it.

    In a notebook f may be the one that was `given`; the request then says so.

    Examples
    --------
    >>> answer_to("{")["error"]
    'the message is no request in JSON'
    """
    number = None
    try:
        request = _read(text)
        number = request.get("id")
        scene = scene_of(request.get("scene"))  # what it imports is imported to the end
        with _interruptible():
            answer = _answer(scene, request, given, lambda part: tell({"more": number} | part))
        return {"id": number} | answer
    except KeyboardInterrupt:
        problem = "interrupted"
    except UatError as error:
        problem = str(error)
    except MemoryError:
        problem = "out of memory; take a larger ε or fewer units"
    except RecursionError:
        problem = "the formula or the message is nested too deeply"
    except Exception as error:  # noqa: BLE001 - whatever it is, the page shows it in one line
        problem = f"{type(error).__name__}: {error}"
    return {"id": number, "error": " ".join(problem.split())[:1000]}


def _read(text: str) -> dict[str, Any]:
    try:
        request = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError:
        raise InputError("the message is no request in JSON") from None
    if not isinstance(request, dict) or not isinstance(request.get("words"), dict):
        raise InputError("the message is no request; an object with id, scene and words is needed")
    if not isinstance(request.get("id"), int | None):
        raise InputError("the id of the request is no whole number")
    return request


def _no_constant(name: str) -> float:
    raise InputError(f"{name} given; finite numbers are needed")


_last: tuple[str, Target | None, Made] | None = None
"""The latest request and what it made: its files need no second computation."""


def _answer(
    scene: Scene, request: dict[str, Any], given: Target | None, tell: Any
) -> dict[str, Any]:
    global _last  # noqa: PLW0603 - one result is kept between two requests
    words, form = request["words"], request.get("file")
    key = json.dumps([request.get("scene"), words])
    if form is None or _last is None or _last[0] != key or _last[1] is not given:
        words = words | {"given": given}
        made = scene(words, lambda part: tell({"answer": part}))
        _last = (key, given, made)
    else:
        made = _last[2]
    if form is None:
        return {"answer": made.answer}
    kind, content = file_of(made, form, request.get("language"), request.get("theme"))
    return {"type": kind, "base64": base64.b64encode(content).decode()}


def finite(value: Any) -> Any:
    """Return a value for JSON, which has no ∞ and NaN: null stands for them."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: finite(inner) for name, inner in value.items()}
    return [finite(inner) for inner in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    main()
