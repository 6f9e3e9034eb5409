"""What statements give back, as plain data, and how values are printed."""
