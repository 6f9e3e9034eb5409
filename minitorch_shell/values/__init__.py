"""The values of the language beside the engine's: lists, functions, networks, data, layers."""
