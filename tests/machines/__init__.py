"""State machines, written once and run on memory and on real engines."""
