"""Count the linear regions of a piecewise linear network exactly, and bound their number."""
