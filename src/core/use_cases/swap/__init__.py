"""Exchanging what was bought."""
