"""Baton without a screen: everything below runs headless and imports no Qt."""
