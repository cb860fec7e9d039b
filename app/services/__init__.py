"""The verbs: what the screens and the command line call."""
