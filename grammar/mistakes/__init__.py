"""Messages for text that is no program: what was meant, and what to write instead."""
