"""Formulas of f and σ: the graph, and the ways to read and write it."""

from uat.expression.graph import Expression

__all__ = ["Expression"]
