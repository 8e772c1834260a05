"""Numerical parts that constructions, proofs, training and regions share."""
