"""Which variants go with which."""
