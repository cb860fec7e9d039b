"""Customers with everything that belongs to them, the service levels we owe them, and whom to ask first.

Pages over the panes, each of a module of its own: the one that is shown is the one that is loaded.
"""
