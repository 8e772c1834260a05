"""The special functions of scipy.special that Arb encloses: one record each, as in `operations.py`.

Where a function has branches, such as log |Γ|, its record is that of the branch over u > 0, and it has
no value elsewhere.

Source: NIST Digital Library of Mathematical Functions, chapters 5 to 10 and 25.
"""

from collections.abc import Callable
from functools import partial
from math import factorial
from operator import methodcaller
from typing import Any, Final

import numpy as np

from uat.expression.operation import Operation, RealDomain

__all__ = ["SPECIAL"]

_POSITIVE: Final = RealDomain(0.0, np.inf, open=True)


def _of_scipy(name: str, part: int | None = None) -> Callable[..., Any]:
    """Return a function of scipy.special, or one of its several values, by name."""

    def value(u: Any) -> Any:
        from scipy import special

        found = getattr(special, name)(u)
        return found if part is None else found[part]

    return value


def _on_positive(value: Callable[..., Any]) -> Callable[..., Any]:
    """Leave out what a function is at 0 and below."""
    return lambda u, *numbers: np.where(np.greater(u, 0), value(u, *numbers), np.nan)


def _ordered(name: str) -> Callable[..., Any]:
    def value(u: Any, order: float) -> Any:
        from scipy import special

        return getattr(special, name)(order, u)

    return value


def _polygamma(u: Any, order: float) -> Any:
    from scipy.special import polygamma

    return polygamma(int(order), u)


def _zeta(u: Any) -> Any:
    from scipy.special import zeta

    return np.where(np.greater(u, 1), zeta(np.maximum(u, 1.0)), np.nan)


def _zeta_slope(u: Any, order: float) -> Any:
    """Return ζ^(n) from Arb, a point at a time: scipy has ζ alone."""
    from flint import arb

    def at(s: float) -> float:
        return float(_arb_zeta_slope(arb(s), order)) if 1 < s < np.inf else np.nan

    return np.vectorize(at, otypes=[np.float64])(u)


def _arb_zeta_slope(u: Any, order: float) -> Any:
    from flint import acb, acb_series, arb, arb_series, ctx

    n, before = int(order), ctx.cap
    ctx.cap = n + 1
    try:
        if isinstance(u, arb):
            return arb_series([u, 1], prec=n + 1).zeta()[n] * factorial(n)
        return acb_series([acb(u), 1], prec=n + 1).zeta()[n] * factorial(n)
    finally:
        ctx.cap = before


def _arb_polygamma(u: Any, order: float) -> Any:
    """Return (−1)^(n+1) n! ζ(n + 1, u)."""
    n = int(order)
    return type(u)(n + 1).zeta(u) * ((-1) ** (n + 1) * factorial(n))


def _arb_bessel(kind: str) -> Callable[..., Any]:
    def value(u: Any, order: float) -> Any:
        from flint import ctx

        # Of a wide ball Arb takes seconds with many bits, and needs few.
        with ctx.workprec(min(ctx.prec, max(53, u.rel_accuracy_bits() + 53))):
            return getattr(u, f"bessel_{kind}")(type(u)(int(order)))

    return value


def _arb_expi(u: Any) -> Any:
    """Bound Ei, continued from each half of the real line to its half plane."""
    from flint import arb

    if isinstance(u, arb) or u.real > 0:
        return u.ei()
    return -((-u).expint(1)) if u.real < 0 else u * arb("nan")


def _bessel_slope(name: str, *, same: bool, falls: bool) -> Callable[..., Any]:
    """Return ±(B_(n−1) ± B_(n+1))/2, and ±B_1 for n = 0; Source: 10.6.1, 10.29.1."""

    def slope(do: Any, u: Any, y: Any) -> tuple[Any, ...]:
        n = y.data[0]
        if n == 0:
            first = do(name, u, data=(1,))
            return (-first if falls or not same else first,)
        low, high = (do(name, u, data=(n + k,)) for k in (-1, 1))
        mean = (low + high) / 2 if same else (low - high) / 2
        return (-mean if falls else mean,)

    return slope


def _next(name: str) -> Callable[..., Any]:
    return lambda do, u, y: (do(name, u, data=(y.data[0] + 1,)),)


def _bessel(letter: str, value: Callable[..., Any], slope: Any, domain: Any = None) -> Operation:
    kind = letter.lower()
    return Operation(
        1, value, slope(f"bessel_{kind}"), domain=domain, order=0, arb=_arb_bessel(kind),
        names=(_SHORT[kind], f"{kind}v"), latex=rf"{letter}_{{n}}",
    )  # fmt: skip


def _airy(name: str, part: int, slope: Callable[..., Any], latex: str) -> Operation:
    method, prime = name[:7], "slope" in name
    of_series = (1 if prime else 0) + (2 if "bi" in method else 0)
    return Operation(
        1, _of_scipy("airy", part), slope, arb=methodcaller(method, derivative=int(prime)),
        series=lambda u: u.airy()[of_series],
        names=(method.replace("_", "") + "prime" * prime,), latex=latex,
    )  # fmt: skip


