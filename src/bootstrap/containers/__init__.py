"""The container of the shop in parts, by subject; each part takes what it needs from those it derives from."""
