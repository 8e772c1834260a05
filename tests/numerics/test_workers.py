"""Work that is shared out is all done, whoever does it, and whoever dies on the way."""

import os
import re
import signal
import subprocess
import sys
import time
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

import uat.numerics.workers
from uat.errors import InputError
from uat.numerics.workers import Workers, cluster, share


def parts(task: tuple[str, int]) -> int:
    """Square a number; the first process that is to square 3 is killed."""
    flag, number = Path(task[0]), task[1]
    if number == 3 and not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def shared(flag: Path, executor: Any) -> list[tuple[int, int]]:
    found = []

    def take(task: tuple[str, int], answer: int) -> list[tuple[str, int]]:
        found.append((task[1], answer))
        return [(task[0], task[1] + 10)] if task[1] < 10 else []

    share(parts, [(str(flag), i) for i in range(6)], take, executor)
    return sorted(found)


EXPECTED = sorted((i + j, (i + j) ** 2) for i in range(6) for j in (0, 10))


def test_without_an_executor_it_is_done_here(tmp_path: Path) -> None:
    (tmp_path / "flag").touch()
    assert shared(tmp_path / "flag", None) == EXPECTED


@pytest.mark.slow
def test_a_process_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    with Workers(2) as workers:
        assert shared(tmp_path / "flag", workers) == EXPECTED
    assert (tmp_path / "flag").exists()


def never() -> None:
    """Start no process, as a script does that the processes import and that starts others."""
    os._exit(1)


@pytest.mark.slow
def test_where_no_process_starts_all_is_done_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uat.numerics.workers, "prepare", never)
    (tmp_path / "flag").touch()
    with Workers(2) as workers:
        assert shared(tmp_path / "flag", workers) == EXPECTED


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_ctrl_c_is_held_back_from_the_first_process_that_starts() -> None:
    script = (
        "from multiprocessing import active_children; from pathlib import Path\n"
        "from uat.numerics.workers import Workers\n"
        "with Workers(1): print(Path(f'/proc/{active_children()[0].pid}/status').read_text())\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    blocked = int(re.findall(r"SigBlk:\s*(\w+)", said.stdout)[0], 16)
    assert blocked >> (signal.SIGINT - 1) & 1


@pytest.mark.slow
def test_after_an_error_nobody_computes_on() -> None:
    def take(task: float, _answer: None) -> list[float]:
        raise InputError(f"{task}")

    with pytest.raises(InputError, match=r"0\.25"), Workers(2) as workers:
        share(time.sleep, [600, 0.25, 600], take, workers)
    assert not active_children()


@pytest.mark.slow
def test_a_worker_of_a_cluster_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    distributed = pytest.importorskip("dask.distributed", reason="the extra distributed brings it")
    local = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with (
        distributed.LocalCluster(processes=True, silence_logs=50, **local) as machines,
        cluster(machines.scheduler_address) as executor,
    ):
        assert shared(tmp_path / "flag", executor) == EXPECTED
    assert (tmp_path / "flag").exists()
    with pytest.raises(InputError, match="no scheduler found at 'nowhere'"), cluster("nowhere"):
        pass
