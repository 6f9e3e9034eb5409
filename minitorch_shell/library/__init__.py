"""What the predefined names do, and the operations Python has no sign for."""
