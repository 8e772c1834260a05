"""Networks of PyTorch are read as it evaluates them; pickled code is never executed."""

import pickle
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import uat
from uat import Affine, Network

LAYERS = [Affine([[1.0, 2.0], [0.1, -1.0], [0.0, 3.0]], [0, 1, 2]), Affine([[1, 0, -1]], [0.5])]
STATE = {
    "0.weight": LAYERS[0].weight.astype(np.float32),
    "0.bias": LAYERS[0].bias.astype(np.float32),
    "2.weight": LAYERS[1].weight,
    "2.bias": LAYERS[1].bias,
}


@pytest.fixture
def torch() -> Any:
    return pytest.importorskip("torch", reason="PyTorch is not installed: it takes 200 MB and more")


def test_a_state_needs_the_activations_that_it_does_not_hold() -> None:
    network = uat.load(STATE, activation="tanh")
    assert isinstance(network, Network)
    assert network.widths == (3,)
    assert network.layers[0].weight[1, 0] == float(np.float32(0.1)) != 0.1
    assert uat.load({"state_dict": STATE}, activation=("tanh",)) == network
    assert uat.load(STATE, activation=("relu", "tanh")).widths == (3, 1)  # type: ignore[union-attr]
    with pytest.raises(uat.InputError, match="a state of 2 layers given; it holds no activation"):
        uat.load(STATE)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("1.running_mean", np.ones(3), "a state with '1.running_mean' given; weights"),
        ("1.weight", np.ones(3), "a state with '1.weight' given"),
        ("3.bias", np.ones(3), "layer '3' has a bias and no weight"),
        ("2.weight", np.ones((1, 4)), "layer 1 gives 3 values and layer 2 takes 4"),
        ("2.weight", np.full((1, 3), np.nan), r"weight has nan at \(0, 0\)"),
        ("2.weight", np.ones((1, 3), complex), "real numbers of at most 64 bits are needed"),
        ("2.weight", SimpleNamespace(shape=(1, 3)), "weights of layer '2' are object"),
    ],
)
def test_a_state_of_other_things_is_refused(name: str, value: Any, said: str) -> None:
    with pytest.raises(uat.UatError, match=said):
        uat.load({**STATE, name: value}, activation="relu")


def test_pickled_code_is_not_executed_and_foreign_files_are_refused(tmp_path: Path) -> None:
    place = tmp_path / "net.pt"
    place.write_bytes(pickle.dumps(STATE))
    with pytest.raises(uat.FileProblem, match=r"no file of torch\.save"):
        uat.load(place, activation="relu")
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("net/data.pkl", b"0" * 10**6)
    with pytest.raises(uat.FileProblem, match="its members are compressed"):
        uat.load(place, activation="relu")


def test_without_pytorch_it_says_what_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with zipfile.ZipFile(tmp_path / "net.pt", "w"):
        pass
    (tmp_path / "net.pt").write_bytes(b"PK\x05\x06" + bytes(18))
    with pytest.raises(uat.FileProblem, match="need the package torch: pip install torch"):
        uat.load(tmp_path / "net.pt", activation="relu")
    with pytest.raises(uat.FileProblem, match="to_torch needs PyTorch"):
        Network(LAYERS, "relu").to_torch()


def agree(network: Any, module: Any, rtol: float = 1e-12) -> None:
    import torch

    assert isinstance(network, Network)
    x = np.random.default_rng(0).normal(size=(9, network.input_dimension))
    kind = next(module.parameters()).dtype
    with torch.no_grad():
        expected = module(torch.from_numpy(x).to(kind)).double().numpy()
    np.testing.assert_allclose(network(x), expected, rtol=rtol, atol=rtol)


