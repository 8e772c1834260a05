"""Backpropagation beside PyTorch's: the same numbers, and how long they take.

Run by `OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 pytest tests/benchmarks/bench_gradient.py -n0 -s`,
with PyTorch installed (`pip install torch`; too large for the test dependencies). Both ways on the
CPU in float64 with one thread, the shortest CPU time of several runs.
"""

import sys
from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np
import pytest

import uat
from uat.train.gradient import loss_and_gradient
from uat.train.parameters import Shape

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed: nothing to compare to")


def seconds(run: Callable[[], Any], repeat: int = 15) -> float:
    times = []
    for _ in range(repeat):
        start = process_time()
        run()
        times.append(process_time() - start)
    return min(times)


@pytest.mark.parametrize(
    ("name", "layer"), [("tanh", "Tanh"), ("logistic", "Sigmoid"), ("relu", "ReLU")]
)
def test_the_gradient_is_that_of_pytorch_and_as_fast(name: str, layer: str) -> None:
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    shape = Shape((2, 64, 64, 1), getattr(uat, name))
    weights = rng.normal(size=shape.count)
    x = rng.uniform(-1, 1, (10_000, 2))
    y = np.sin(3 * x.sum(axis=1, keepdims=True))
    sigma = getattr(torch.nn, layer)
    layers = [torch.nn.Linear(m, n, dtype=torch.float64) for m, n in ((2, 64), (64, 64), (64, 1))]
    model = torch.nn.Sequential(layers[0], sigma(), layers[1], sigma(), layers[2])
    with torch.no_grad():
        ours = [part for pair in shape.layers(weights) for part in pair]
        for parameter, part in zip(model.parameters(), ours, strict=True):
            parameter.copy_(torch.from_numpy(part.copy()))
    inputs, wanted = torch.from_numpy(x), torch.from_numpy(y)

    def theirs() -> Any:
        model.zero_grad()
        loss = ((model(inputs) - wanted) ** 2).mean()
        loss.backward()
        return loss

    loss = theirs().item()
    expected = np.concatenate([p.grad.numpy().ravel() for p in model.parameters()])
    residuals, gradient = loss_and_gradient(shape, weights, x, y)
    apart = float(np.abs(gradient - expected).max() / np.abs(expected).max())
    fast, slow = seconds(lambda: loss_and_gradient(shape, weights, x, y)), seconds(theirs)
    sys.stdout.write(
        f"\n2-64-64-1, {name}, 10^4 points: {1e3 * fast:.1f} ms, PyTorch {1e3 * slow:.1f} ms, "
        f"ratio {fast / slow:.2f}; gradients apart by {apart:.1e} of the largest\n"
    )
    assert residuals.loss == pytest.approx(loss, rel=1e-12)
    assert apart <= 1e-12
    assert fast / slow <= 1.5
