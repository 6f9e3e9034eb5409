"""How good a model is: loss, accuracy, confusion table, R².

Several outputs: the largest is the class. One output and two labels: the nearer label. A
regression has no accuracy; its R² says how much of the targets' variance is explained.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.datasets import Dataset
from engine.losses import Loss, loss_named
from engine.module import Module, training_mode
from engine.scalar import is_number
from engine.tables import as_dataset
from engine.targets import target_encoder
from engine.tensor import Tensor
from engine.training import default_loss


@dataclass
class Evaluation:
    """What `evaluate` found.

    `loss`       the mean over the rows
    `correct`    how many rows are classified rightly, None for regression
    `count`      how many rows there are
    `confusion`  confusion[i][j]: rows of class i that were taken for class j; empty for regression
    `r_squared`  1 - squared error / variance, for one output (nan if all targets are equal)
    `outputs`    what the model gave for each row
    `classes`    the predicted class of each row, as a target; empty for regression
    """

    loss: float
    correct: int | None
    count: int
    r_squared: float | None
    confusion: list[list[int]] = field(default_factory=list)
    outputs: list[list[float]] = field(default_factory=list)
    classes: list[float] = field(default_factory=list)

    @property
    def accuracy(self) -> float | None:
        """The share of rows that are classified rightly."""
        return None if self.correct is None else self.correct / self.count


def evaluate(
    model: Module, data: Dataset | Sequence[Any], loss: str | Loss | None = None
) -> Evaluation:
    """Test `model` on all rows of `data`, dropout off; nothing random is drawn or changed.

    `loss` is the name of a loss or a function, by default the one `train` would take. Raises
    ValueError where model, data and loss do not fit together.
    """
    rows_of = as_dataset(data)
    loss = default_loss(model) if loss is None else loss
    function = loss_named(loss) if isinstance(loss, str) else loss
    rows = rows_of.evaluation_rows()
    outputs: list[list[float]] = []
    total = 0.0
    encode = None
    with training_mode(model, False):
        for number, row in enumerate(rows):
            output = model(row[0])
            numbers = _plain(output)
            if number == 0:
                encode = target_encoder(loss, len(numbers), rows_of)
            wanted = row[1] if encode is None else encode(row)[1]
            total += function(output, wanted).data
            outputs.append(numbers)
    return _judged(rows_of, total / len(rows), outputs)


def _judged(data: Dataset, loss: float, outputs: list[list[float]]) -> Evaluation:
    targets = [target for _, target in data.evaluation_rows()]
    result = Evaluation(loss, None, len(outputs), _r_squared(outputs, targets), outputs=outputs)
    kinds = class_values(data, len(outputs[0]))
    if not kinds:
        return result
    result.classes = [kinds[predicted_class(numbers, data)] for numbers in outputs]
    result.confusion = [[0] * len(kinds) for _ in kinds]
    result.correct = 0
    for target, given in zip(targets, result.classes, strict=True):
        number = _true_class(target, kinds)
        result.confusion[number][kinds.index(given)] += 1
        result.correct += kinds[number] == given
    return result


def class_values(data: Dataset, outputs: int) -> list[float]:
    """The target of each class in order; empty where `data` is a regression for such a model."""
    if outputs > 1 and data.outputs in (1, outputs):
        if data.outputs == 1:
            kinds = list(data.labels) if data.labels and outputs == 2 else _range(outputs)
            known = all(target in kinds for _, target in data.evaluation_rows())
            return kinds if known else []
        one_hot = all(
            isinstance(target, list) and sorted(target) == [0.0] * (outputs - 1) + [1.0]
            for _, target in data.evaluation_rows()
        )
        return _range(outputs) if one_hot else []
    return list(data.labels) if outputs == 1 and data.labels else []


def _range(count: int) -> list[float]:
    return [float(k) for k in range(count)]


def _true_class(target: float | list[float], kinds: list[float]) -> int:
    if isinstance(target, list):
        return target.index(max(target))
    return kinds.index(target)


def predicted_class(outputs: Sequence[float], data: Dataset) -> int:
    """The number of the class that `outputs` stand for: the largest, or the nearer label.

    Half-way between the labels counts as the high one, as `binary_round` has it.
    """
    if len(outputs) > 1:
        return max(range(len(outputs)), key=outputs.__getitem__)
    low, high = data.labels or (0.0, 1.0)
    return int(outputs[0] >= (low + high) / 2)


def accuracy(model: Module, data: Dataset | Sequence[Any]) -> float | None:
    """The share of rows of `data` that `model` classifies rightly; None for regression."""
    rows_of = as_dataset(data)
    with training_mode(model, False):
        outputs = [_plain(model(inputs)) for inputs, _ in rows_of.evaluation_rows()]
    return _judged(rows_of, 0.0, outputs).accuracy


def binary_round(value: Tensor | float, threshold: float = 0.5) -> Tensor:
    """`Tensor(1)` at or above the threshold, else `Tensor(0)`; carries no gradient."""
    number = value.data if isinstance(value, Tensor) else value
    return Tensor(1.0 if number >= threshold else 0.0)


def _plain(output: Any) -> list[float]:
    values: Sequence[Any] = [output] if is_number(output) else output
    return [value.data if isinstance(value, Tensor) else float(value) for value in values]


def _r_squared(outputs: list[list[float]], targets: Sequence[Any]) -> float | None:
    if len(outputs[0]) != 1 or any(isinstance(target, list) for target in targets):
        return None
    mean = _sum(targets) / len(targets)
    spread = _sum([(target - mean) * (target - mean) for target in targets])
    misses = [y - given[0] for given, y in zip(outputs, targets, strict=True)]
    error = _sum([miss * miss for miss in misses])  # `**` would raise where this is inf
    return 1 - error / spread if spread > 0 else float("nan")


def _sum(numbers: Sequence[float]) -> float:
    """Added up from the left; `sum` rounds otherwise from Python 3.12 on."""
    total = 0.0
    for number in numbers:
        total += number
    return total