_wave: Final = partial(_bessel_slope, same=False, falls=False)
_rise: Final = partial(_bessel_slope, same=True, falls=False)
_fall: Final = partial(_bessel_slope, same=True, falls=True)

_SHORT: Final = {"j": "jn", "y": "yn", "i": "iv", "k": "kn"}

SPECIAL: Final[dict[str, Operation]] = {
    "gamma": Operation(
        1, _of_scipy("gamma"), lambda do, u, y: (y * do("digamma", u),), poles=True, arb="gamma",
        names=("gamma",), latex=r"\Gamma",
    ),
    "gammaln": Operation(
        1, _on_positive(_of_scipy("gammaln")), lambda do, u, y: (do("digamma", u),),
        domain=_POSITIVE, arb="lgamma", names=("gammaln", "lgamma", "loggamma"),
        latex=r"\log \Gamma",
    ),
    "digamma": Operation(
        1, _of_scipy("psi"), lambda do, u, y: (do("polygamma", u, data=(1,)),), poles=True,
        arb="digamma", names=("digamma", "psi"), latex=r"\psi",
    ),
    "polygamma": Operation(
        1, _on_positive(_polygamma), _next("polygamma"), domain=_POSITIVE, order=1,
        arb=_arb_polygamma, names=("polygamma",), latex=r"\psi^{(n)}",
    ),
    "zeta": Operation(
        1, _zeta, lambda do, u, y: (do("zeta_slope", u, data=(1,)),),
        domain=RealDomain(1.0, np.inf, open=True), arb="zeta", names=("zeta",), latex=r"\zeta",
    ),
    "zeta_slope": Operation(
        1, _zeta_slope, _next("zeta_slope"), domain=RealDomain(1.0, np.inf, open=True), order=1,
        arb=_arb_zeta_slope, names=("zeta_slope",), latex=r"\zeta^{(n)}",
    ),
    "bessel_j": _bessel("J", _ordered("jv"), _wave),
    "bessel_y": _bessel("Y", _on_positive(_ordered("yv")), _wave, _POSITIVE),
    "bessel_i": _bessel("I", _ordered("iv"), _rise),
    "bessel_k": _bessel("K", _on_positive(_ordered("kv")), _fall, _POSITIVE),
    "airy_ai": _airy("airy_ai", 0, lambda do, u, y: (do("airy_ai_slope", u),), r"\mathrm{Ai}"),
    "airy_ai_slope": _airy(
        "airy_ai_slope", 1, lambda do, u, y: (u * do("airy_ai", u),), r"\mathrm{Ai}'"
    ),
    "airy_bi": _airy("airy_bi", 2, lambda do, u, y: (do("airy_bi_slope", u),), r"\mathrm{Bi}"),
    "airy_bi_slope": _airy(
        "airy_bi_slope", 3, lambda do, u, y: (u * do("airy_bi", u),), r"\mathrm{Bi}'"
    ),
    "erfi": Operation(
        1, _of_scipy("erfi"), lambda do, u, y: (2 * do("exp", u**2) / do("sqrt", do("pi")),),
        increasing=(1e2, -np.inf, np.inf), arb="erfi", names=("erfi",),
    ),
    "erfcx": Operation(
        1, _of_scipy("erfcx"), lambda do, u, y: (2 * u * y - 2 / do("sqrt", do("pi")),),
        arb=lambda u: (u * u).exp() * u.erfc(), names=("erfcx",),
    ),
    "erfinv": Operation(
        1, _of_scipy("erfinv"), lambda do, u, y: (do("sqrt", do("pi")) * do("exp", y**2) / 2,),
        domain=RealDomain(-1.0, 1.0, open=True), increasing=(1.0, -np.inf, np.inf), arb="erfinv",
        regularity="smooth", names=("erfinv",), latex=r"\mathrm{erf}^{-1}",
    ),
    "expi": Operation(
        1, _of_scipy("expi"), lambda do, u, y: (do("exp", u) / u,), poles=True, arb=_arb_expi,
        series=methodcaller("ei"), names=("expi", "ei"), latex=r"\mathrm{Ei}",
    ),
    "sine_integral": Operation(
        1, _of_scipy("sici", 0), lambda do, u, y: (do("sinc", u),), arb="si", names=("si",),
        latex=r"\mathrm{Si}",
    ),
    "cosine_integral": Operation(
        1, _on_positive(_of_scipy("sici", 1)), lambda do, u, y: (do("cos", u) / u,),
        domain=_POSITIVE, arb="ci", names=("ci",), latex=r"\mathrm{Ci}",
    ),
    "fresnel_s": Operation(
        1, _of_scipy("fresnel", 0), lambda do, u, y: (do("sin", do("pi") * u**2 / 2),),
        arb="fresnel_s", names=("fresnels",), latex=r"\mathrm{S}",
    ),
    "fresnel_c": Operation(
        1, _of_scipy("fresnel", 1), lambda do, u, y: (do("cos", do("pi") * u**2 / 2),),
        arb="fresnel_c", names=("fresnelc",), latex=r"\mathrm{C}",
    ),
}  # fmt: skip
