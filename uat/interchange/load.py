"""What was saved, by `uat` or by another program: a network, or a certificate with its cells."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uat.core.load import load_saved
from uat.core.network import as_network
from uat.errors import InputError
from uat.interchange import keras, torch
from uat.interchange.formats import FORMATS, read_network

if TYPE_CHECKING:
    from uat.core.activations import Activations
    from uat.core.certificate import Certificate
    from uat.core.network import Network

__all__ = ["load"]


def load(
    source: Any, *, activation: Activations | None = None, normalised: bool = False
) -> Network | Certificate:
    """Read a network from a file of any format or from another program, or a certificate.

    Files are .npz and .json of `uat`, ONNX (.onnx), .nnet, POLAR (.polar), Sherlock (.nt) and
    states of PyTorch (.pt, .pth). Objects are a ``torch.nn.Sequential`` or its state, a
    ``keras.Sequential`` and a trained regressor. Weights are taken as the floats that they are, in
    single precision too; consecutive affine layers are folded into one, in double precision.
    Nothing in a file is executed. Reading proves nothing: a certificate states what its file
    states, and `uat verify` confirms it. Its evidence is None where the file holds no formula of f
    or of σ.

    Parameters
    ----------
    source : str, path-like or object
        The file or the network of another program.
    activation : Activation, str or tuple, optional
        For the state of PyTorch, which holds none: as that of a `Network`.
    normalised : bool
        For .nnet: fold the normalisation of inputs and outputs into the network. Inputs are not
        clipped to their least and greatest values.

    Returns
    -------
    Network or Certificate

    Raises
    ------
    FileProblem
        For a missing, damaged or foreign file, a layer that is not read, or a package that is
        missing.
    InputError, WrongType
        For an object that is no such network, and an option that is for another format.

    Examples
    --------
    >>> import tempfile, uat
    >>> g = uat.approximate("x**2", (0, 1), eps=0.125, method="staircase")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     g.save(f"{folder}/net.npz")
    ...     g.save(f"{folder}/proof.json")
    ...     network, proof = uat.load(f"{folder}/net.npz"), uat.load(f"{folder}/proof.json")
    >>> network == g.network, proof == g.certificate, len(proof.evidence.bounds)
    (True, True, 9)
    """
    options = {"activation": activation, "normalised": normalised}
    if isinstance(source, str | os.PathLike):
        own = Path(source).suffix.lower() not in FORMATS.keys() - {".npz", ".json"}
        if own and not any(options.values()):
            return load_saved(source)
        return read_network(source, **options)
    if normalised:
        raise InputError("normalised=True given for an object; it is for a .nnet file")
    if torch.is_state(source):
        return torch.of_state(source, activation)
    if activation is not None:
        raise InputError("activation given for an object that has its own; it is for a state")
    if torch.is_module(source):
        return torch.of_module(source)
    return keras.of_model(source) if keras.is_model(source) else as_network(source)
