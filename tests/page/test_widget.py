"""The page in a notebook: messages of the widget, answered in this process, and its picture."""

import json
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

import uat
from tests.page.test_browser import PAINTED, PATIENCE
from uat.page.bundle import bundle
from uat.page.compute import answer_to


def opaque(x: float) -> float:
    return float(np.sqrt(abs(float(x))))


def heard(widget: Any, monkeypatch: pytest.MonkeyPatch, request: dict[str, Any]) -> list[Any]:
    """Send a message as the front end does, and return what is sent back."""
    answers: list[Any] = []
    monkeypatch.setattr(widget, "send", answers.append)
    widget._handle_custom_msg(request, [])
    return answers


class TestInAKernel:
    @pytest.fixture(autouse=True)
    def _installed(self) -> None:
        pytest.importorskip("anywidget", reason="anywidget is not installed")

    @pytest.mark.slow
    def test_the_function_of_the_notebook_is_approximated(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        widget = uat.explore(lambda x: np.sin(3 * x), (0, 2), eps=0.2, language="en")
        assert (widget.state, widget.language, widget.theme) == ("curve?eps=0.2", "en", "light")
        words = {"f": {"given": True}, "eps": 0.2, "effort": "quick"}
        (answer,) = heard(widget, monkeypatch, {"id": 3, "scene": "curve", "words": words})
        assert answer["id"] == 3
        assert np.allclose(
            answer["answer"]["f"], np.sin(3 * np.array(answer["answer"]["x"])), atol=1e-6
        )
        assert float(answer["answer"]["proof"]["bound"]) < 0.2

    def test_what_is_wrong_with_a_message_is_one_line(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        widget = uat.explore("x", (0, 1))
        for request in [{}, [], {"id": 1, "scene": "secret", "words": {}}]:
            (answer,) = heard(widget, monkeypatch, request)  # type: ignore[arg-type]
            assert answer["error"]

    @pytest.mark.slow
    def test_parts_of_an_answer_are_shown_on_the_way(self, monkeypatch: pytest.MonkeyPatch) -> None:
        widget = uat.explore("x*y", [(0, 1), (0, 1)], eps=0.3)
        assert widget.state.startswith("surface?")
        words = {"f": {"given": True}, "eps": 0.3}
        first, last = heard(widget, monkeypatch, {"id": 5, "scene": "surface", "words": words})
        assert (first["more"], last["id"]) == (5, 5)

    def test_a_widget_is_one_module_that_loads_nothing(self) -> None:
        module = uat.explore("x", (0, 1))._esm
        assert module == bundle()
        assert "import {" not in module


def test_two_functions_that_were_given_are_not_mixed_up() -> None:
    for height in (1.0, 2.0, 1.0):
        given = uat.Target(lambda x, height=height: height * x, (0, 1))
        request = {"id": 1, "scene": "curve", "words": {"f": {"given": True}, "eps": 0.3}}
        code = answer_to(json.dumps(request | {"file": "py"}), given=given)["base64"]
        assert ("2*x" in b64decode(code).decode()) == (height == 2)
        assert max(answer_to(json.dumps(request), given=given)["answer"]["f"]) == height


def test_a_page_without_a_notebook_has_no_function_given() -> None:
    request = {"id": 1, "scene": "curve", "words": {"f": {"given": True}, "eps": 0.3, "given": 1}}
    assert "outside of a notebook" in answer_to(json.dumps(request))["error"]
    start = answer_to('{"id": 1, "scene": "start", "words": {"given": "x"}}')["answer"]
    assert start["given"] is None


@pytest.mark.parametrize(
    ("f", "domain", "given", "kind"),
    [
        ("x + y + z", [(0, 1)] * 3, {}, uat.InputError),
        (opaque, (0, 1), {}, uat.CannotProve),
        ("x", (1, 0), {}, uat.InputError),
        ("x", (0, 1), {"eps": 0}, uat.InputError),
        ("x", (0, 1), {"language": "fr"}, uat.InputError),
        ("x", (0, 1), {"theme": "blue"}, uat.InputError),
    ],
)
def test_what_cannot_be_explored_is_refused_at_the_door(
    f: Any, domain: Any, given: dict[str, Any], kind: type[Exception]
) -> None:
    with pytest.raises(kind) as problem:
        uat.explore(f, domain, **given)
    assert "\n" not in str(problem.value)


@pytest.mark.slow
def test_a_missing_anywidget_is_one_line() -> None:
    script = (
        "import sys; sys.modules['anywidget'] = None\n"
        "import uat\n"
        "try:\n    uat.explore('x', (0, 1))\n"
        "except uat.InputError as problem:\n    print(problem)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert told.stdout == "uat.explore needs anywidget; install it: pip install anywidget\n"


HOST = """<!doctype html><title>notebook</title><style>button { display: none }</style>
<div id="cell" style="width: 640px"></div>"""

# What anywidget does: the module from a blob, and a model with traits and messages.
SHOW = """async ([module, traits]) => {
  const listeners = new Set();
  const model = {
    get: name => traits[name],
    set: (name, value) => { traits[name] = value; },
    save_changes: () => {},
    on: (kind, listener) => listeners.add(listener),
    off: (kind, listener) => listeners.delete(listener),
    send: async request => {
      for (const answer of JSON.parse(await answers(JSON.stringify(request))))
        for (const listener of [...listeners]) listener(answer, []);
    },
  };
  const url = URL.createObjectURL(new Blob([module], {type: "text/javascript"}));
  const {render} = (await import(url)).default;
  window.model = model;
  window.close_ = render({model, el: document.getElementById("cell")});
  window.listeners = listeners;
}"""


@pytest.fixture
def cell(browser: Browser) -> Iterator[Tab]:
    """Show the widget in a cell; this process answers. Every message of the console is a failure."""
    given = uat.Target(lambda x: np.sin(3 * x), (0, 2))

    def answers(request: str) -> str:
        told: list[dict[str, Any]] = []
        told.append(answer_to(request, told.append, given))
        return json.dumps(told)

    tab = browser.new_page()
    tab.set_default_timeout(PATIENCE)
    problems: list[str] = []
    tab.on("console", lambda message: problems.append(message.text))
    tab.on("pageerror", lambda problem: problems.append(str(problem)))
    tab.expose_function("answers", answers)
    tab.set_content(HOST)
    tab.evaluate(SHOW, [bundle(), {"state": "curve?eps=0.2", "language": "en", "theme": "dark"}])
    tab.wait_for_selector(".result small:not(:empty)")
    yield tab
    tab.close()
    assert problems == []


@pytest.mark.slow
def test_the_widget_draws_in_a_cell_and_leaves_the_notebook_alone(cell: Tab) -> None:
    expect(cell.locator(".proof")).to_contain_text("sin(3*x)")
    assert cell.locator("canvas").evaluate(PAINTED) > 5
    assert cell.evaluate("document.getElementById('cell').scrollWidth") <= 640
    # the style sheet of the notebook hides its own buttons only
    assert cell.get_by_role("button", name="Next line").is_visible()
    noted = "location.hash + document.title + document.documentElement.lang"
    cell.get_by_role("link", name="1 Unit").click()
    expect(cell.locator("nav a[aria-current]")).to_have_text("1 Unit")
    cell.wait_for_function("model.get('state').startsWith('unit?')")
    assert cell.evaluate(noted) == "notebook"
    cell.evaluate("close_()")
    assert cell.evaluate("listeners.size") == 0


@pytest.mark.slow
def test_the_kernel_answers_the_slider_of_the_widget_and_its_files(cell: Tab) -> None:
    before = cell.locator(".result").inner_text()
    slider = cell.get_by_label("Error allowed")
    for _ in range(8):
        slider.press("ArrowLeft")
    expect(cell.locator(".result")).not_to_have_text(before)
    with cell.expect_download() as kept:
        cell.get_by_role("button", name="Network .npz").click()
    assert kept.value.path().read_bytes()[:2] == b"PK"
