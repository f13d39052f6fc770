"""The sale from end to end, over HTTP alone, told to the person watching."""
