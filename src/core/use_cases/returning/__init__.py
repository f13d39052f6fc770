"""What comes back from buyers."""
