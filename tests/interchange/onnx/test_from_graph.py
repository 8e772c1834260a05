"""ONNX files are read as the reference evaluates them, and bad ones are refused in one line."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

import uat
from uat import Affine, Network

HERE = Path(__file__).parents[1] / "networks"
RNG = np.random.default_rng(0)
W, V, U = (RNG.normal(size=size) for size in ((4, 3), (2, 4), (2, 2)))
B, C = RNG.normal(size=4), RNG.normal(size=2)

Nodes = list[Any]
Tensors = dict[str, Any]
node = helper.make_node


def model(
    nodes: Nodes, tensors: Tensors, shape: list[Any] | None = None, opset: int = 20, **graph: Any
) -> Any:
    """A model from x of a shape to y, in double precision."""
    given = helper.make_tensor_value_info("x", TensorProto.DOUBLE, shape or ["N", 3])
    found = helper.make_tensor_value_info("y", TensorProto.DOUBLE, None)
    constants = [numpy_helper.from_array(np.asarray(v), name) for name, v in tensors.items()]
    made = helper.make_graph(nodes, "test", [given], [found], constants, **graph)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)


def loaded(folder: Path, made: Any) -> Network:
    place = folder / "net.onnx"
    place.write_bytes(made if isinstance(made, bytes) else made.SerializeToString())
    network = uat.load(place)
    assert isinstance(network, Network)
    return network


def agree(network: Network, made: Any, shape: tuple[int, ...] = (1, 3)) -> None:
    """Compare with the reference, point by point."""
    reference = ReferenceEvaluator(made)
    for x in np.random.default_rng(1).normal(size=(5, network.input_dimension)):
        (y,) = reference.run(None, {"x": x.reshape(shape)})
        np.testing.assert_allclose(network(x), np.ravel(y), rtol=1e-12, atol=1e-12)


def dense(weight: str, bias: str, before: str, after: str) -> Any:
    return node("Gemm", [before, weight, bias], [after], transB=1)


CHAINS: dict[str, tuple[Nodes, Tensors]] = {
    "gemm": (
        [dense("W", "B", "x", "a"), node("Relu", ["a"], ["b"]), dense("V", "C", "b", "y")],
        {},
    ),
    "gemm with factors": (
        [node("Gemm", ["x", "Wt", "B"], ["a"], alpha=0.5, beta=-2.0), node("Tanh", ["a"], ["y"])],
        {"Wt": W.T},
    ),
    "gemm without bias": ([node("Gemm", ["x", "W"], ["y"], transB=1)], {}),
    "matmul and add": (
        [
            node("Transpose", ["W"], ["Wt"], perm=[1, 0]),
            node("MatMul", ["x", "Wt"], ["a"]),
            node("Add", ["B", "a"], ["b"]),
            node("Sigmoid", ["b"], ["y"]),
        ],
        {},
    ),
    "a normalised input": (
        [
            node("Sub", ["x", "m"], ["a"]),
            node("Div", ["a", "s"], ["b"]),
            dense("W", "B", "b", "c"),
            node("Softplus", ["c"], ["y"]),
        ],
        {"m": RNG.normal(size=(1, 3)), "s": RNG.uniform(1, 2, 3)},
    ),
    "a scaled output": (
        [
            dense("W", "B", "x", "a"),
            node("Elu", ["a"], ["b"]),
            dense("V", "C", "b", "c"),
            node("Mul", ["c", "two"], ["d"]),
            node("Sub", ["one", "d"], ["y"]),
        ],
        {"two": np.array(2.5), "one": np.array([1.0, -1.0])},
    ),
    "batch normalization": (
        [
            dense("W", "B", "x", "a"),
            node("BatchNormalization", ["a", "g", "h", "m", "v"], ["b"], epsilon=0.01),
            node("LeakyRelu", ["b"], ["c"], alpha=0.25),
            dense("V", "C", "c", "y"),
        ],
        {name: RNG.uniform(0.5, 1, 4) for name in "ghmv"},
    ),
    "constants and shapes": (
        [
            node("Constant", [], ["shape"], value_ints=[-1, 3]),
            node("Constant", [], ["w"], value=numpy_helper.from_array(W.T)),
            node("Reshape", ["x", "shape"], ["a"]),
            node("Flatten", ["a"], ["b"]),
            node("Identity", ["w"], ["k"]),
            node("MatMul", ["b", "k"], ["c"]),
            node("Identity", ["c"], ["d"]),
            node("Tanh", ["d"], ["y"]),
        ],
        {},
    ),
    "two activations, one after the other": (
        [node("Tanh", ["x"], ["a"]), node("Relu", ["a"], ["b"]), dense("W", "B", "b", "y")],
        {},
    ),
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_has_the_values_of_the_reference(tmp_path: Path, name: str) -> None:
    nodes, tensors = CHAINS[name]
    made = model(nodes, {"W": W, "B": B, "V": V, "C": C, **tensors})
    agree(loaded(tmp_path, made), made)


def test_gelu_is_that_of_the_error_function(tmp_path: Path) -> None:
    made = model([dense("W", "B", "x", "a"), node("Gelu", ["a"], ["y"])], {"W": W, "B": B})
    x = RNG.normal(size=3)
    expected = [u * (1 + math.erf(u / math.sqrt(2))) / 2 for u in (W @ x + B).tolist()]
    assert loaded(tmp_path, made)(x) == pytest.approx(expected, rel=1e-12)


def test_a_matrix_may_stand_before_a_column(tmp_path: Path) -> None:
    nodes = [
        node("MatMul", ["W", "x"], ["a"]),
        node("Add", ["a", "B"], ["b"]),
        node("Relu", ["b"], ["y"]),
    ]
    made = model(nodes, {"W": W, "B": B[:, None]}, [3, 1])
    agree(loaded(tmp_path, made), made, (3, 1))
    made = model(nodes, {"W": W, "B": B}, [3])
    agree(loaded(tmp_path, made), made, (3,))


def test_an_image_is_flattened_in_its_order(tmp_path: Path) -> None:
    nodes = [
        node("BatchNormalization", ["x", "g", "h", "m", "v"], ["a"]),
        node("Flatten", ["a"], ["b"]),
        dense("K", "B", "b", "y"),
    ]
    tensors = {name: RNG.uniform(0.5, 1, 2) for name in "ghmv"}
    made = model(nodes, {"K": RNG.normal(size=(4, 6)), "B": B, **tensors}, ["N", 2, 1, 3])
    agree(loaded(tmp_path, made), made, (1, 2, 1, 3))


def test_a_file_of_others_in_single_precision_is_exact() -> None:
    path = HERE / "controller_3_20.onnx"
    network, given = uat.load(path), onnx.load(path)
    assert isinstance(network, Network)
    tensors = [numpy_helper.to_array(t).astype(float) for t in given.graph.initializer]
    for layer in network.layers:
        assert any(np.array_equal(layer.weight, t) for t in tensors)
    reference = ReferenceEvaluator(given)
    for x in RNG.normal(size=(5, 5)):
        (y,) = reference.run(None, {"input": x.reshape(1, 1, 1, 5).astype(np.float32)})
        np.testing.assert_allclose(network(x), np.ravel(y), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_numbers_of_every_precision_are_exact(tmp_path: Path, kind: Any) -> None:
    weight = W.astype(kind)
    found = loaded(tmp_path, model([node("MatMul", ["x", "W"], ["y"])], {"W": weight.T}))
    assert np.array_equal(found.layers[0].weight, weight.astype(float))


def spoilt(change: Callable[[Any], None]) -> Any:
    nodes, _ = CHAINS["gemm"]
    made = model(nodes, {"W": W, "B": B, "V": V, "C": C})
    change(made.graph)
    return made


def set_node(graph: Any, place: int, **changed: Any) -> None:
    for name, value in changed.items():
        part = getattr(graph.node[place], name)
        if isinstance(value, list):
            del part[:]
            part.extend(value)
        else:
            setattr(graph.node[place], name, value)


def huge(graph: Any) -> None:
    graph.initializer[0].dims[:] = [2**14, 2**14]


def huge_input(graph: Any) -> None:
    graph.input[0].type.tensor_type.shape.dim[1].dim_value = 10**12


def dynamic(graph: Any) -> None:
    graph.input[0].type.tensor_type.shape.dim[1].dim_param = "width"


def many(graph: Any) -> None:
    graph.input[0].type.tensor_type.shape.dim[0].dim_value = 64


def external(graph: Any, location: str, length: str = "") -> None:
    tensor = graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entries = {"location": location, **({"length": length} if length else {})}
    for key, value in entries.items():
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value


def signalling(graph: Any) -> None:
    """A NaN of single precision that a processor complains about."""
    graph.initializer[0].data_type = TensorProto.FLOAT
    graph.initializer[0].raw_data = b"\x01\x00\x80\x7f" * 12


def nan(graph: Any) -> None:
    graph.initializer[0].CopyFrom(numpy_helper.from_array(np.full((4, 3), np.nan), "W"))


def zero_shape(graph: Any) -> None:
    graph.node[1].CopyFrom(node("Reshape", ["a", "s"], ["b"], allowzero=1))
    graph.initializer.append(numpy_helper.from_array(np.array([0, 4]), "s"))


def misfit(graph: Any) -> None:
    graph.node[1].CopyFrom(node("Add", ["a", "C"], ["b"]))


def column(graph: Any) -> None:
    graph.node[1].CopyFrom(node("Add", ["a", "k"], ["b"]))
    graph.initializer.append(numpy_helper.from_array(B[:, None], "k"))


def foreign_constant(graph: Any) -> None:
    set_node(graph, 1, op_type="Add", input=["a", "k"])
    graph.node.append(node("Constant", [], ["k"], value_float=1.0, domain="my.own"))


BAD: dict[str, tuple[Callable[[Any], None], str]] = {
    "an unknown node": (
        lambda g: set_node(g, 1, op_type="Conv", name="first"),
        r"Conv 'first' is an operation 'Conv', which is not read; read are Constant, Gemm, .*: a chain",
    ),
    "a node of another domain": (
        lambda g: set_node(g, 1, domain="my.own"),
        "is an operation 'my.own.Relu', which is not read",
    ),
    "a constant of another domain": (
        foreign_constant,
        "Add 'b' joins 2 tensors that depend on the input",
    ),
    "a name that is given twice": (
        lambda g: g.node.append(node("Relu", ["a"], ["b"])),
        "give a tensor of one name",
    ),
    "a skip connection": (
        lambda g: set_node(g, 1, op_type="Add", input=["a", "x"]),
        "joins 2 tensors that depend on the input; a skip connection",
    ),
    "a node that nothing leads to": (
        lambda g: set_node(g, 1, input=["nowhere"]),
        "do not lead from an input to 'y'",
    ),
    "a circle": (lambda g: set_node(g, 1, input=["b"]), "do not lead from an input to 'y'"),
    "a tensor that was cut off": (
        huge,
        "'W' of shape .16384, 16384. brings 96 bytes; it was cut off",
    ),
    "an input of a million million": (huge_input, "1,000,000,000,000 inputs; at most"),
    "a dynamic width": (dynamic, r"has the shape \(N, width\); all lengths but the first"),
    "64 points at once": (many, r"has the shape \(64, 3\), 64 points at once"),
    "external data missing": (
        lambda g: external(g, "weights.bin"),
        "'W' is in the file 'weights.bin', which is missing beside the model",
    ),
    "external data elsewhere": (
        lambda g: external(g, "../../etc/passwd"),
        "'W' is in '../../etc/passwd'; a file in the folder of the model is needed",
    ),
    "NaN": (nan, r"weight has nan at \(0, 0\)"),
    "a signalling NaN": (signalling, r"weight has nan at \(0, 0\)"),
    "another Gelu": (
        lambda g: (g.node[1].MergeFrom(node("Gelu", [], [], approximate="tanh")),)[0],
        "Gelu 'b': it has approximate = b'tanh'",
    ),
    "a matrix that does not fit": (
        lambda g: set_node(g, 2, input=["b", "W", "B"]),
        r"Gemm 'y': .*takes 4 values; they have to fit",
    ),
    "a constant that does not fit": (misfit, r"Add 'b': a constant of shape \(2,\) meets values"),
    "a column that would make a matrix": (
        column,
        r"constant of shape \(4, 1\) meets values of \(1, 4\)",
    ),
    "a shape without values": (zero_shape, "Reshape 'b': its shape has a 0"),
    "two inputs": (
        lambda g: g.input.append(helper.make_tensor_value_info("z", TensorProto.DOUBLE, [1])),
        "it has 2 inputs and 1 output; one tensor each is needed",
    ),
    "an output that is constant": (
        lambda g: (
            g.output[0].__setattr__("name", "k"),
            g.node.append(node("Constant", [], ["k"], value_float=1.0)),
        )[0],
        "does not depend on the input",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_spoilt_model_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    change, said = BAD[name]
    with pytest.raises(uat.FileProblem, match=said) as caught:
        loaded(tmp_path, spoilt(change))
    assert "\n" not in str(caught.value)


def test_operations_that_are_defined_anew_are_refused(tmp_path: Path) -> None:
    made = spoilt(lambda _: None)
    body = [node("Neg", ["u"], ["v"])]
    made.functions.append(helper.make_function("", "Relu", ["u"], ["v"], body, made.opset_import))
    with pytest.raises(uat.FileProblem, match="it defines operations of ONNX anew"):
        loaded(tmp_path, made)


def test_a_file_that_was_cut_off_is_refused_wherever(tmp_path: Path) -> None:
    whole = spoilt(lambda _: None).SerializeToString()
    for size in range(1, len(whole), 7):
        with pytest.raises(uat.FileProblem) as caught:
            loaded(tmp_path, whole[:size])
        assert "\n" not in str(caught.value)
    with pytest.raises(uat.FileProblem, match="no ONNX model"):
        loaded(tmp_path, b"plain text, of no format at all")


def test_tensors_in_a_file_beside_it_are_read(tmp_path: Path) -> None:
    made = spoilt(lambda g: external(g, "weights.bin", "96"))
    (tmp_path / "weights.bin").write_bytes(W.tobytes())
    assert np.array_equal(loaded(tmp_path, made).layers[0].weight, W)
    (tmp_path / "weights.bin").write_bytes(W.tobytes()[:-1])
    with pytest.raises(uat.FileProblem, match=r"needs 96 bytes of 'weights.bin', which does not"):
        loaded(tmp_path, made)


def test_without_the_package_it_says_what_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    network = Network([Affine(W, B)], ())
    with pytest.raises(
        uat.FileProblem, match="files of ONNX need the package onnx: pip install onnx"
    ):
        network.save(tmp_path / "net.onnx")
    with pytest.raises(uat.FileProblem, match="need the package onnx"):
        uat.load(HERE / "controller_3_20.onnx")
