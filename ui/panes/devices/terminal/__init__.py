"""Terminals side by side, the bar that says where each one is, and what is asked when a session ends."""
