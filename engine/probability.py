"""Softmax and the logarithm of it, which cross entropy needs.

Both need exp(x_1) + ... + exp(x_n), which overflows when computed as written. With the largest
score subtracted from all of them it does not, and the largest term is 1, whatever the sizes. That
changes neither value, so no gradient flows through what is subtracted.
"""

from collections.abc import Sequence

from engine.functions import exp, largest, log
from engine.tensor import Tensor

Scalar = Tensor | float


class Probabilities(list[Tensor]):
    """What softmax returns: a list of probabilities that remembers the scores it came from.

    Cross entropy goes back to the scores, so it stays exact where a probability rounds to 0 or 1.
    """

    def __init__(self, values: Sequence[Tensor], scores: list[Scalar]) -> None:
        super().__init__(values)
        self.scores = scores


def softmax(scores: Sequence[Scalar]) -> Probabilities:
    """exp(x_i) / sum of all exp(x_j): positive numbers that add up to 1.

    Source: Bridle 1990. Raises ValueError for an empty list.
    """
    scores = list(scores)
    if not scores:
        raise ValueError("softmax needs at least one number")
    powers, total = _powers(_shifted(scores))
    return Probabilities([power / total for power in powers], scores)


def surprises(scores: Sequence[Scalar]) -> list[Tensor]:
    """-log of each probability that softmax would give: what it costs to be of that class."""
    shifted = _shifted(scores)
    whole = log(_powers(shifted)[1])
    return [whole - score for score in shifted]


def _shifted(scores: Sequence[Scalar]) -> list[Tensor]:
    """The scores less the largest."""
    top = largest(scores)
    return [score - top for score in scores]


def _powers(scores: Sequence[Tensor]) -> tuple[list[Tensor], Tensor]:
    """exp of each score, and their sum, added from the left."""
    powers = [exp(score) for score in scores]
    total = powers[0]
    for power in powers[1:]:
        total = total + power
    return powers, total
