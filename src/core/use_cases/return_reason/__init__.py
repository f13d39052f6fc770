"""Why things come back."""
