"""One package a pane; panes do not know each other."""
