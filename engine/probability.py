"""Softmax, and the one sum it shares with cross entropy.

Both need log(exp(x_1) + ... + exp(x_n)), which overflows when computed as written. Added up two
at a time it does not: log(exp(a) + exp(b)) = max(a, b) + softplus(-|a - b|), whatever their sizes.
"""

from collections.abc import Sequence

from engine.functions import absolute, exp, maximum, softplus
from engine.tensor import Tensor

Scalar = Tensor | float


class Probabilities(list[Tensor]):
    """What softmax returns: a list of probabilities that remembers the scores it came from.

    Cross entropy goes back to the scores, so it stays exact where a probability rounds to 0 or 1.
    """

    def __init__(self, values: Sequence[Tensor], scores: list[Scalar]) -> None:
        super().__init__(values)
        self.scores = scores


def log_sum_exp(scores: Sequence[Scalar]) -> Scalar:
    """log(exp(scores[0]) + exp(scores[1]) + ...), stable for scores of any size."""
    total = scores[0]
    for score in scores[1:]:
        total = maximum(total, score) + softplus(-absolute(total - score))
    return total


def softmax(scores: Sequence[Scalar]) -> Probabilities:
    """exp(x_i) / sum of all exp(x_j): positive numbers that add up to 1.

    Source: Bridle 1990; computed as exp(x_i - log sum exp) so that nothing overflows.
    Raises ValueError for an empty list.
    """
    scores = list(scores)
    if not scores:
        raise ValueError("softmax needs at least one number")
    total = log_sum_exp(scores)
    return Probabilities([exp(score - total) for score in scores], scores)
