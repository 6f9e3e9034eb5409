"""How results look: as text with or without colour, and (later) in other forms."""
