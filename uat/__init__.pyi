# The one list of the public names and their homes, for type checkers and for __init__.py, which
# reads these lines.

from uat import examples as examples
from uat.core.activations import Activation as Activation
from uat.core.activations import absolute as absolute
from uat.core.activations import algebraic as algebraic
from uat.core.activations import cauchy_cdf as cauchy_cdf
from uat.core.activations import elu as elu
from uat.core.activations import gauss_cdf as gauss_cdf
from uat.core.activations import gelu as gelu
from uat.core.activations import gompertz as gompertz
from uat.core.activations import heaviside as heaviside
from uat.core.activations import leaky_relu as leaky_relu
from uat.core.activations import logistic as logistic
from uat.core.activations import ramp as ramp
from uat.core.activations import relu as relu
from uat.core.activations import silu as silu
from uat.core.activations import sin as sin
from uat.core.activations import softplus as softplus
from uat.core.activations import softsign as softsign
from uat.core.activations import tanh as tanh
from uat.core.certificate import Certificate as Certificate
from uat.core.network import Affine as Affine
from uat.core.network import Network as Network
from uat.core.sigmoidal import sigmoidal as sigmoidal
from uat.core.slices import plane_through as plane_through
from uat.core.target import Target as Target
from uat.errors import CannotProve as CannotProve
from uat.errors import FileProblem as FileProblem
from uat.errors import FloatLimit as FloatLimit
from uat.errors import InputError as InputError
from uat.errors import NotReached as NotReached
from uat.errors import UatError as UatError
from uat.errors import WrongType as WrongType
from uat.interchange.load import load as load
from uat.lecture.registry import draw as draw
from uat.page.widget import explore as explore
from uat.plotting.plot import plot as plot
from uat.proof.certify import certify as certify
from uat.proof.network_range import Range as Range
from uat.proof.network_range import enclose as enclose
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

__version__: str
