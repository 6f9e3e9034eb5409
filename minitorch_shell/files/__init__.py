"""What programs may read and write: where their paths lead, and what is the matter with files."""
