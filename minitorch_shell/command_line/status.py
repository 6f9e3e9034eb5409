"""The exit statuses of `minitorch`."""

FINE = 0
FAILED = 1  # a program failed, or something was found
NO_FILE = USAGE = 2
INTERRUPTED = 130
