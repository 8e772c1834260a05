"""A certificate as a theorem that the kernel of Coq checks."""
