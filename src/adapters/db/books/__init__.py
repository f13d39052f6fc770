"""The books of the shop, read for checking."""
