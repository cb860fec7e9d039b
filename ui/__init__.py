"""Baton's screens: all Qt lives here; it reaches the rest through services, runtime and domain only."""
