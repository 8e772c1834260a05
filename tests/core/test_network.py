"""A network is an object that cannot change, and says what it is given wrongly."""

import copy
import pickle
from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import uat
from uat import Affine, Network
from uat.core.arguments import real_array
from uat.core.network import as_network


@pytest.fixture
def rectangle() -> Network:
    return Network.from_units([1, -1], [50, 50], [-10, -40], uat.logistic)


@pytest.fixture
def deep() -> Network:
    layers = (
        Affine([[1, 2], [3, 4], [5, 6]], [0, 1, 2]),
        Affine([[1, 0, -1]], [0.5]),
        Affine([[2], [-2]], [0, 0]),
    )
    return Network(layers, uat.tanh)


def test_arrays_are_copied_at_the_door_and_read_only() -> None:
    weight = np.array([[1.0, 2.0]])
    layer = Affine(weight, [3])
    weight[0, 0] = 7
    assert layer.weight[0, 0] == 1
    assert layer.weight.dtype == layer.bias.dtype == np.float64
    assert layer.weight.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        layer.weight[0, 0] = 7


def test_columns_of_another_array_become_contiguous() -> None:
    assert Affine(np.ones((3, 2)).T[:, ::2], [0, 0]).weight.flags.c_contiguous


def test_nothing_can_be_set(rectangle: Network) -> None:
    for thing, name in ((rectangle, "layers"), (rectangle.layers[0], "bias"), (rectangle, "new")):
        with pytest.raises((AttributeError, TypeError)):
            setattr(thing, name, None)


def test_views_of_the_units_are_read_only(rectangle: Network) -> None:
    for values in (rectangle.output_weights, rectangle.slopes, rectangle.biases):
        assert not values.flags.writeable


def test_the_units_come_back_as_they_were_given(rectangle: Network) -> None:
    assert rectangle.output_weights.tolist() == [1, -1]
    assert rectangle.slopes.tolist() == [50, 50]
    assert rectangle.biases.tolist() == [-10, -40]
    assert rectangle.layers[-1].bias.tolist() == [0]
    plane = Network.from_units([1], [[2, 3]], [4], "relu")
    assert plane.slopes.tolist() == [[2, 3]]
    pair = Network((Affine([[1], [2]], [0, 0]), Affine(np.eye(2), [0, 0])), uat.tanh)
    assert pair.output_weights.shape == (2, 2)


def test_sizes_say_what_the_network_is(deep: Network) -> None:
    assert deep.widths == (3, 1)
    assert (deep.depth, deep.units) == (2, 4)
    assert (deep.input_dimension, deep.output_dimension) == (2, 2)
    assert repr(deep) == "Network(2 → 3 → 1 → 2, uat.tanh)"
    line = Network([Affine([[2]], [1])], "relu")
    assert (line.depth, line.units, line.widths) == (0, 0, ())
    assert line([3.0]).tolist() == [7]


MIXED = (uat.relu, uat.tanh)


def test_each_layer_may_have_an_activation_of_its_own(deep: Network) -> None:
    mixed = Network(deep.layers, MIXED)
    assert mixed.activations == MIXED
    assert mixed.activation is None
    assert repr(mixed) == "Network(2 → 3 → 1 → 2, uat.relu, uat.tanh)"
    assert mixed == Network(deep.layers, ["relu", "tanh"]) != Network(deep.layers, MIXED[::-1])
    assert Network(deep.layers, ("tanh", "tanh")) == deep
    assert (deep.activation, deep.activations) == (uat.tanh, (uat.tanh, uat.tanh))
    x = np.random.default_rng(1).normal(size=(5, 2))
    first = np.maximum(x @ np.array([[1, 3, 5], [2, 4, 6]]) + [0, 1, 2], 0)
    second = np.tanh(first @ [[1], [0], [-1]] + 0.5)
    np.testing.assert_allclose(mixed(x), second @ [[2, -2]], rtol=0, atol=1e-14)


