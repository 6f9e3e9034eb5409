"""Targets as a loss wants them: class numbers become one number an output.

`train` translates every row once, before the first step, so that the losses meet plain numbers
whose places do not depend on their values.
"""

from collections.abc import Callable, Sequence
from typing import Any

from engine.datasets import Dataset, Row
from engine.losses import Loss, class_number
from engine.module import Module
from engine.scalar import is_number

Encoder = Callable[[Row], Row]


def count_outputs(model: Module, data: Dataset) -> int:
    """How many numbers the model gives for a row of `data`, found by asking it, dropout off."""
    modules = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        output = model(list(data.evaluation_rows()[0][0]))
    finally:
        for module, training in modules:
            module.training = training
    return 1 if is_number(output) else len(output)


def target_encoder(loss: str | Loss, outputs: int, data: Dataset) -> Encoder | None:
    """The translation of rows of `data` for a model with so many outputs; None if none is needed.

    A class number for several outputs becomes a list with 1 at its place and 0 elsewhere (-1 for
    hinge). Raises ValueError when targets and outputs or targets and loss cannot fit.
    """
    if loss == "cross_entropy" and outputs == 1:
        raise ValueError(
            "cross_entropy compares several outputs, one a class, and this network has one; "
            "use bce after a sigmoid, or a softmax over two outputs"
        )
    single = data.outputs == 1 and not isinstance(data.evaluation_rows()[0][1], list)
    if single and outputs > 1:
        return _one_hot(outputs, data, -1.0 if loss == "hinge" else 0.0)
    if data.outputs != outputs:
        raise ValueError(
            f"the network gives {outputs} numbers, {data.name} has {data.outputs} targets a row"
        )
    _check_targets(loss, data)
    if not single and outputs == 1:
        return lambda row: (row[0], row[1][0] if isinstance(row[1], list) else row[1])
    return None


def _one_hot(outputs: int, data: Dataset, elsewhere: float) -> Encoder:
    low_high = data.labels

    def encode(row: Row) -> Row:
        inputs, target = row
        number = low_high.index(target) if low_high and target in low_high else target
        place = class_number(number, outputs)
        return inputs, [1.0 if k == place else elsewhere for k in range(outputs)]

    for row in data.evaluation_rows():  # so that a wrong class is told before training starts
        encode(row)
    return encode


def _check_targets(loss: str | Loss, data: Dataset) -> None:
    """ValueError for hinge without -1 and +1, or bce outside of 0 to 1."""
    if loss not in ("hinge", "bce"):
        return
    for number, (_, target) in enumerate(data.evaluation_rows(), 1):
        for value in target if isinstance(target, list) else [target]:
            if loss == "hinge" and value not in (-1.0, 1.0):
                raise ValueError(
                    f"hinge needs targets of -1 and +1 (labels=signed), row {number} of "
                    f"{data.name} has {value:g}"
                )
            if loss == "bce" and not 0 <= value <= 1:
                raise ValueError(
                    f"bce needs targets from 0 to 1 (labels=binary), row {number} of "
                    f"{data.name} has {value:g}"
                )


def encode_rows(encode: Encoder | None, rows: Sequence[Row]) -> list[Any]:
    """The rows, translated where a translation is needed; always a new list."""
    return list(rows) if encode is None else [encode(row) for row in rows]
