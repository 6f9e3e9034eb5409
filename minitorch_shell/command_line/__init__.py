"""The command line: which programs to run, and how."""
