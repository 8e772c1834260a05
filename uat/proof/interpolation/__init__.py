"""Proof by interpolation: f − g at Chebyshev points, and an analytic bound between them."""
