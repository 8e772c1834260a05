"""The special functions by mpmath: of an operation and its order at a point; None: no value."""

from collections.abc import Callable
from typing import Any

__all__ = ["special"]


def _on(left: float, function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda u, *order: function(u, *order) if u > left else None


def special(mp: Any) -> dict[str, Callable[..., Any]]:
    """The functions in a context of mpmath."""

    def off_poles(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda u: function(u) if u > 0 or u != mp.floor(u) else None

    def bessel(name: str) -> Callable[..., Any]:
        return lambda u, n: getattr(mp, name)(int(n), u)

    return {
        "gamma": off_poles(mp.gamma),
        "gammaln": _on(0, mp.loggamma),
        "digamma": off_poles(mp.digamma),
        "polygamma": _on(0, lambda u, n: mp.polygamma(int(n), u)),
        "zeta": _on(1, mp.zeta),
        "zeta_slope": _on(1, lambda u, n: mp.zeta(u, 1, int(n))),
        "bessel_j": bessel("besselj"),
        "bessel_y": _on(0, bessel("bessely")),
        "bessel_i": bessel("besseli"),
        "bessel_k": _on(0, bessel("besselk")),
        "airy_ai": mp.airyai,
        "airy_ai_slope": lambda u: mp.airyai(u, derivative=1),
        "airy_bi": mp.airybi,
        "airy_bi_slope": lambda u: mp.airybi(u, derivative=1),
        "erfi": mp.erfi,
        "erfcx": lambda u: mp.exp(u * u) * mp.erfc(u),
        "erfinv": lambda u: mp.erfinv(u) if abs(u) < 1 else None,
        "expi": lambda u: mp.ei(u) if u else None,
        "sine_integral": mp.si,
        "cosine_integral": _on(0, mp.ci),
        "fresnel_s": mp.fresnels,
        "fresnel_c": mp.fresnelc,
    }
