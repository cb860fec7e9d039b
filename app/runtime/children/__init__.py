"""Child processes: their entry points, and who looks after them."""
