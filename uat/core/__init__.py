"""The nouns: activations, targets, networks, certificates, and what may be given for them."""
