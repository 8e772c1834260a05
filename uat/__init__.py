"""The universal approximation theorem as a function call.

Give a continuous function and an ε; the answer is a network with one hidden layer, the proof of
its error, and the picture. The public names below are loaded when first used, so that importing
`uat` is fast and light.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uat import examples
    from uat.core.activations import Activation as Activation
    from uat.core.activations import algebraic as algebraic
    from uat.core.activations import cauchy_cdf as cauchy_cdf
    from uat.core.activations import gauss_cdf as gauss_cdf
    from uat.core.activations import gompertz as gompertz
    from uat.core.activations import heaviside as heaviside
    from uat.core.activations import logistic as logistic
    from uat.core.activations import ramp as ramp
    from uat.core.activations import relu as relu
    from uat.core.activations import tanh as tanh
    from uat.core.certificate import Certificate as Certificate
    from uat.core.network import Affine as Affine
    from uat.core.network import Network as Network
    from uat.core.sigmoidal import sigmoidal as sigmoidal
    from uat.core.target import Target as Target
    from uat.errors import CannotProve as CannotProve
    from uat.errors import FileProblem as FileProblem
    from uat.errors import InputError as InputError
    from uat.errors import UatError as UatError
    from uat.errors import WrongType as WrongType
    from uat.lecture.registry import draw as draw
    from uat.plotting.plot import plot as plot
    from uat.proof.certify import certify as certify
    from uat.regions.bounds import region_bounds as region_bounds
    from uat.regions.count import count_regions as count_regions
    from uat.regions.count import map_regions as map_regions
    from uat.regions.map import RegionCount as RegionCount
    from uat.regions.map import RegionMap as RegionMap
    from uat.theorem.approximate import approximate as approximate
    from uat.theorem.approximation import Approximation as Approximation
    from uat.train.fitting import Fit as Fit
    from uat.train.fitting import fit as fit
    from uat.train.fitting import fit_function as fit_function

__all__ = [
    "Activation",
    "Affine",
    "Approximation",
    "CannotProve",
    "Certificate",
    "FileProblem",
    "Fit",
    "InputError",
    "Network",
    "RegionCount",
    "RegionMap",
    "Target",
    "UatError",
    "WrongType",
    "algebraic",
    "approximate",
    "cauchy_cdf",
    "certify",
    "count_regions",
    "draw",
    "examples",
    "fit",
    "fit_function",
    "gauss_cdf",
    "gompertz",
    "heaviside",
    "logistic",
    "map_regions",
    "plot",
    "ramp",
    "region_bounds",
    "relu",
    "sigmoidal",
    "tanh",
]

__version__ = "0.1.0"

_HOME = {
    "core.activations": (
        "Activation algebraic cauchy_cdf gauss_cdf gompertz heaviside logistic ramp relu tanh"
    ),
    "core.certificate": "Certificate",
    "core.network": "Affine Network",
    "core.sigmoidal": "sigmoidal",
    "core.target": "Target",
    "errors": "CannotProve FileProblem InputError UatError WrongType",
    "lecture.registry": "draw",
    "plotting.plot": "plot",
    "proof.certify": "certify",
    "regions.bounds": "region_bounds",
    "regions.count": "count_regions map_regions",
    "regions.map": "RegionCount RegionMap",
    "theorem.approximate": "approximate",
    "theorem.approximation": "Approximation",
    "train.fitting": "Fit fit fit_function",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


# Hidden from type checkers, which would take every misspelt name for a public one.
if not TYPE_CHECKING:

    def __getattr__(name):
        if name == "examples":
            return import_module("uat.examples")
        if name not in _MODULE_OF:
            from uat.errors import near_match

            hint = near_match(name, __all__)
            raise AttributeError(f"module 'uat' has no attribute {name!r}{hint}")
        value = getattr(import_module(f"uat.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value
