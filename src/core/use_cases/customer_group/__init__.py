"""Customer groups."""
