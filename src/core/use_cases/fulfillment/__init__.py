"""Getting what was bought to the buyer."""
