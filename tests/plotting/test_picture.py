"""A picture shows itself where it can, says what to do where it cannot, and is a plain figure."""

import pickle
import sys
from collections.abc import Iterator
from io import BytesIO
from types import ModuleType, SimpleNamespace
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

import uat
from uat.lecture.registry import find
from uat.plotting.page import clean_settings, lay_out
from uat.plotting.picture import Picture
from uat.plotting.style import Style, rc


def png_of(figure: Figure) -> bytes:
    written = BytesIO()
    with clean_settings(rc(Style())):
        figure.savefig(written, format="png")
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "size", "pixels"),
    [("rectangle", "slide", (900, 506)), ("step-steepness", (4, 8), (450, 900)),
     ("regions-plane", "slide", (900, 506)), ("rectangle", "paper", (900, 642))],
)  # fmt: skip
def test_a_notebook_shows_a_small_image(name: str, size: Any, pixels: tuple[int, int]) -> None:
    image = uat.draw(name, "en", size=size)._repr_png_()
    assert len(image) < 150_000
    with Image.open(BytesIO(image)) as opened:
        assert opened.size == pixels


def test_the_image_does_not_depend_on_the_settings_of_a_notebook() -> None:
    shown = uat.draw("rectangle", "en")
    first = shown._repr_png_()
    with mpl.rc_context({"savefig.bbox": "tight", "savefig.facecolor": "red", "figure.dpi": 72}):
        assert shown._repr_png_() == first


def test_a_picture_that_was_shown_saves_the_same_file_as_a_plain_figure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = find("rectangle")
    drawn = shown.draw("en")
    drawn._repr_png_()
    monkeypatch.setattr("uat.plotting.picture.Picture", Figure)
    plain = lay_out(shown.make, "en")
    assert type(plain) is Figure
    assert png_of(drawn) == png_of(plain)


def test_a_figure_of_the_lecture_tells_its_formula_title_and_caption() -> None:
    for language in ("ja", "en"):
        drawn = uat.draw("rectangle", language)
        title, caption, _ = find("rectangle").texts(language)
        assert (drawn.title, drawn.caption) == (title, caption)
        assert drawn.formula == find("rectangle").formula
    again = pickle.loads(pickle.dumps(drawn))
    assert isinstance(again, Picture)
    assert (again.title, again.formula) == (drawn.title, drawn.formula)
    assert png_of(again) == png_of(drawn)


class Shell(ModuleType):
    """IPython as far as a picture sees it."""

    def __init__(self, kernel: bool) -> None:
        super().__init__("IPython")
        self.heard: list[Any] = []
        self.display = SimpleNamespace(display=lambda shown, raw: self.heard.append(shown))
        events = SimpleNamespace(register=lambda *_: None)
        self.shell = SimpleNamespace(kernel=None, events=events) if kernel else None
        self.version_info = (9, 0)

    def get_ipython(self) -> SimpleNamespace | None:
        return self.shell


def test_show_shows_the_image_once_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", shell := Shell(kernel=True))
    drawn = uat.draw("rectangle", "en")
    drawn.show()
    (shown,) = shell.heard
    assert shown["image/png"] == drawn._repr_png_()
    assert plt.get_fignums() == []


@pytest.mark.parametrize("backend", ["agg", "tkagg", "qtagg"])
def test_without_a_screen_one_line_says_what_to_do(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "IPython", Shell(kernel=False))
    before = mpl.get_backend()
    monkeypatch.setattr(plt, "_backend_mod", None)
    with mpl.rc_context({"backend": backend}), pytest.warns(UserWarning, match="no window") as said:
        uat.draw("rectangle", "en").show()
    plt.switch_backend(before)
    assert str(said[0].message) == (
        'no window can be opened here; figure.savefig("name.png") writes the figure'
    )


class Window(FigureManagerBase):
    """A window that notes when it is shown."""

    opened: "list[Window]" = []  # noqa: RUF012

    @classmethod
    def start_main_loop(cls) -> None:
        cls.opened += [manager for manager in pyplot_windows() if isinstance(manager, cls)]

    def show(self) -> None:
        assert self.canvas.figure is not None


class Canvas(FigureCanvasAgg):
    manager_class = Window
    required_interactive_framework = "headless"


def pyplot_windows() -> list[FigureManagerBase]:
    return [plt.figure(number).canvas.manager for number in plt.get_fignums()]  # type: ignore[misc]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Window]]:
    before = mpl.get_backend()
    backend = ModuleType("windows_of_tests")
    backend.FigureCanvas = Canvas  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "windows_of_tests", backend)
    plt.switch_backend("module://windows_of_tests")
    Window.opened.clear()
    yield Window.opened
    plt.close("all")
    plt.switch_backend(before)


def test_a_window_holds_a_copy(windows: list[Window]) -> None:
    drawn = uat.draw("rectangle", "en")
    before = png_of(drawn)
    drawn.show()
    (window,) = windows
    shown = window.canvas.figure
    assert isinstance(shown, Picture)
    assert shown is not drawn
    assert max(shown.bbox.size) == pytest.approx(1000)
    assert drawn.canvas.manager is None
    assert png_of(drawn) == before
