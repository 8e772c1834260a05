"""How tests run: BLAS in one thread, and Hypothesis alike in every run unless asked to search."""

import os

from hypothesis import HealthCheck, settings

# Processes side by side would spend most of their time waiting for each other's threads.
for library in ("OPENBLAS", "MKL", "OMP"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

# A busy machine must not turn a true claim into a failure: no deadline, slow draws are allowed.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

settings.register_profile("ci", PATIENT, derandomize=True)
settings.register_profile("long", PATIENT, max_examples=10_000)

# `pytest --hypothesis-profile=long` is read later and wins.
settings.load_profile("ci")
