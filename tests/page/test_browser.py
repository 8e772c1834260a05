"""The page in a real browser: by mouse, touch and keyboard, in both languages and themes.

A Chromium of the system is used, or Playwright's own; without one these tests are left out.
AXE_CORE may name a file axe.min.js, which then looks for barriers.
"""

import math
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.page.conftest import Page
from uat.core.activations import NAMED
from uat.page.scenes import scene_of

pytestmark = pytest.mark.slow

PATIENCE = 120_000  # ms, for a busy machine
expect.set_options(timeout=PATIENCE)
ALL = ["unit", "rectangle", "curve", "surface", "training", "depth"]
PAINTED = """canvas => {
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) if (data[i + 3]) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  return seen.size;
}"""

Open = Callable[..., Tab]


@pytest.fixture
def open_(browser: Browser, page: Page) -> Iterator[Open]:
    """Open a scene in a tab of its own, and fail for every message of its console."""
    told: list[str] = []
    contexts = []

    def opened(scene: str, language: str = "en", theme: str = "light", **options: Any) -> Tab:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: told.append(message.text))
        tab.on("pageerror", lambda problem: told.append(str(problem)))
        tab.goto(
            f"http://{page.host}/?token={page.token}&language={language}&theme={theme}#{scene}"
        )
        tab.wait_for_selector("canvas")
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert told == []


def settled(tab: Tab) -> None:
    """Wait until nothing is asked, and two frames are drawn."""
    tab.wait_for_selector(".result small:not(:empty), .panel:not(:has(.result))")
    tab.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def drag(tab: Tab, *places: tuple[float, float]) -> None:
    """Drag over the canvas, from place to place in shares of its width and height."""
    box = tab.locator("canvas").bounding_box()
    assert box is not None
    points = [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in places]
    tab.mouse.move(*points[0])
    tab.mouse.down()
    for x, y in points[1:]:
        tab.mouse.move(x, y, steps=6)
    tab.mouse.up()


@pytest.mark.parametrize("scene", ALL)
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ja", "dark")])
def test_every_scene_is_drawn_and_its_controls_are_named_and_reached_by_the_keyboard(
    open_: Open, scene: str, language: str, theme: str
) -> None:
    tab = open_(scene, language, theme)
    settled(tab)
    assert tab.locator("canvas").evaluate(PAINTED) > 5
    assert tab.locator("html").get_attribute("lang") == language
    assert tab.locator("html").get_attribute("data-theme") == theme
    assert tab.locator("nav a[aria-current]").count() == 1
    controls = tab.locator("a, canvas, input, select, button:not(:disabled)")
    assert all(
        controls.evaluate_all(
            "all => all.map(c => !!(c.labels?.length || c.ariaLabel || c.textContent))"
        )
    )
    reached = set()
    for _ in range(controls.count() + 2):
        tab.keyboard.press("Tab")
        reached.add(
            tab.evaluate(
                "[...document.querySelectorAll('a, canvas, input, select, button')].indexOf(document.activeElement)"
            )
        )
    assert len(reached - {-1}) >= controls.count() - 1


def test_a_unit_is_dragged_on_its_curve(open_: Open) -> None:
    tab = open_("unit?b=9&t=0")
    drag(tab, (0.5, 0.5), (0.66, 0.5))
    place = tab.locator(".value").nth(1)
    assert 0.8 < float(place.inner_text()) < 1.4
    tab.locator("canvas").press("ArrowLeft")
    tab.locator("canvas").press("Shift+ArrowUp")
    assert float(tab.locator(".value").nth(0).inner_text()) > 20


def test_a_rectangle_is_dragged_by_its_edge_and_its_top(open_: Open) -> None:
    tab = open_("rectangle?s=-1&t=1&h=1")
    values = tab.locator(".value")
    drag(tab, (0.35, 0.2), (0.2, 0.2))
    assert float(values.nth(0).inner_text().replace("−", "-")) < -1.5
    tab.locator("canvas").press("Shift+ArrowUp")
    assert float(values.nth(2).inner_text()) == 1.5


def test_a_drawn_curve_gets_its_network_and_a_link_shows_it_again(open_: Open) -> None:
    tab = open_("curve")
    settled(tab)
    drag(tab, (0.1, 0.4), (0.3, 0.1), (0.6, 0.45), (0.9, 0.2))
    expect(tab.locator(".proof")).to_contain_text("drawn curve")
    settled(tab)
    tab.wait_for_url("**points=**")
    proof = tab.locator(".proof").inner_text()
    tab.reload()
    tab.wait_for_selector(".proof li")
    assert tab.locator(".proof").inner_text() == proof


