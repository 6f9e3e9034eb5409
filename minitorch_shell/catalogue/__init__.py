"""The tables of the language: what there is, in words. Nothing here runs anything."""
