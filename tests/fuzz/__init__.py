"""Nonsense for every foreign form: `python -m tests.fuzz` (see there)."""
