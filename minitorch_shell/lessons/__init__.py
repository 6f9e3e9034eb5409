"""Lessons as data: their steps, and whether they print what they say."""
