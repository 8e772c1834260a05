"""How many linear regions a ReLU network has: exactly, and at most."""