def test_a_curve_is_drawn_by_touch(open_: Open) -> None:
    tab = open_("curve", has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    settled(tab)
    box = tab.locator("canvas").bounding_box()
    assert box is not None
    line = tab.context.new_cdp_session(tab)
    places = [(box["x"] + 60 + 20 * i, box["y"] + 100 + 10 * (i % 5)) for i in range(12)]
    for i, (x, y) in enumerate(places):
        kind = "touchMove" if i else "touchStart"
        line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(tab.locator(".proof")).to_contain_text("drawn curve")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_curve_is_drawn_by_the_arrow_keys(open_: Open) -> None:
    tab = open_("curve")
    settled(tab)
    for key in ["ArrowRight", "ArrowUp", "ArrowUp"]:
        tab.locator("canvas").press(key)
    expect(tab.locator(".proof")).to_contain_text("drawn curve")


def test_the_line_of_a_unit_is_dragged_and_the_regions_follow(open_: Open) -> None:
    tab = open_("depth?width=4&layers=1&seed=2&box=-2,2,-2,2&moved=0,1,0,0")
    settled(tab)
    expect(tab.locator(".result")).to_contain_text("11 linear regions")
    drag(tab, (0.5, 0.3), (0.5, 0.3), (0.85, 0.3))
    tab.wait_for_url(re.compile("moved=0%2C1%2C0%2C-[1-9]"))
    drag(tab, (0.3, 0.8), (0.45, 0.6))
    tab.wait_for_url(re.compile("box=-[2-9].[1-9]"))
    for _ in range(12):
        tab.locator("canvas").press("+")
    expect(tab.locator(".result")).not_to_contain_text("11 linear regions")


def test_a_smaller_eps_gets_more_units(open_: Open) -> None:
    tab = open_("curve?f=x**2&from=0&to=1&eps=0.1")
    settled(tab)
    before = tab.locator(".result").text_content() or ""
    slider = tab.get_by_label("Error allowed")
    for _ in range(20):
        slider.press("ArrowLeft")
    expect(tab.locator(".result")).not_to_have_text(before)
    settled(tab)
    assert int(tab.locator(".result").inner_text().split()[0]) > int(before.split()[0])


def test_the_slider_ends_where_the_method_does_and_says_why(open_: Open) -> None:
    tab = open_("curve?example=kink&eps=0.05&method=staircase")
    settled(tab)
    slider = tab.get_by_label("Error allowed")
    slider.press("Home")
    problem = tab.locator(".problem[role=alert]")
    expect(problem).to_contain_text("This method ends here: more than 2,000 units")
    expect(tab.locator(".result")).to_contain_text("proved")
    tab.wait_for_url(re.compile("eps=0.000[1-9]"))


def test_the_proof_is_recited_line_by_line(open_: Open) -> None:
    tab = open_("curve")
    settled(tab)
    for number in range(3):
        tab.get_by_role("button", name="Next line").click()
        current = tab.locator(".proof li[aria-current]")
        assert current.count() == 1
        assert tab.locator(".proof li").nth(number).get_attribute("aria-current") == "step"
    tab.get_by_role("button", name="Whole proof").click()
    assert tab.locator(".proof li[aria-current]").count() == 0


RECITED = [
    *(("curve", method, sigma) for method, sigma in [
        ("staircase", "logistic"), ("staircase", "relu"), ("rectangles", "tanh"),
        ("polygon", "relu"), ("comb", "logistic"), ("free", "tanh"),
    ]),
    ("surface", "ridge", "logistic"),
]  # fmt: skip


def test_every_line_of_a_proof_is_said_in_japanese(open_: Open) -> None:
    tab = open_("unit", "ja")
    for scene, method, sigma in RECITED:
        kink = {"points": [[0.0, 0.4, 1.0], [0.0, 1.0, 0.5]]}
        plane = {"formula": "x*y", "domain": [[0, 1], [0, 1]]}
        words = {"f": kink if scene == "curve" else plane, "eps": 0.05, "effort": "quick"}
        words |= {"method": method, "activation": sigma}
        recital = scene_of(scene)(words, lambda part: None).answer["proof"]["recital"]
        lines = tab.evaluate("async text => (await import('/web/words.js')).recited(text)", recital)
        for name, _, text in lines[1:]:
            assert re.search(r"[ぁ-ん一-龥]", text), (name, text)
            assert not re.search(r"[a-z]{3,} [a-z]{2,}", text), (name, text)


def test_activations_of_the_page_are_those_of_uat(open_: Open) -> None:
    tab = open_("unit")
    u = np.concatenate([np.linspace(-8, 8, 161), [-1e3, -40.0, 40.0, 1e3, 0.0, 1e-9]])
    script = """async ([name, u]) =>
      u.map((await import('/web/sigma.js')).activations[name])"""
    for name, sigma in NAMED.items():
        found = np.array(tab.evaluate(script, [name, u.tolist()]), float)
        assert np.allclose(found, sigma(u), rtol=1e-12, atol=1e-14), name


def test_what_is_wrong_is_one_line_and_the_next_formula_works(open_: Open) -> None:
    tab = open_("curve")
    settled(tab)
    formula, problem = tab.get_by_label("Formula"), tab.locator(".problem[role=alert]")
    for attack in ["__import__('os')", "<img src=x onerror=alert(1)>", "1/x"]:
        formula.fill(attack)
        formula.press("Enter")
        expect(problem).not_to_have_text("")
        assert "\n" not in problem.inner_text()
        formula.fill("x**3")
        formula.press("Enter")
        expect(problem).to_have_text("")
    assert tab.locator("img").count() == 0


def test_a_picture_and_the_code_are_taken_along(open_: Open) -> None:
    tab = open_("curve?f=x&from=0&to=1&eps=0.25", permissions=["clipboard-read", "clipboard-write"])
    settled(tab)
    with tab.expect_download() as kept:
        tab.get_by_role("button", name="Picture .svg").click()
    assert Path(kept.value.path()).read_bytes().startswith(b"<?xml")
    tab.get_by_role("button", name="Copy as Python").click()
    tab.wait_for_selector("text=Copied")
    assert "uat.approximate(" in tab.evaluate("navigator.clipboard.readText()")


def test_language_and_theme_change_on_the_spot(open_: Open) -> None:
    tab = open_("rectangle?h=1.5")
    tab.get_by_role("button", name="日本語").click()
    assert tab.locator("h1").inner_text() == "万能近似定理"
    tab.get_by_role("button", name="暗い画面").click()
    assert tab.locator("html").get_attribute("data-theme") == "dark"
    assert tab.locator(".value").nth(2).inner_text() == "1.5"


@pytest.mark.parametrize("scene", ["curve", "surface", "training", "depth"])
def test_a_key_moves_every_slider_and_what_is_whole_stays_whole(open_: Open, scene: str) -> None:
    tab = open_(scene)
    settled(tab)
    sliders = tab.locator("input[type=range]")
    for i in range(sliders.count()):
        slider = sliders.nth(i)
        before = slider.get_attribute("aria-valuetext")
        slider.press("ArrowLeft")
        if slider.get_attribute("aria-valuetext") == before:  # it stood at its end
            slider.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") != before
        settled(tab)
    assert all(
        float(shown).is_integer()
        for shown in tab.locator("input[step='1']").evaluate_all("all => all.map(c => c.value)")
    )


def test_any_unit_of_the_first_layer_is_chosen_and_turned(open_: Open) -> None:
    tab = open_("depth?width=17&layers=1")
    settled(tab)
    unit, _, angle = (tab.locator("input[type=range]").nth(i) for i in (2, 3, 4))
    box = unit.bounding_box()
    assert box is not None
    tab.mouse.click(box["x"] + 0.63 * box["width"], box["y"] + box["height"] / 2)
    angle.press("End")
    tab.wait_for_url(re.compile("moved=1[0-9]%2C"))


def test_what_answers_an_older_request_is_pale(open_: Open) -> None:
    tab = open_("curve?f=x**2&from=0&to=1&eps=0.1")
    settled(tab)
    tab.get_by_label("Formula").fill("2x + (")
    tab.get_by_label("Formula").press("Enter")
    expect(tab.locator("main")).to_have_class(re.compile("stale"))
    tab.get_by_label("Formula").fill("x")
    tab.get_by_label("Formula").press("Enter")
    expect(tab.locator("main")).not_to_have_class(re.compile("stale"))


@pytest.mark.skipif("AXE_CORE" not in os.environ, reason="AXE_CORE names no axe.min.js")
@pytest.mark.parametrize("scene", ALL)
@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("ja", "light")])
def test_axe_finds_no_barrier(open_: Open, scene: str, language: str, theme: str) -> None:
    tab = open_(scene, language, theme, bypass_csp=True)
    settled(tab)
    tab.add_script_tag(path=os.environ["AXE_CORE"])
    found = tab.evaluate("axe.run()")["violations"]
    assert [(problem["id"], len(problem["nodes"])) for problem in found] == []


def test_two_thousand_moves_take_no_memory(open_: Open) -> None:
    tab = open_("unit")
    count = "() => { globalThis.gc?.(); return performance.memory.usedJSHeapSize; }"
    script = """async times => {
      const slider = document.querySelector("input[type=range]");
      for (let i = 0; i < times; i += 1) {
        slider.value = (i % 200) / 100;
        slider.dispatchEvent(new Event("input"));
        if (i % 100 === 0) await new Promise(requestAnimationFrame);
      }
    }"""
    tab.evaluate(script, 500)
    before = tab.evaluate(count)
    tab.evaluate(script, 2000)
    assert tab.evaluate(count) < before + 2e6
    assert math.isfinite(before)
