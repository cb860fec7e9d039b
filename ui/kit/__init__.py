"""What every screen is made of: theme, commands, lists, forms, terminal."""
