"""The notes after a training run: what went wrong, the evidence, and what to try."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from minitorch_shell.diagnosis.gradient_flow import Note, dead, saturated, vanished
from minitorch_shell.diagnosis.least_squares import least_squares_floor
from minitorch_shell.results.records import TrainingReport
from minitorch_shell.values.network import Network

if TYPE_CHECKING:
    from engine.datasets import Dataset
    from engine.optim import Optimizer
    from engine.training import TrainingResult

MOST_NOTES = 2
MOST_CLASSES = 5  # so many are named
HUGE = 1e6  # weights and data beyond this are the cause where training diverges
HARDLY = 0.01  # a loss that moved by less than this share hardly moved


class Start(NamedTuple):
    """How things stood before a run."""

    loss: float | None  # on the fixed rows, where the learning rate looks too small
    largest_weight: float


class Run(NamedTuple):
    """A training run that has ended: what was trained on what, how it began and what came of it."""

    network: Network
    data: Dataset
    optimizer: Optimizer
    epochs: int  # that were asked for
    start: Start
    result: TrainingResult
    report: TrainingReport


def start_of(net: Network, data: Dataset, loss_name: str, optimizer: Optimizer) -> Start:
    """What `notes` wants to know of the time before a run."""
    return Start(loss_before(net, data, loss_name, optimizer), largest_weight(net))


def notes(run: Run) -> list[Note]:
    """At most two notes on a run, the weightiest first."""
    network, data, optimizer, epochs, start, result, report = run
    losses = result.losses
    found: list[Note | None] = [
        diverged(result, optimizer, data, start.largest_weight),
        one_number(network, data),
    ]
    if result.stopped == "finished" and len(losses) >= 10:
        found.append(affine(network, data, report))
    if result.stopped == "finished" and len(losses) >= 10 and not _perfect(report):
        found.append(grew(losses, optimizer, start.largest_weight))
        found.append(dead(network, data) or saturated(network, data) or vanished(network))
        found.append(too_small(start.loss, report.test_loss, optimizer, data, epochs))
    return [note for note in found if note is not None][:MOST_NOTES]


def _perfect(report: TrainingReport) -> bool:
    return report.correct is not None and report.correct == report.rows


def _short(number: float) -> str:
    return f"{number:.4g}"


def diverged(
    result: TrainingResult, optimizer: Optimizer, data: Dataset, largest_weight: float
) -> Note | None:
    """The loss left the range of numbers: by the data, by the network or by the learning rate.

    `largest_weight` is that of the network before the run.
    """
    if result.stopped != "not finite":
        return None
    back = "the last finite weights are back"
    if not result.losses:
        back = "the weights from before the run are back"
    message = f"training diverged: {result.trouble}; {back}"
    largest = largest_number(data)
    if largest > HUGE:
        return (
            "MT511",
            message,
            [
                f"{data.name} has numbers up to {_short(largest)}: divide them, so that they lie "
                "around 1 (`csv(..., scale=true)` does that with the inputs of a file)"
            ],
        )
    if largest_weight > HUGE:
        return (
            "MT511",
            message,
            [spoilt(largest_weight)],
        )
    help = [too_large(optimizer)]
    if result.losses:
        help.append(
            "the weights that are back may be far off all the same: define the network anew, or "
            "type `undo` in the shell for those from before the run"
        )
    return "MT511", message, help


def spoilt(largest_weight: float) -> str:
    """The advice for a network that an earlier run has left far off."""
    return (
        "the network was spoilt before the run, its weights went up to "
        f"{_short(largest_weight)}: define it anew, or go back with `undo`"
    )


def largest_weight(net: Network) -> float:
    """The largest magnitude among the weights; infinite where one is no number."""
    return max((_magnitude(weight.data) for weight in net.parameters()), default=0.0)


def largest_number(data: Dataset) -> float:
    """The largest magnitude among the inputs and targets."""
    largest = 0.0
    for inputs, target in data.evaluation_rows():
        targets = target if isinstance(target, list) else [target]
        largest = max(largest, *map(_magnitude, [*inputs, *targets]))
    return largest


def _magnitude(number: float) -> float:
    return abs(number) if math.isfinite(number) else math.inf


def one_number(net: Network, data: Dataset) -> Note | None:
    """A single output for three classes or more: a regression on their numbers."""
    if not data.classes or data.classes < 3 or data.outputs != 1 or net.outputs != 1:
        return None
    named = f" ({', '.join(data.class_names)})" if 0 < len(data.class_names) <= MOST_CLASSES else ""
    return (
        "MT515",
        f"{data.name} has {data.classes} classes{named}, but the network gives one number: this "
        f"was a regression on the class numbers 0 to {data.classes - 1}",
        [
            "give it one output for each class: "
            f"`net = linear({data.width},8) relu linear(8,{data.classes}) softmax`; "
            "then `train` takes cross_entropy as its loss, and counts the rows that are right"
        ],
    )


def grew(losses: list[float], optimizer: Optimizer, largest_weight: float) -> Note | None:
    """A loss that ends far above its start."""
    first, last = losses[0], _mean(losses[-5:])
    if not last > 2 * first + 1e-12:
        return None
    return (
        "MT512",
        f"the loss ended far above its start: {_short(first)} → {_short(last)}",
        [spoilt(largest_weight) if largest_weight > HUGE else too_large(optimizer)],
    )


def loss_before(net: Network, data: Dataset, loss_name: str, optimizer: Optimizer) -> float | None:
    """The loss on the fixed rows before a run whose learning rate looks too small, else None."""
    if optimizer.lr >= usual_rate(optimizer) / 10:
        return None
    from engine.evaluation import evaluate

    return evaluate(net.module, data, loss_name).loss


def too_small(
    before: float | None, after: float, optimizer: Optimizer, data: Dataset, epochs: int
) -> Note | None:
    """A learning rate so small that the loss did not move.

    Losses of fresh or shuffled batches jump by themselves; so the same rows are compared.
    """
    if not before or not math.isfinite(before) or abs(after - before) >= HARDLY * before:
        return None
    rows = len(data.evaluation_rows())
    return (
        "MT510",
        f"the learning rate {optimizer.lr:g} is too small: on the same {rows} rows the loss went "
        f"from {before:.6g} to {after:.6g} ({100 * (after - before) / before:+.2g} %)",
        [f"try `train {data.name} epochs={epochs} lr={usual_rate(optimizer):g}`"],
    )


def too_large(optimizer: Optimizer) -> str:
    """The advice for a learning rate that is too large."""
    return f"the learning rate {optimizer.lr:g} is too large: try `lr={smaller_rate(optimizer):g}`"


def smaller_rate(optimizer: Optimizer) -> float:
    """A tenth of the learning rate, but not more than the usual one."""
    return min(optimizer.lr / 10, usual_rate(optimizer))


def usual_rate(optimizer: Optimizer) -> float:
    """The optimizer's own default learning rate."""
    import inspect

    default: float = inspect.signature(type(optimizer).__init__).parameters["lr"].default
    return default


def _mean(numbers: list[float]) -> float:
    return math.fsum(numbers) / len(numbers)


def affine(net: Network, data: Dataset, report: TrainingReport) -> Note | None:
    """A network without activations cannot go below the least-squares floor."""
    from engine.nn import Linear

    if report.loss_name != "mse" or data.outputs != 1 or report.correct is None:
        return None
    if not all(isinstance(layer, Linear) for layer in net.module):
        return None
    floor = least_squares_floor(data.evaluation_rows())
    if floor < 1e-9 or report.test_loss > 2 * floor:
        return None  # it fits, or the floor is not yet what keeps the loss up
    return (
        "MT513",
        "the network is affine (no activation between its layers): no weights can bring its "
        f"mse on {data.name} below {floor:.6g}",
        ["put an activation between the layers: `linear(5,4) relu linear(4,1)`"],
    )
