"""Networks of other programs, read and written: one file a format, listed in `formats.py`."""
