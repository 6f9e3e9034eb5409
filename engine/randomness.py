"""The engine's one stream of random numbers.

Everything random (first weights, dropout, data, shuffling) is drawn from a `random.Random` of the
engine's own. It starts from the same seed every time, so the same program gives the same numbers,
and it never touches the global stream of the `random` module. Whoever wants a stream apart passes
`random=Random(7)` to the function or layer at hand.
"""

from random import Random

DEFAULT_SEED = 1337  # the seed of micrograd's demo

_default_stream = Random(DEFAULT_SEED)


def seed(value: int = DEFAULT_SEED) -> None:
    """Start the default stream anew from `value`; the same value gives the same numbers."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"a seed is a whole number, not {value!r}")
    _default_stream.seed(value)


def default_stream() -> Random:
    """The stream that is used wherever no other one is given."""
    return _default_stream


def stream_or_default(random: Random | None) -> Random:
    """`random` itself, or the default stream where it is None."""
    return _default_stream if random is None else random
