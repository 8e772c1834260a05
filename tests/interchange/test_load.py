"""`uat.load` takes files and objects, and says which options are for which."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.neural_network import MLPRegressor

import uat
from uat import Network
from uat.interchange.formats import FORMATS, read_network

HERE = Path(__file__).parent / "networks"


def test_every_file_here_is_read_and_proved_about() -> None:
    paths = [path for path in HERE.iterdir() if path.suffix in FORMATS]
    assert len(paths) == 11
    for path in paths:
        network = uat.load(path)
        assert isinstance(network, Network)
        assert network == read_network(str(path))
        assert network == uat.load(network)


def test_a_regressor_is_its_network() -> None:
    x = np.linspace(-1, 1, 20)[:, None]
    model = MLPRegressor(hidden_layer_sizes=(3,), activation="tanh", solver="lbfgs", random_state=0)
    model.fit(x, x[:, 0])
    found = uat.load(model)
    assert isinstance(found, Network)
    np.testing.assert_allclose(found(x)[:, 0], model.predict(x))


def test_options_of_another_format_are_refused() -> None:
    place = HERE / "tiny_nnet.nnet"
    network = uat.load(place)
    with pytest.raises(uat.InputError, match=r"activation given for '.*'; it is for \.pt, \.pth"):
        uat.load(place, activation="relu")
    with pytest.raises(uat.InputError, match=r"normalised given for '.*'; it is for \.nnet"):
        read_network(HERE / "Ex_12_controller.nt", normalised=True)
    with pytest.raises(uat.InputError, match=r"it is for a \.nnet file"):
        uat.load(network, normalised=True)
    with pytest.raises(uat.InputError, match="it is for a state"):
        uat.load(network, activation="relu")
    with pytest.raises(uat.WrongType, match="5 given as a network"):
        uat.load(5)


def test_a_network_of_another_ending_is_read_by_its_content(tmp_path: Path) -> None:
    network = Network.from_units([1.0], [2.0], [3.0], uat.tanh)
    network.save(tmp_path / "net.npz")
    (tmp_path / "net.npz").rename(tmp_path / "net.saved")
    assert uat.load(tmp_path / "net.saved") == read_network(tmp_path / "net.saved") == network
    with pytest.raises(uat.InputError, match=r"'.*' given as a path; a name that ends in \.npz"):
        network.save(tmp_path / "net.saved")
