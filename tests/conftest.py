"""How tests run: Hypothesis alike in every run unless asked to search."""

import gc
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from matplotlib.mathtext import MathTextParser
from xdist.scheduler import LoadScopeScheduling

from uat.numerics.one_thread import single_threaded

# A busy machine must not turn a true claim into a failure: no deadline, slow draws are allowed.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

# Every run draws the same forty examples a claim; a search for others is `long`, by seeds of its own.
settings.register_profile("ci", PATIENT, derandomize=True, max_examples=40)
settings.register_profile("long", PATIENT, max_examples=10_000)

# `pytest --hypothesis-profile=long` is read later and wins.
settings.load_profile("ci")

# Searches, and pictures: slow as a whole. Elsewhere a slow test says so itself.
SLOW = [
    Path(__file__).parent / name
    for name in ("counterexamples", "lecture", "plotting", "properties", "publish")
]

# Tests that look at the drawn figures, each of which is drawn once a process.
LOOKING = ("tests/lecture/", "tests/publish/")

# Tests of seconds each that share nothing: whichever process is free takes the next one.
ALONE = ("tests/interchange/coq/test_coqc.py", "tests/counterexamples/")


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over the tests themselves: they stay to the end."""
    gc.collect()
    gc.freeze()


def pytest_itemcollected(item: pytest.Item) -> None:
    if any(item.path.is_relative_to(folder) for folder in SLOW):
        item.add_marker(pytest.mark.slow)


class Figures(LoadScopeScheduling):  # type: ignore[misc]
    """The tests of a file go to one process, which builds what they share once; all that look at
    figures go to one. The largest go first, so what stands alone fills the gaps at the end.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(ALONE):
            return nodeid
        return "figures" if nodeid.startswith(LOOKING) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return Figures(config, log)


@pytest.fixture(autouse=True)
def one_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Limit BLAS in tests that call a part directly: workers would wait for each other's threads."""
    if request.path.name == "test_one_thread.py":
        yield
    else:
        with single_threaded():
            yield


@pytest.fixture(autouse=True, scope="session")
def formulas_set_once() -> Iterator[None]:
    """Let all renderers share the formulas that are set, where each keeps its own last fifty."""
    parse = MathTextParser._parse_cached.__wrapped__  # type: ignore[attr-defined]
    of_kind = {"vector": MathTextParser("path"), "raster": MathTextParser("agg")}
    kept = lru_cache(maxsize=None)(lambda kind, *given: parse(of_kind[kind], *given))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            MathTextParser,
            "_parse_cached",
            lambda parser, *given: kept(parser._output_type, *given),
        )
        yield
