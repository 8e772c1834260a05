"""The Fejér–Korovkin mean as ridges: any continuous function in several coordinates."""
