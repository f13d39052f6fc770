"""What people do with gift cards: pay with them, buy them, and, as staff, keep them."""
