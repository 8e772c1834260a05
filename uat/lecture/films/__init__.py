"""The figures of the lecture in motion, one film a file."""
