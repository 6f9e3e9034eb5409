"""From the syntax tree to Python code."""
