"""Functions that other libraries hold in objects, read as formulas: nothing is sampled or rounded."""
