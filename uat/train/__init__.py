"""Training: the weights that descent finds, beside those that a proof constructs."""
