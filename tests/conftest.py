"""How tests run: Hypothesis alike in every run unless asked to search."""

from hypothesis import HealthCheck, settings

# A busy machine must not turn a true claim into a failure: no deadline, slow draws are allowed.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

settings.register_profile("ci", PATIENT, derandomize=True)
settings.register_profile("long", PATIENT, max_examples=10_000)

# `pytest --hypothesis-profile=long` is read later and wins.
settings.load_profile("ci")
