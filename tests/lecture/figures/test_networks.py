"""The pictures of networks show the networks they name."""

from collections import Counter

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Patch

from tests.lecture.words import picture, words_of
from uat.lecture.networks import five_layers
from uat.plotting.language import LANGUAGES

both_languages = pytest.mark.parametrize("language", LANGUAGES)


def patches(figure: Figure, kind: type[Patch]) -> list[Patch]:
    return [patch for patch in figure.axes[0].patches if isinstance(patch, kind)]


def columns(figure: Figure) -> list[int]:
    """How many circles stand at each place from left to right."""
    places = [
        np.mean(circle.get_extents().get_points()[:, 0]) for circle in patches(figure, Circle)
    ]
    counted = Counter(np.round(places, 3).tolist())
    return [counted[x] for x in sorted(counted)]


def lines(figure: Figure) -> list[int]:
    bundles = figure.axes[0].collections
    return [len(item.get_segments()) for item in bundles if isinstance(item, LineCollection)]


def words(figure: Figure) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in figure.axes[0].texts]


@both_languages
def test_the_cover_is_a_3_4_2_network(language: str) -> None:
    figure = picture("nn-cover", language)
    assert columns(figure) == [3, 4, 2]
    assert lines(figure) == [12, 8]


@both_languages
def test_the_perceptron_is_fully_connected(language: str) -> None:
    figure = picture("mlp", language)
    assert columns(figure) == [4, 6, 4, 2, 1]
    assert lines(figure) == [24, 24, 8, 2]


def test_the_perceptron_names_the_shapes_of_its_weights() -> None:
    said = words(picture("mlp", "en"))
    for number, layer in enumerate(five_layers().layers, 1):
        rows, columns = layer.weight.shape
        assert rf"$W^{{({number})}}$: ${rows}\times {columns}$" in said


@both_languages
@pytest.mark.parametrize("name", ["layer-blocks", "layer-roles"])
def test_five_blocks_lead_from_x_to_y(name: str, language: str) -> None:
    figure = picture(name, language)
    blocks = patches(figure, FancyBboxPatch)
    sizes = [block.get_bbox().height for block in blocks if isinstance(block, FancyBboxPatch)]
    assert len(sizes) == 5
    # Larger layers are higher.
    assert sorted(range(5), key=sizes.__getitem__) == [4, 3, 0, 2, 1]
    arrows = [getattr(text, "arrow_patch", None) for text in figure.axes[0].texts]
    assert sum(isinstance(arrow, FancyArrowPatch) for arrow in arrows) == 6
    assert {r"$\boldsymbol{x}$", r"$\boldsymbol{y}$"} <= set(words(figure))


@both_languages
def test_below_each_arrow_stands_what_flows_along_it(language: str) -> None:
    said = "".join(word.text for word in words_of(picture("layer-blocks", language)))
    value = r"\boldsymbol{x}"
    for i in range(1, 6):
        # The newest function and what it takes are pieces of their own.
        assert f"$f_{i}($${value}$$)$" in said
        value = f"f_{i}({value})"


def test_five_layers_stand_in_the_same_place_on_three_slides() -> None:
    blocks, roles, mlp = (picture(name, "en") for name in ("layer-blocks", "layer-roles", "mlp"))
    boxes = [
        np.sort([block.get_extents().bounds for block in patches(figure, FancyBboxPatch)], axis=0)
        for figure in (blocks, roles)
    ]
    circles = [
        np.sort([circle.get_extents().bounds for circle in patches(figure, Circle)], axis=0)
        for figure in (roles, mlp)
    ]
    assert boxes[0] == pytest.approx(boxes[1])
    assert circles[0] == pytest.approx(circles[1])


def test_the_lines_of_one_unit_are_lit() -> None:
    for name, inputs in (("nn-cover", 3), ("mlp", 4)):
        (bundle, *_) = [
            item
            for item in picture(name, "en").axes[0].collections
            if isinstance(item, LineCollection)
        ]
        widths = np.asarray(bundle.get_linewidth())
        assert np.count_nonzero(widths == widths.max()) == inputs


def test_every_layer_has_its_role() -> None:
    said = words(picture("layer-roles", "ja"))
    assert [word for word in said if word in {"入力層", "中間層", "出力層"}] == [
        "入力層",
        *3 * ["中間層"],
        "出力層",
    ]
    said = words(picture("layer-roles", "en"))
    assert said.count("Hidden layer") == 3
    assert {"Input layer", "Output layer"} <= set(said)
