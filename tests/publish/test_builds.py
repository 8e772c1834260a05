"""A figure that is built up keeps its geometry from step to step, and ends as itself."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from uat.errors import InputError
from uat.lecture.registry import BUILT, draw, find
from uat.plotting.style import check_style
from uat.publish.builds import write_builds


def pixels(figure: Figure) -> np.ndarray:
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).astype(int)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "steps"), BUILT.items())
def test_each_step_adds_ink_and_the_last_is_the_figure(name: str, steps: int) -> None:
    figure = draw(name, "en", size=(6, 3.4))
    whole = pixels(figure)
    assert figure.builds == steps
    figure.show_build(1)
    before = pixels(figure)
    for step in range(2, steps + 1):
        figure.show_build(step)
        now = pixels(figure)
        assert (now != before).any()
        # What was drawn is covered here and there, and nowhere wiped out.
        assert (before.sum(axis=-1) < now.sum(axis=-1) - 300).mean() < 1e-3
        before = now
    assert np.array_equal(before, whole)


@pytest.mark.slow
def test_the_files_are_numbered_and_the_same_on_every_run(tmp_path: Path) -> None:
    style = check_style(size=(6, 3.4))
    once, again = (
        write_builds([find("rectangle")], ("ja",), ("svg",), tmp_path / run, style)
        for run in ("once", "again")
    )
    assert once == again == tuple(f"ja/rectangle-{step}.svg" for step in (1, 2, 3, 4))
    part = write_builds([find("rectangle")], ("ja",), ("svg",), tmp_path, style, whole=False)
    assert part == once[:-1]
    for name in once:
        assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


@pytest.mark.slow
def test_a_figure_that_appears_at_once_is_refused_before_any_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nn-cover appears at once"):
        write_builds([find("rectangle"), find("nn-cover")], ("en",), ("svg",), tmp_path / "new")
    assert not (tmp_path / "new").exists()
