"""The interactive shell: the only part that knows terminals and keys."""
