"""What any editor asks about a text: what may come next, what a word is, what a value would be."""
