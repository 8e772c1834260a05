"""Networks are written as ONNX without losing a digit, as the reference evaluates them."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto
from onnx.reference import ReferenceEvaluator

import uat
from uat import Affine, Network

RNG = np.random.default_rng(0)
W, V, U = (RNG.normal(size=size) for size in ((4, 3), (2, 4), (2, 2)))
B, C = RNG.normal(size=4), RNG.normal(size=2)


@pytest.mark.parametrize(
    "sigmas",
    [
        ("relu", "tanh", "logistic"),
        ("softplus", "gelu", "elu"),
        (uat.leaky_relu(0.25), "relu", "relu"),
    ],
)
def test_a_network_comes_back_bit_for_bit(tmp_path: Path, sigmas: Any) -> None:
    layers = [Affine(W, B), Affine(V, C), Affine(U, C)]
    for scale in (1.0, np.float32(1) / 3):
        # the second in single precision
        some = [
            Affine(
                (scale * layer.weight).astype(np.float32 if scale < 1 else float),
                layer.bias * (scale == 1),
            )
            for layer in layers
        ]
        network = Network(some, sigmas)
        place = tmp_path / "again.onnx"
        network.save(place)
        assert uat.load(place) == network
        given = onnx.load(place)
        onnx.checker.check_model(given, full_check=True)
        kind = given.graph.input[0].type.tensor_type.elem_type
        assert kind == (TensorProto.DOUBLE if scale == 1 else TensorProto.FLOAT)
        x = RNG.normal(size=(4, 3)).astype(float if scale == 1 else np.float32)
        (y,) = ReferenceEvaluator(given).run(None, {"x": x})
        np.testing.assert_allclose(
            network(x), np.array(y), rtol=1e-12 if scale == 1 else 1e-3, atol=1e-6
        )


def test_what_the_format_does_not_have_is_not_written(tmp_path: Path) -> None:
    for sigma, said in [
        (uat.gompertz, "it holds absolute, elu, gelu"),
        (uat.leaky_relu(0.1), "is the nearest"),
    ]:
        with pytest.raises(uat.InputError, match=said):
            Network([Affine(W, B), Affine(V, C)], sigma).save(tmp_path / "g.onnx")
    assert not [*tmp_path.iterdir()]