def test_outputs_with_an_activation_are_units_too(deep: Network) -> None:
    g = Network(deep.layers, (uat.relu, uat.tanh, uat.logistic))
    assert (g.widths, g.output_dimension, len(g.layers)) == ((3, 1, 2), 2, 4)
    assert g.layers[-1] == Affine(np.eye(2), np.zeros(2))
    x = np.random.default_rng(2).normal(size=(5, 2))
    np.testing.assert_array_equal(g(x), uat.logistic(Network(deep.layers, MIXED)(x)))
    assert Network(g.layers, g.activations) == g
    alone = Network(deep.layers[:1], ("tanh",))
    np.testing.assert_array_equal(alone(x), np.tanh(Network(deep.layers[:1], ())(x)))


def test_a_tuple_of_another_length_is_refused(deep: Network) -> None:
    for count in (0, 1, 4):
        with pytest.raises(uat.InputError, match="for 2 hidden layers; one for each is needed"):
            Network(deep.layers, ("relu",) * count)


def test_what_needs_one_activation_says_so(deep: Network) -> None:
    with pytest.raises(uat.InputError, match=r"uat.relu, uat.tanh\) given; regions are those of"):
        uat.count_regions(Network(deep.layers, MIXED), (-1, 1))


def test_the_repr_of_many_layers_is_short() -> None:
    square = Affine(np.eye(2), np.zeros(2))
    many = Network((square,) * 151, "relu")
    assert repr(many) == "Network(2 → 2 → 2 → (147 more) → 2 → 2, uat.relu)"
    mixed = Network((square,) * 151, ["relu"] * 75 + ["tanh"] * 75)
    assert repr(mixed).endswith("→ 2, uat.relu × 75, uat.tanh × 75)")
    swapped = Network((square,) * 151, ["relu", "tanh"] * 75)
    assert repr(swapped).endswith("→ 2, uat.relu, uat.tanh, uat.relu, …, uat.tanh)")
    assert repr(Network((square,), "relu")) == "Network(2 → 2)"


def test_equality_is_by_value(rectangle: Network, deep: Network) -> None:
    same = Network.from_units([1.0, -1.0], [50.0, 50.0], [-10.0, -40.0], "logistic")
    assert rectangle == same
    assert hash(rectangle) == hash(same)
    assert rectangle != deep
    assert rectangle != Network(rectangle.layers, uat.tanh)
    assert rectangle.layers[0] != rectangle.layers[1]
    assert rectangle.layers[0] != "a layer"
    assert len({rectangle, same, deep}) == 2


def test_equal_zeros_hash_alike() -> None:
    one, other = Affine([[0.0]], [0.0]), Affine([[-0.0]], [-0.0])
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))]
)
def test_copies_and_pickles_are_equal_and_read_only(
    deep: Network, again: Callable[[Network], Network]
) -> None:
    twin = again(deep)
    assert twin == deep
    assert hash(twin) == hash(deep)
    assert not twin.layers[0].weight.flags.writeable
    assert again(deep.layers[0]) == deep.layers[0]  # type: ignore[arg-type]


def test_points_keep_their_leading_shape(deep: Network) -> None:
    rng = np.random.default_rng(0)
    for leading in ((), (4,), (2, 3), (0,), (2, 0, 3)):
        assert deep(rng.normal(size=(*leading, 2))).shape == (*leading, 2)


def test_a_deep_network_is_its_formula(deep: Network) -> None:
    x = np.random.default_rng(1).normal(size=(5, 2))
    first = np.tanh(x @ np.array([[1, 3, 5], [2, 4, 6]]) + [0, 1, 2])
    second = np.tanh(first @ [[1], [0], [-1]] + 0.5)
    np.testing.assert_allclose(deep(x), second @ [[2, -2]], rtol=0, atol=1e-14)


def test_as_a_function_it_takes_coordinates(rectangle: Network, deep: Network) -> None:
    g = rectangle.as_function()
    assert isinstance(g(0.5), float)
    assert g(0.5) == pytest.approx(1.0)
    assert g(np.zeros((2, 3))).shape == (2, 3)
    assert g([0.5]).shape == (1,)
    assert repr(g) == "Network(1 → 2 → 1, uat.logistic).as_function()"
    h = deep.as_function()
    assert h(0.0, np.zeros(3)).shape == (3, 2)
    np.testing.assert_array_equal(h(1, 2), deep([1, 2]))
    assert pickle.loads(pickle.dumps(g)) == g


