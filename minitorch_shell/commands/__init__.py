"""What the statements do: one module for each family of commands."""
