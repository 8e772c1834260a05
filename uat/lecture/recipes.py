"""How each figure is made: its formula, and the lines of Python that make what it draws.

They stand on the handout and in the presenter's notes of the slides. A formula keeps to what
Matplotlib and MathJax both understand.
"""

from dataclasses import dataclass

from uat.plotting.language import Language

__all__ = ["RECIPES", "Recipe", "lines"]


@dataclass(frozen=True)
class Recipe:
    """The formula of a figure, and the code that makes what is drawn."""

    formula: str
    code: str
    needs: str = ""
    """What the code imports besides uat and numpy."""


def lines(name: str, language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the imports of a figure's code, and its lines; the last one draws.

    Examples
    --------
    >>> imports, code = lines("step-place", "en")
    >>> imports
    ('import uat',)
    >>> code[-1]
    'figure = uat.draw("step-place", language="en")'
    """
    recipe = RECIPES[name]
    code = (*recipe.code.splitlines(), f'figure = uat.draw("{name}", language="{language}")')
    numpy = ("import numpy as np",) if "np." in recipe.code else ()
    needs = recipe.needs.splitlines()
    standard = [line for line in needs if "uat" not in line]
    own = [line for line in needs if "uat" in line]
    return (*standard, *numpy, "import uat", *own), code


_PARSE = "from uat.expression.parse import parse"
_FOLDING = "from uat.construct.folding import folding"
_OF_SIZES = "from uat.lecture.networks import of_sizes"

RECIPES = {
    "recap-line": Recipe(
        r"L(a,b)=\sum_{i=0}^{n-1}(y_i-(ax_i+b))^2",
        "line = np.polynomial.Polynomial.fit(*ice_cream(), 1)\nintercept, slope = line.convert()",
        "from uat.lecture.recap import ice_cream",
    ),
    "recap-descent": Recipe(
        r"x_{k+1}=x_k-\eta\,\dfrac{dL}{dx}(x_k),\quad L(x)=x^2,\quad\eta=0.15",
        "w = gradient_descent(lambda w: (Residuals.of(w[:, None]), 2 * w), np.array([-9.0]), 0.15)\n"
        "x = [float(x[0]) for x, _ in islice(w, 13)]",
        "from itertools import islice\nfrom uat.train.descent import gradient_descent\n"
        "from uat.train.parameters import Residuals",
    ),
    "recap-autodiff": Recipe(
        r"\dfrac{\partial L}{\partial a}=2(ax+b-y)\,x,\quad\dfrac{\partial L}{\partial b}=2(ax+b-y)",
        'loss = parse("(a*x + b - y)**2", ("a", "x", "b", "y"))\n'
        "gradient = [loss.derivative(i)(2, 3, 1, 5) for i in (0, 2)]",
        _PARSE,
    ),
    "line-limits": Recipe(
        r"\min_{a,\,b}\ \max_{x\in[-1,\pi]}\ |x^2+\sin x-(ax+b)|",
        "f = uat.examples.slides\na, b, farthest = best_line(f)",
        "from uat.lecture.families import best_line",
    ),
    "simple-families": Recipe(
        r"f(x)=ax^2+bx+c,\quad f(x)=\sin(ax+b),\quad f(x)=e^{ax+b}",
        'parabola, sine = parse("x**2 + 3*x + 1"), parse("sin(x + 2)")\n'
        'exponential = parse("exp(2*x + 1)")',
        _PARSE,
    ),
    "wiggly-target": Recipe(
        r"f(x)=\sin x+0.8\sin(0.43x+1)+0.5\cos 2.3x+0.04\,x\sin 1.6x+0.5",
        'f = parse("sin(x) + 0.8*sin(0.43*x + 1) + 0.5*cos(2.3*x) + 0.04*x*sin(1.6*x) + 0.5")\n'
        "y = f(np.linspace(0, 20, 2001))",
        _PARSE,
    ),
    "compose-exp-sin": Recipe(
        r"h(x)=\exp(\sin(x^2+x))",
        'exp, sin, parabola = parse("exp(x)"), parse("sin(x)"), parse("x**2 + x")\n'
        "h = exp.compose(sin.compose(parabola))",
        _PARSE,
    ),
    "linear-collapse": Recipe(
        r"a_1(a_2(a_3(\cdots a_nx+b_n\cdots)+b_3)+b_2)+b_1=ax+b",
        'f1, f2, f3 = parse("2*x - 1"), parse("-1.5*x + 1"), parse("0.5*x - 1")\n'
        "line = f1.compose(f2.compose(f3))",
        _PARSE,
    ),
    "basis-trig": Recipe(
        r"f_1(x)=\sin 0.5x,\quad f_2(x)=\cos 0.8x,\quad f_3(x)=\sin 0.75x",
        'f1, f2, f3 = parse("sin(0.5*x)"), parse("cos(0.8*x)"), parse("sin(0.75*x)")',
        _PARSE,
    ),
    "sum-trig": Recipe(
        r"f(x)=3f_1(x)-2f_2(x)+f_3(x)",
        'f1, f2, f3 = parse("sin(0.5*x)"), parse("cos(0.8*x)"), parse("sin(0.75*x)")\n'
        "f = 3 * f1 - 2 * f2 + f3",
        _PARSE,
    ),
    "sine-sum-a": Recipe(
        r"f(x)=\sum_{i=1}^{5}a_i\,\sin(b_ix+c_i)",
        "f = uat.examples.sine_sum_a\ny = f(np.linspace(-10, 10, 5))",
    ),
    "sine-sum-b": Recipe(
        r"f(x)=\sum_{i=1}^{5}a_i\,\sin(b_ix+c_i)",
        "f = uat.examples.sine_sum_b\ny = f(np.linspace(-10, 10, 5))",
    ),
    "nn-cover": Recipe(
        r"\boldsymbol{y}=W^{(2)}\sigma(W^{(1)}\boldsymbol{x}+\boldsymbol{b}^{(1)})"
        r"+\boldsymbol{b}^{(2)}",
        "network = of_sizes(3, 4, 2)\ny = network([1.0, 2.0, 3.0])",
        _OF_SIZES,
    ),
    "layer-blocks": Recipe(
        r"\boldsymbol{y}=f_5(f_4(f_3(f_2(f_1(\boldsymbol{x})))))",
        "network = of_sizes(4, 6, 4, 2, 1)\ny = network([1.0, 2.0, 3.0, 4.0])",
        _OF_SIZES,
    ),
    "layer-roles": Recipe(
        r"\boldsymbol{x}\rightarrow\boldsymbol{u}^{(1)}\rightarrow\boldsymbol{u}^{(2)}"
        r"\rightarrow\boldsymbol{u}^{(3)}\rightarrow\boldsymbol{y}",
        "network = of_sizes(4, 6, 4, 2, 1)\nhidden = network.widths",
        _OF_SIZES,
    ),
    "dense-shapes": Recipe(
        r"\boldsymbol{y}=\sigma(W\boldsymbol{x}+\boldsymbol{b}),\quad W\in ℝ^{m\times n},\quad"
        r"\boldsymbol{b}\in ℝ^m",
        "layer = of_sizes(3, 4).layers[0]\ny = uat.logistic(layer.weight @ np.ones(3) + layer.bias)",
        _OF_SIZES,
    ),
    "activations": Recipe(
        r"\sigma(x)=\dfrac{1}{1+e^{-x}},\quad\mathrm{ReLU}(x)=\max(0,\,x),\quad"
        r"\tanh x=\dfrac{e^{x}-e^{-x}}{e^{x}+e^{-x}}",
        "sigma = uat.tanh\nslope = sigma.expression.derivative()",
    ),
    "dense-row": Recipe(
        r"y_i=\sigma(W_{i1}x_1+W_{i2}x_2+W_{i3}x_3+b_i)",
        "layer, x, i = of_sizes(3, 4).layers[0], np.ones(3), 1\n"
        "y_i = uat.logistic(layer.weight[i] @ x + layer.bias[i])",
        _OF_SIZES,
    ),
    "unit-sum": Recipe(
        r"y_i=\sigma\left(\sum_{j}W_{ij}x_j+b_i\right)",
        "first, second = uat.Affine([[3], [3], [3]], [6, 0, -6]), uat.Affine([[7, -9, 8]], [-3])\n"
        "network = uat.Network((first, second, uat.Affine([[1]], [0])), uat.logistic)",
    ),
    "mlp": Recipe(
        r"\boldsymbol{u}^{(k)}=\sigma(W^{(k)}\boldsymbol{u}^{(k-1)}+\boldsymbol{b}^{(k)})",
        "network = of_sizes(4, 6, 4, 2, 1)\n"
        "shapes = [layer.weight.shape for layer in network.layers]",
        _OF_SIZES,
    ),
    "sigmoidal-def": Recipe(
        r"\sigma(x)\to 0\ (x\to-\infty),\quad\sigma(x)\to 1\ (x\to+\infty),\quad"
        r"\tau(s)=\sup_{|x|\geq s}\,|\sigma(x)-H(x)|",
        "sigma = uat.sigmoidal(lambda u: 0.5 + np.arctan(u) / np.pi)\n"
        "limits, tail = sigma.limits, sigma.tail(2.0)",
    ),
    "epsilon-band": Recipe(
        r"g(x)=\sum_{i=1}^{n}a_i\,\sigma(b_ix+c_i),\quad\forall x\in I\ \ |f(x)-g(x)|<\varepsilon",
        'g = uat.approximate(uat.examples.nielsen, eps=0.1, method="staircase")\nprint(g)',
    ),
    "step-steepness": Recipe(
        r"\sigma(bx)=\dfrac{1}{1+e^{-bx}}",
        "slopes = 1, 5, 20, 100, 1e100\n"
        "steps = [uat.Network.from_units([1], [b], [0], uat.logistic) for b in slopes]",
    ),
    "step-place": Recipe(
        r"\sigma(bx+c)=\sigma(b(x-t)),\quad c=-bt,\quad t=-\dfrac{c}{b}",
        "b, t = 1e100, 2\nstep = uat.Network.from_units([1], [b], [-b * t], uat.logistic)",
    ),
    "rectangle": Recipe(
        r"g(x)=\sigma(b(x-s))+\sigma(-b(x-t))-1",
        "b, s, t = 1e100, -1, 1\n"
        "g = uat.Network.from_units([1, 1, -1], [b, -b, 0], [-b * s, b * t, 128], uat.logistic)",
    ),
    "rectangle-sum": Recipe(
        r"g(x)=\sum_{k}h_k\,(\sigma(b(x-t_k))-\sigma(b(x-t_{k+1}))),\quad|f(x)-g(x)|<\varepsilon",
        "g = uat.approximate(lambda x: x**2 + np.sin(x), (-1, np.pi), eps=1,"
        ' method="rectangles")\nprint(g)',
    ),
    "universal": Recipe(
        r"\forall f\ \forall\varepsilon>0\ \exists\,n,a,b,c\quad"
        r"\sup_{x\in I}\,|f(x)-\sum_{i=1}^{n}a_i\,\sigma(b_ix+c_i)|<\varepsilon",
        "targets = uat.examples.kink, uat.examples.cantor, uat.examples.takagi\n"
        'networks = [uat.approximate(f, eps=0.05, method="staircase") for f in targets]',
    ),
    "proof-cells": Recipe(
        r"\forall x\in C_k\ \ |f(x)-g(x)|\leq\beta_k,\quad"
        r"\sup_{x\in I}\,|f(x)-g(x)|\leq\max_{k}\,\beta_k",
        "g = soft_units(uat.examples.nielsen, 44, 14.0)\n"
        "certificate = uat.certify(uat.examples.nielsen, g)",
        "from uat.lecture.figures.certificate import soft_units",
    ),
    "units-vs-epsilon": Recipe(
        r"g(x)=a_0+\sum_{k}a_k\,\sigma(w(x-t_k)),\quad t_{k+1}-t_k=h,\quad n=O(\log 1/\varepsilon)",
        "g, estimate = comb.build(uat.examples.nielsen, 1e-6)\n"
        "certificate = uat.certify(uat.examples.nielsen, g)",
        "from uat.construct import comb",
    ),
    "ridge-directions": Recipe(
        r"g(\boldsymbol{x})=a_0+\sum_{j}\sum_{k}a_{jk}\,"
        r"\sigma(\beta_j(\boldsymbol{w}_j\cdot\boldsymbol{x}-t_{jk}))",
        'bump = uat.Target("exp(-4*(x**2 + y**2))", [(-1, 1), (-1, 1)])\n'
        "network = even_ridges(bump, 8, 9, 0.02)",
        "from uat.lecture.ridges import even_ridges",
    ),
    "no-hidden-tower": Recipe(
        r"\sup_{\boldsymbol{x}\in[0,1]^2}|f(\boldsymbol{x})-g(\boldsymbol{x})|<\varepsilon",
        "towers = tower.build(uat.examples.franke, 16)\n"
        "ridges, estimate = ridge.build(uat.examples.franke, 0.01)",
        "from uat.construct import ridge, tower",
    ),
    "existence-vs-training": Recipe(
        r"\exists\,a,b,c\quad\sup_{x\in I}\,|f(x)-g(x)|<\varepsilon",
        'found = uat.fit_function(uat.examples.nielsen, hidden=20, method="adam", max_iter=10_000)\n'
        "certificate = uat.certify(uat.examples.nielsen, found.network)",
    ),
    "loss-curves": Recipe(
        r"L(\theta)=\dfrac{1}{n}\sum_{i=1}^{n}(g_\theta(x_i)-f(x_i))^2",
        "x, f = np.linspace(0, 1, 401), uat.examples.nielsen\n"
        'found = uat.fit(x, f(x), hidden=20, method="projection", max_iter=1000)',
    ),
    "training-watch": Recipe(
        r"g(x)=a_0+\sum_{i=1}^{8}a_i\,\sigma(b_ix+c_i),\quad(a,b,c)\leftarrow(a,b,c)-\eta\,\nabla L",
        "x = np.linspace(-10, 10, 401)\nnetwork = moving(4000)",
        "from uat.lecture.movement import moving",
    ),
    "spectral-bias": Recipe(
        r"\left|\hat{g}(k)-\hat{f}(k)\right|\,/\,\left|\hat{f}(k)\right|,\quad"
        r"f(x)=\sum_{k}\sin(\pi kx+\phi_k)",
        'found = heard("projection")\nerrors = found["errors"]',
        "from uat.lecture.watching import heard",
    ),
    "regions-training": Recipe(
        r"g(\boldsymbol{x})=A_k\boldsymbol{x}+\boldsymbol{b}_k\quad(\boldsymbol{x}\in R_k)",
        "networks = trained_regions()\n"
        "regions = [uat.map_regions(g, (-1, 1)).count.linear for g in networks]",
        "from uat.lecture.watching import trained_regions",
    ),
    "depth-fold": Recipe(
        r"\#\geq\prod_{l=1}^{L-1}\lfloor n_l/n_0\rfloor^{n_0}\ \sum_{j=0}^{n_0}\dfrac{n_L!}{j!\,(n_L-j)!}",
        "network = folding(2, (4, 4, 4), rosette(4))\nregions = uat.map_regions(network, (0, 1))",
        f"{_FOLDING}\nfrom uat.lecture.depth import rosette",
    ),
    "regions-plane": Recipe(
        r"g(\boldsymbol{x})=A_k\boldsymbol{x}+\boldsymbol{b}_k\quad(\boldsymbol{x}\in R_k)",
        "random = uat.map_regions(random_network(2, (6, 6, 6), rng=4), (-1, 1))\n"
        "folded = uat.map_regions(folding(2, (6, 6, 6)), (0, 1))",
        f"{_FOLDING}\nfrom uat.numerics.random_networks import random_network",
    ),
    "regions-depth-width": Recipe(
        r"\prod_{l=1}^{L-1}\lfloor n_l/n_0\rfloor^{n_0}\ \sum_{j=0}^{n_0}"
        r"\dfrac{n_L!}{j!\,(n_L-j)!}\ \leq\ \max\,\#\ \leq\ \prod_{l=1}^{L}\sum_{j=0}^{n_0}"
        r"\dfrac{n_l!}{j!\,(n_l-j)!}",
        "count = uat.count_regions(folding(2, (4, 4, 4)), (0, 1)).linear\n"
        "bounds = uat.region_bounds(2, (4, 4, 4))",
        _FOLDING,
    ),
    "sawtooth": Recipe(
        r"T(x)=2\,\mathrm{ReLU}(x)-4\,\mathrm{ReLU}(x-\frac{1}{2}),\quad T^k=T(T(\cdots T(x)\cdots))",
        "network = tent(5)\npieces = uat.count_regions(network, (0, 1)).linear",
        "from uat.construct.folding import tent",
    ),
    "leshno": Recipe(
        r"p_kx^k\approx p_k\dfrac{k!}{\sigma^{(k)}(\beta)}\,[w_0,\ldots,w_k]\,\sigma(wx+\beta),\quad"
        r"g(x)=\sum_{j=0}^{n}a_j\,\sigma(w_jx+\beta)",
        'g, certificate = build(uat.Target("exp(x)", (-1, 1)), degree=6, eps=8e-6)\n'
        "digits, floats = g.digits, g.in_float64()",
        "from uat.construct.leshno import build",
    ),
    "guliyev-ismailov": Recipe(
        r"g(x)=c_1\,\sigma(x+2n-1)+c_2\,\sigma(x+1),\quad"
        r"\sigma(x)=a_n+b_n\,u_n(x-2n+1)\ \ (2n-1\leq x\leq 2n)",
        "f = uat.examples.nielsen\ng, certificate = build(f, eps=4.3e-5)",
        "from uat.construct.guliyev_ismailov import build",
    ),
    "barron": Recipe(
        r"E\int|f-f_n|^2\,d\mu\leq\dfrac{(2C)^2}{n},\quad C=\int|\omega|\,|\hat f(\omega)|\,d\omega",
        "f, box = waves(5), [(-1, 1)] * 5\ng, bound = build(f, box, steps=64, rng=0)",
        "from uat.construct.barron import build\nfrom uat.lecture.theorems import waves",
    ),
}
"""By the figures' ids, in the order of the lecture."""
