"""Count the linear regions of a ReLU network exactly, and bound their number."""
