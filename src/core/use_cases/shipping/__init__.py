"""Ways to ship and what they are for."""
