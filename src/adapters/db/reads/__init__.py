"""The reading side: trees for the outside, straight from the tables."""
