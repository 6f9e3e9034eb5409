"""Losses: one number that says how far a prediction is from its target.

Each takes a prediction (a tensor, or a list of them) and a target (a number, or as many numbers),
and gives a tensor. Several outputs are averaged, as PyTorch does with reduction="mean".
All stay finite and keep their gradients where the textbook formula overflows.
"""

from collections.abc import Callable, Sequence
from typing import Any

from engine.functions import absolute, binary_cross_entropy, maximum, relu, softplus
from engine.probability import Probabilities, Scalar, surprises
from engine.scalar import is_number
from engine.tensor import Tensor

Prediction = Scalar | Sequence[Scalar]
Target = Scalar | Sequence[Scalar]
Loss = Callable[[Any, Any], Tensor]


def _pairs(prediction: Prediction, target: Target) -> list[tuple[Scalar, Scalar]]:
    """Outputs beside targets; ValueError where their numbers differ or there are none."""
    outputs: Any = [prediction] if is_number(prediction) else list(prediction)  # type: ignore[arg-type]
    targets: Any = [target] if is_number(target) else list(target)  # type: ignore[arg-type]
    if len(outputs) != len(targets) or not outputs:
        raise ValueError(f"there are {len(outputs)} outputs for {len(targets)} targets")
    return list(zip(outputs, targets, strict=True))


def _mean(terms: list[Any]) -> Tensor:
    """The mean of the terms, added from left to right."""
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    total = total if isinstance(total, Tensor) else Tensor(total)
    return total if len(terms) == 1 else total / len(terms)


def mse_loss(prediction: Prediction, target: Target) -> Tensor:
    """Mean squared error: the mean of (prediction - target)^2 (torch.nn.MSELoss)."""
    return _mean([(output - wanted) ** 2 for output, wanted in _pairs(prediction, target)])


def bce_loss(prediction: Prediction, target: Target) -> Tensor:
    """Binary cross entropy -(t log p + (1 - t) log(1 - p)) of probabilities, as after a sigmoid.

    Targets are 0 and 1, or probabilities. Where p was made by a sigmoid, p = sigmoid(z), the
    same number is computed as max(z, 0) - t z + softplus(-|z|), which never overflows and never
    loses its gradient (torch.nn.BCEWithLogitsLoss). Any other p must lie in [0, 1], else
    ValueError; its logarithms are cut at -100, its gradient at 1e12 (torch.nn.BCELoss).
    """
    return _mean([_bce(output, wanted) for output, wanted in _pairs(prediction, target)])


def _bce(output: Scalar, wanted: Scalar) -> Scalar:
    if isinstance(output, Tensor) and output._op == "sigmoid":
        score = output._prev[0]
        return maximum(score, 0.0) - wanted * score + softplus(-absolute(score))
    if not 0 <= output <= 1:
        raise ValueError(
            "bce needs probabilities between 0 and 1, as a sigmoid gives them; "
            f"got {getattr(output, 'data', output):g}"
        )
    return binary_cross_entropy(output, wanted)


def hinge_loss(prediction: Prediction, target: Target) -> Tensor:
    """max(0, 1 - t * prediction) for targets t of -1 and +1: zero once the margin is 1.

    ValueError for a target that is a plain number other than -1 and +1.
    """
    terms = []
    for output, wanted in _pairs(prediction, target):
        if not isinstance(wanted, Tensor) and wanted not in (-1, 1):
            raise ValueError(f"hinge needs targets of -1 and +1 (labels=signed), got {wanted:g}")
        terms.append(relu(1 - wanted * output))
    return _mean(terms)


def cross_entropy_loss(prediction: Sequence[Scalar], target: Target) -> Tensor:
    """-log of the probability that is given to the right class (torch.nn.CrossEntropyLoss).

    `prediction` has one number a class: probabilities, as a softmax gave them, or scores, as a
    `Linear` gives them; any list that does not come from softmax is taken for scores. Both are
    computed from the scores (engine/probability.py), which is stable for any size.
    `target` is the number of the class, from 0, or one weight a class (one-hot, or a
    distribution). ValueError for a single output or a class that is not there.
    """
    if is_number(prediction) or len(prediction) < 2:
        raise ValueError(
            "cross_entropy compares several outputs, one a class; "
            "with one output use bce after a sigmoid"
        )
    scores = prediction.scores if isinstance(prediction, Probabilities) else list(prediction)
    costs = surprises(scores)
    if is_number(target):
        return costs[class_number(target, len(scores))]
    first, *rest = [cost * weight for cost, weight in _pairs(costs, target)]
    return sum(rest, first)  # type: ignore[return-value]


def class_number(target: Any, classes: int) -> int:
    """A target as a class number from 0 to classes - 1; ValueError for anything else."""
    if target not in range(classes):  # nan is in no range
        raise ValueError(f"class numbers here go from 0 to {classes - 1}, got {target:g}")
    return int(target)


LOSSES: dict[str, Loss] = {
    "mse": mse_loss,
    "bce": bce_loss,
    "hinge": hinge_loss,
    "cross_entropy": cross_entropy_loss,
}


def loss_named(name: str) -> Loss:
    """The loss called `name`; ValueError lists the names there are."""
    if name not in LOSSES:
        raise ValueError(f"there is no loss {name!r}; choose one of {', '.join(LOSSES)}")
    return LOSSES[name]
