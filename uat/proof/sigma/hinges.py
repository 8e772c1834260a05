"""ReLU and the ramp near a point: exact off the kinks, the chord around one.

max(u, 0) − λu is convex, so over an interval it is largest at an end; for 0 ≤ λ ≤ 1 it is least
at 0, where it is 0. The ramp is the difference of two such hinges.

Source: G. Singh, T. Gehr, M. Mirman, M. Püschel and M. Vechev, Fast and effective robustness
certification, 2018.
"""

import numpy as np

from uat.expression.arrays import Array
from uat.proof.sigma.model import LOST, OWN, Best, Local, ends_of

__all__ = ["hinge", "ramp_near"]


def hinge(z: Array, reach: Array) -> Local:
    """Model max(u, 0) around each z."""
    with np.errstate(all="ignore"):
        low, high = ends_of(z, reach)
        off = high <= 0
        known = (np.isfinite(low) & np.isfinite(high)) | off
        on, bent = known & (low >= 0), known & (low < 0) & ~off
        chord = np.where(bent, np.clip(high / np.where(bent, high - low, 1.0), 0.0, 1.0), 0.0)
        most = np.where(bent, np.maximum(-chord * low, (1 - chord) * high), 0.0) * (1 + LOST)
        slope = np.where(on, 1.0, chord)
        value = np.where(slope > 0, slope * z, 0.0) + most / 2
        error = np.where(bent, most / 2 + LOST * (np.abs(slope * z) + most), 0.0)
    return Local(value, slope, np.zeros_like(slope), np.where(known, error, np.inf))


def ramp_near(z: Array, reach: Array) -> Local:
    """Model clip(u + ½, 0, 1) around each z: as a constant, and where it is narrow by two hinges."""
    with np.errstate(all="ignore"):
        low, high = ends_of(z, reach)
        flat = Local.constant(np.clip(low + 0.5, 0.0, 1.0), np.clip(high + 0.5, 0.0, 1.0))
        own = np.where((low >= 0.5) | (high <= -0.5), 0.0, OWN)
        best = Best(Local(flat.value, flat.slope, flat.curve, flat.error + own))
        some = np.flatnonzero(reach <= 1)
        up, down = hinge(z[some] + 0.5, reach[some]), hinge(z[some] - 0.5, reach[some])
        error = up.error + down.error + OWN
        best.offer(some, Local(up.value - down.value, up.slope - down.slope, up.curve, error))
    return best.models()
