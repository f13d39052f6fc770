"""Changing orders after they were placed. Rules: docs/order-edits.md."""
