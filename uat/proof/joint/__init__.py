"""Proof by joint models: f − g as one polynomial of high degree on a cell, give or take a bound."""