@pytest.mark.parametrize(
    ("shape", "needed"), [((), r"\(\.\.\., 1\)"), ((3,), r"\(\.\.\., 1\)"), ((4, 2), "last axis")]
)
def test_another_shape_is_an_error_that_names_as_function(
    rectangle: Network, shape: tuple[int, ...], needed: str
) -> None:
    with pytest.raises(uat.InputError, match=needed) as caught:
        rectangle(np.zeros(shape))
    assert "as_function()" in str(caught.value)


def test_coordinates_must_be_as_many_as_needed_and_broadcast(deep: Network) -> None:
    with pytest.raises(
        uat.InputError, match="1 coordinate given; this network takes 2 coordinates"
    ):
        deep.as_function()(0.0)
    with pytest.raises(uat.InputError, match=r"shapes \(2,\) and \(3,\) given"):
        deep.as_function()([0, 1], [0, 1, 2])


WRONG_NUMBERS: list[tuple[Any, type[Exception], str]] = [
    ([[1, np.nan]], uat.InputError, r"weight has nan at \(0, 1\); finite"),
    ([[np.inf, 1]], uat.InputError, r"weight has inf at \(0, 0\); finite"),
    ([[1, 2], [3]], uat.InputError, "ragged"),
    ([1, 2], uat.InputError, r"\(2,\) given; \(out, in\)"),
    ([[]], uat.InputError, r"\(1, 0\) given"),
    (np.zeros((0, 2)), uat.InputError, r"\(0, 2\) given"),
    ([[1 + 2j]], uat.WrongType, "complex"),
    ([["1.0"]], uat.WrongType, "text"),
    ("1.0", uat.WrongType, "text"),
    (None, uat.WrongType, "None"),
    ([[None]], uat.WrongType, "real numbers are needed"),
    ([[object()]], uat.WrongType, "real numbers are needed"),
    ([[10**400]], uat.InputError, "past the range"),
    (np.array([["2026-01-01"]], dtype="datetime64[D]"), uat.WrongType, "real numbers"),
    (np.ma.masked_array([[1.0, 2.0]], [[True, False]]), uat.InputError, "masked"),
]


@pytest.mark.parametrize(("weight", "error", "line"), WRONG_NUMBERS)
def test_a_wrong_weight_is_refused_in_one_line(
    weight: Any, error: type[Exception], line: str
) -> None:
    with pytest.raises(error, match=line) as caught:
        Affine(weight, [0.0])
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_a_number_past_float64_is_infinite_and_refused() -> None:
    with pytest.raises(uat.InputError, match="inf"):
        Affine(np.array([[np.longdouble("1e4000")]]), [0.0])


def test_every_kind_of_real_number_is_taken() -> None:
    given: Any = [True, 2, 3.5, Fraction(1, 4), np.float32(0.5), 10**30]
    assert real_array(given, "x").tolist() == [1, 2, 3.5, 0.25, 0.5, 1e30]
    assert real_array(np.array([1, 2], dtype=np.int8), "x").dtype == np.float64


@pytest.mark.parametrize("bias", [0.0, [0.0, 0.0], [[0.0]], []])
def test_a_bias_of_another_shape_is_refused(bias: Any) -> None:
    with pytest.raises(uat.InputError, match=r"for 1 unit; \(1,\) is needed"):
        Affine([[1.0]], bias)


def test_a_transposed_weight_is_told_its_axes() -> None:
    with pytest.raises(uat.InputError, match=r"\(3, 2\) and bias \(2,\).*: give weight\.T\?"):
        Affine(np.ones((3, 2)), np.ones(2))


def test_layers_that_do_not_fit_are_refused() -> None:
    thin, wide = Affine([[1.0]], [0.0]), Affine([[1.0, 2.0]], [0.0])
    with pytest.raises(uat.InputError, match="layer 2 gives 1 value and layer 3 takes 2"):
        Network((thin, thin, wide), uat.relu)


