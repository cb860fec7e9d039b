"""Profiles, secrets, processes, threads and the wiring between the rooms."""
