"""Publishable keys."""
