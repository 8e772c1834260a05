"""Proof by cells: models of f and g on small boxes, refined by branch and bound."""
