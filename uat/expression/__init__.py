"""What f and σ are made of: one graph, read in many ways."""

from uat.expression.graph import Expression

__all__ = ["Expression"]
