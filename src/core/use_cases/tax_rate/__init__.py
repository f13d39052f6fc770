"""Tax rates of some goods."""