def test_a_sequential_has_the_values_of_pytorch(torch: Any) -> None:
    nn = torch.nn
    torch.manual_seed(0)
    sigmas = [
        nn.ReLU(), nn.LeakyReLU(0.25), nn.Sigmoid(), nn.Tanh(), nn.Softplus(), nn.Softsign(),
        nn.ELU(), nn.SiLU(), nn.GELU(),
    ]  # fmt: skip
    inner = [layer for sigma in sigmas for layer in (nn.Linear(4, 4), sigma, nn.Identity())]
    norm = nn.BatchNorm1d(4)
    norm.running_mean += torch.randn(4)
    norm.running_var += torch.rand(4)
    layers = nn.Sequential(
        nn.Flatten(), nn.Linear(3, 4, bias=False), norm, nn.Sequential(*inner), nn.Dropout(0.5),
        nn.Linear(4, 2), nn.Tanh(),
    )  # fmt: skip
    module = layers.double().eval()
    network = uat.load(module)
    agree(network, module)
    agree(uat.load(module.float()), module, 1e-5)
    assert isinstance(network, Network)
    agree(network, network.to_torch())
    assert uat.load(network.to_torch()) == network


def hooked(module: Any) -> Any:
    module.register_forward_hook(lambda _module, _given, found: 2 * found)
    return module


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda nn: nn.Sequential(nn.Linear(2, 2), nn.Conv1d(2, 2, 1)),
            "layer '1' is Conv1d, which",
        ),
        (lambda nn: nn.Sequential(nn.ReLU()), "without a Linear layer"),
        (lambda nn: nn.Linear(2, 2), r"a Linear of PyTorch given; a torch\.nn\.Sequential"),
        (lambda nn: nn.Sequential(nn.Linear(2, 2), nn.Softplus(2)), "Softplus has beta = 2"),
        (
            lambda nn: nn.Sequential(nn.Linear(2, 2), nn.GELU("tanh")),
            "GELU has approximate = 'tanh'",
        ),
        (lambda nn: hooked(nn.Sequential(nn.Linear(2, 2))), "Sequential '' has hooks"),
        (lambda nn: nn.Sequential(hooked(nn.Linear(2, 2))), "Linear '0' has hooks"),
        (
            lambda nn: nn.Sequential(nn.Linear(2, 2), type("ReLU", (nn.ReLU,), {})()),
            "layer '1' is ReLU, which is not read",
        ),
    ],
)
def test_other_modules_are_refused(torch: Any, make: Callable[[Any], Any], said: str) -> None:
    with pytest.raises(uat.UatError, match=said):
        uat.load(make(torch.nn))


def test_what_pytorch_does_not_have_is_refused(torch: Any) -> None:  # noqa: ARG001
    with pytest.raises(uat.InputError, match="which has no module of it"):
        Network(LAYERS, "gompertz").to_torch()


def test_a_saved_state_is_read(torch: Any, tmp_path: Path) -> None:
    module = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    place = tmp_path / "net.pt"
    torch.save(module.state_dict(), place)
    agree(uat.load(place, activation="tanh"), module, 1e-5)
    with pytest.raises(uat.FileProblem, match="it holds no activation: give activation="):
        uat.load(place)
    torch.save(module.state_dict()["0.weight"], place)
    with pytest.raises(
        uat.FileProblem, match="it holds a Tensor; the state of a network is needed"
    ):
        uat.load(place, activation="tanh")


class Opened:
    """What opens a file when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return open, (self.path, "w")


def test_pickled_code_of_pytorch_is_never_executed(torch: Any, tmp_path: Path) -> None:
    place, trace = tmp_path / "net.pt", tmp_path / "executed"
    torch.save({"0.weight": Opened(str(trace))}, place)
    with pytest.raises(uat.FileProblem, match="it holds pickled code, which is never executed"):
        uat.load(place, activation="relu")
    assert not trace.exists()
    torch.save(torch.nn.Sequential(torch.nn.Linear(2, 2)), place)
    with pytest.raises(uat.FileProblem, match="it holds pickled code, which is never executed"):
        uat.load(place, activation="relu")
    place.write_bytes(place.read_bytes()[:400])
    with pytest.raises(uat.FileProblem):
        uat.load(place, activation="relu")


def test_no_memory_is_taken_on_the_word_of_a_file(torch: Any, tmp_path: Path) -> None:
    place = tmp_path / "net.pt"
    torch.save({"0.weight": torch.zeros(1).expand(2**16, 2**16)}, place)
    with pytest.raises(
        uat.FileProblem, match="4,294,967,296 numbers, which the file does not hold"
    ):
        uat.load(place, activation="relu")
