"""Baton's words and rules: frozen records, enums and pure functions. No I/O; the time is an argument."""
