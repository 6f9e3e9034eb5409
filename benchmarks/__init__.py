"""Measurements against peers: `python -m benchmarks.engine`, `python -m benchmarks.seed_claims`."""
