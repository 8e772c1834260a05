"""A network as code of its own gives the same values, without anything of the package."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import uat
from uat import Affine, Network
from uat.core.activations import NAMED

RNG = np.random.default_rng(0)
SIGMAS = [*NAMED.values(), uat.leaky_relu(-0.25)]
LAYERS = [Affine(RNG.normal(size=(3, 2)) * 4, RNG.normal(size=3))]
LAYERS += [Affine(RNG.normal(size=(3, 3)), RNG.normal(size=3)) for _ in SIGMAS[1:]]
LAYERS += [Affine(RNG.normal(size=(2, 3)), [0.1, 1e-300])]
EVERY = Network(LAYERS, SIGMAS)
POINTS = RNG.normal(size=(5, 2)) * 3


def close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def python(network: Network, x: list[float]) -> Any:
    scope: dict[str, Any] = {}
    exec(network.code("python"), scope)
    return scope["network"](x)


def test_python_gives_the_same_values() -> None:
    close([python(EVERY, x) for x in POINTS.tolist()], EVERY(POINTS))


@pytest.mark.parametrize("sigma", SIGMAS, ids=lambda s: s.name)
def test_each_activation_is_right_far_out_too(sigma: uat.Activation) -> None:
    unit = Network([Affine([[1]], [0]), Affine([[1]], [0])], sigma)
    u = [-1e6, -745.5, -30.0, -3.0, -1e-9, 0.0, 1e-9, 0.5, 4.0, 30.0, 745.5, 1e6]
    found = [python(unit, [v])[0] for v in u]
    np.testing.assert_allclose(found, sigma(np.array(u)), rtol=1e-12, atol=1e-15)


def test_c_gives_the_same_values(tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler here")
    main = """
#include <stdio.h>
int main(void) {
  double x[2], y[2];
  while (scanf("%lf %lf", x, x + 1) == 2) { network(x, y); printf("%.17g %.17g\\n", y[0], y[1]); }
}
"""
    (tmp_path / "net.c").write_text(EVERY.code("c") + main, "utf-8")
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-o", "net", "net.c", "-lm"]
    subprocess.run([compiler, *flags], cwd=tmp_path, check=True)
    said = subprocess.run(
        ["./net"], cwd=tmp_path, check=True, capture_output=True, text=True,
        input="\n".join(f"{a!r} {b!r}" for a, b in POINTS.tolist()),
    ).stdout  # fmt: skip
    close([[float(v) for v in line.split()] for line in said.splitlines()], EVERY(POINTS))


def test_javascript_gives_the_same_values() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node here")
    shown = f"console.log(JSON.stringify({POINTS.tolist()}.map(network)))"
    said = subprocess.run(
        [node, "-e", EVERY.code("javascript") + shown], check=True, capture_output=True, text=True
    ).stdout
    close(eval(said), EVERY(POINTS))


@pytest.mark.slow
def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(
        uat.InputError, match="no language 'fortran'; there are python, c, javascript"
    ):
        EVERY.code("fortran")
    for name in ("tanh", "leaky_relu(0.5)"):
        own = uat.sigmoidal(lambda u: (1 + np.tanh(u)) / 2, name=name)
        with pytest.raises(uat.InputError, match="given for code; written are logistic"):
            Network.from_units([1], [1], [0], own).code("c")
