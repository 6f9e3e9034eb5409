"""What went wrong and why, for the notes: nothing here changes a value."""
