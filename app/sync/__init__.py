"""Carries changes between the workstation's cache and the company database."""