def test_layers_of_another_kind_are_refused() -> None:
    layer, any_network = Affine([[1.0]], [0.0]), Network.from_units
    with pytest.raises(uat.InputError, match="no layers"):
        Network((), uat.relu)
    for wrong in ((layer, [[1.0]]), "ab", [None], 5):
        with pytest.raises(
            uat.WrongType, match=r"of uat\.Affine is needed|a uat\.Affine is needed"
        ):
            Network(wrong, uat.relu)  # type: ignore[arg-type]
    with pytest.raises(uat.WrongType, match="a sequence of"):
        Network(layer, 5)  # type: ignore[arg-type]
    with pytest.raises(uat.InputError, match="did you mean 'tanh'"):
        any_network([1], [1], [1], "tahn")
    with pytest.raises(uat.WrongType, match="given as an activation"):
        any_network([1], [1], [1], np.tanh)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("a", "b", "c", "line"),
    [
        ([], [], [], "at least 1"),
        (1.0, 1.0, 1.0, "one number a unit"),
        ([1, 2], [1, 2], [1], "one number a unit"),
        ([1, 2], [1], [1, 2], r"b of shape \(1,\) given for 2 units"),
        ([1], [[[1]]], [1], r"\(1,\) or \(1, d\) is needed"),
        ([1], 1.0, [1], r"b of shape \(\) given"),
        ([1], [[]], [1], r"\(1, 0\)"),
        ([np.nan], [1], [1], "nan"),
    ],
)
def test_units_that_do_not_fit_are_refused(a: Any, b: Any, c: Any, line: str) -> None:
    with pytest.raises(uat.InputError, match=line):
        Network.from_units(a, b, c, uat.logistic)


def test_only_one_hidden_layer_has_slopes(deep: Network) -> None:
    for name in ("output_weights", "slopes", "biases"):
        with pytest.raises(uat.InputError, match=f"{name} needs one hidden layer; .* has 2"):
            getattr(deep, name)


def test_a_network_is_found_in_what_holds_one(deep: Network) -> None:
    held = (deep, deep.as_function(), SimpleNamespace(network=deep), SimpleNamespace(network_=deep))
    assert all(as_network(thing) is deep for thing in held)


@pytest.mark.parametrize(
    ("thing", "error", "line"),
    [
        (5, uat.WrongType, r"5 given as a network; a uat\.Network is needed"),
        (np.zeros(99), uat.WrongType, "an array given as a network"),
        (SimpleNamespace(steps=[]), uat.WrongType, "it scales its data outside of the network"),
        (type("MLPRegressor", (), {})(), uat.InputError, "before its training; call its fit first"),
        (
            SimpleNamespace(
                coefs_=[], intercepts_=[], activation="relu", out_activation_="softmax"
            ),
            uat.InputError,
            "with 'softmax' after its last layer; none is needed",
        ),
        (
            SimpleNamespace(coefs_=[[[1.0]]], intercepts_=[[0.0]], activation="identity"),
            uat.InputError,
            "no activation 'identity'",
        ),
    ],
    ids=range(6),
)
def test_what_holds_no_network_is_told_what_does(
    thing: Any, error: type[uat.UatError], line: str
) -> None:
    with pytest.raises(error, match=line) as caught:
        as_network(thing)
    assert "\n" not in str(caught.value)


def test_points_given_as_one_coordinate_are_told_how_they_are_given() -> None:
    flat = Network.from_units([1.0], [[1.0, 2.0]], [0.0], uat.relu).as_function()
    points = np.ones((5, 2))
    with pytest.raises(uat.InputError, match=r"points of shape \(5, 2\) given; .*: g\(\*X\.T\)$"):
        flat(points)
    with pytest.raises(uat.InputError, match=r"one by one: g\(\*np\.asarray\(X\)\.T\)$"):
        flat(points.tolist())
    assert flat(*points.T).tolist() == [3.0] * 5
