"""What lasts from statement to statement, and the way back through it."""
