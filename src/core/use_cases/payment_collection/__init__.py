"""Collecting money beyond a checkout. Rules: docs/order-edits.md."""
