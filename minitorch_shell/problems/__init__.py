"""Errors of the user: the exception that carries one, and its way to a place in the source."""
