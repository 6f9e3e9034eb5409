"""`train`: epochs of gradient descent, and what is kept when they end early.

The steps themselves are done by a stepper: engine/eager.py has the readable one, and
engine/compile one that computes the same numbers, bit for bit and much sooner. `train` takes the
compiled one where it can, and the eager one everywhere else.
"""

import gc
from _thread import allocate_lock
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isfinite
from random import Random
from typing import Any, Literal

from engine.batches import Batches
from engine.datasets import Dataset, Row
from engine.eager import EagerStepper, Stepper
from engine.losses import Loss, loss_named
from engine.module import Module, training_mode
from engine.nn import Dropout, Sequential, Softmax
from engine.optim import Optimizer, optimizer_named
from engine.randomness import stream_or_default
from engine.tables import as_dataset
from engine.targets import count_outputs, encode_rows, target_encoder

Engine = Literal["auto", "eager", "compiled"]
Stopped = Literal["finished", "until", "not finite", "interrupted"]
OnEpoch = Callable[[int, float, float | None], None]
Schedule = Callable[[int], float]  # from the number of an epoch, from 0, to its learning rate


@dataclass
class TrainingResult:
    """What `train` did.

    `losses`             the mean training loss of every epoch that counts
    `validation_losses`  beside it the mean loss on the validation rows, if there are any
    `stopped`            why it ended
    `trouble`            for "not finite": at which epoch and what, in words
    `engine`             "compiled" or "eager"
    `rates`              the learning rates of a schedule, of every epoch that began
    `rows`, `held_out`   the data that was trained on, and the validation rows if there are any
    """

    losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    stopped: Stopped = "finished"
    trouble: str = ""
    engine: str = "eager"
    rates: list[float] = field(default_factory=list)
    rows: Dataset | None = None
    held_out: Dataset | None = None

    @property
    def epochs_done(self) -> int:
        return len(self.losses)


def default_loss(model: Module) -> str:
    """`cross_entropy` for a network that ends in softmax, else `mse`."""
    ends_in_softmax = (
        isinstance(model, Sequential)
        and type(model).forward is Sequential.forward
        and len(model) > 0
        and isinstance(model[-1], Softmax)
    )
    return "cross_entropy" if ends_in_softmax else "mse"


def train(
    model: Module,
    data: Dataset | Sequence[Any],
    *,
    optimizer: Optimizer | type[Optimizer] | str = "sgd",
    loss: str | Loss | None = None,
    lr: Schedule | None = None,
    epochs: int = 100,
    batch: int | None = 32,
    until: float | None = None,
    validation: Dataset | Sequence[Any] | float | None = None,
    random: Random | None = None,
    on_epoch: OnEpoch | None = None,
    progress: OnEpoch | None = None,
    engine: Engine = "auto",
) -> TrainingResult:
    """Train `model` on `data` and say how it went.

    One epoch is one pass over a finite set, shuffled and cut into batches of `batch` rows (None:
    all in one, unshuffled), or one batch of fresh rows of a generated set. The loss of a batch is
    the mean over its rows, that of an epoch the mean over all its rows.

    Training ends after `epochs`, or once an epoch's loss is at or below `until`. `validation` is
    a data set, or a share of `data` that is split off and not trained on (a generated set then
    trains on the rest of its fixed rows). `on_epoch(epoch, loss, validation_loss)` is called after
    each epoch, counted from 1. It may look at and change whatever it likes: weights, the mode of
    layers, settings of the optimizer. `progress` is called in the same way before it, and only
    reports: while it runs the tensors may hold older weights, which saves putting them there.

    `lr(k)` is the learning rate of epoch k, counted from 0 as `range(epochs)` does; without it the
    optimizer's own holds throughout. The optimizer keeps the rate of the last epoch that counts.

    With `engine="auto"` the steps are compiled where that gives the same numbers for sure: layers
    and losses of the engine, and functions that only compute. Any other model or loss trains
    eagerly, and goes on so once `on_epoch` has turned it into one that cannot be compiled.

    KeyboardInterrupt is not passed on: the weights, the optimizer state and the random streams are
    those after the last whole epoch, as if no more had been asked for. When a loss or a weight is
    no longer finite the last finite ones are put back. What `lr`, `loss` or `on_epoch` raises is
    passed on, with everything as after the last whole epoch.

    `optimizer` is one that was made for the model or a part of it, or a name or class of one.

    Raises ValueError where data, model and loss do not fit together.
    """
    rows_of = as_dataset(data)
    loss_name = default_loss(model) if loss is None else loss
    loss_function = loss_named(loss_name) if isinstance(loss_name, str) else loss_name
    mover = _optimizer(optimizer, model)
    epochs = _at_least("epochs", epochs, 0)
    batch = None if batch is None else _at_least("batch", batch, 1)
    stream = stream_or_default(random)

    held_out: Dataset | None = None
    if isinstance(validation, float | int):
        held_out, rows_of = rows_of.split(validation, stream)
    elif validation is not None:
        held_out = as_dataset(validation)

    with training_mode(model, True), fewer_collections():
        outputs = count_outputs(model, rows_of)
        encode = target_encoder(loss_name, outputs, rows_of)
        watched: list[Row] = []
        if held_out is not None:
            watched = encode_rows(target_encoder(loss_name, outputs, held_out), held_out.rows())
        stepper, engine_used = _stepper(engine, model, loss_function, mover, rows_of, encode)
        result = TrainingResult(engine=engine_used, rows=rows_of, held_out=held_out)
        own_rows = not type(rows_of).__module__.startswith("engine.")
        dropouts = [
            stream_or_default(part.random) for part in model.modules() if type(part) is Dropout
        ]
        alone = engine_used == "compiled" and not own_rows and on_epoch is None and lr is None
        batches = Batches(rows_of, batch, stream, encode, dropouts, alone)
        _run(
            stepper,
            batches,
            own_rows,
            watched,
            mover,
            lr,
            epochs,
            until,
            on_epoch,
            progress,
            result,
        )
    return result


def _optimizer(given: Optimizer | type[Optimizer] | str, model: Module) -> Optimizer:
    """The optimizer that was given, or one of that name or class for all of the model."""
    if isinstance(given, Optimizer):
        return given
    kind = optimizer_named(given) if isinstance(given, str) else given
    if isinstance(kind, type) and issubclass(kind, Optimizer):
        return kind(model)
    raise TypeError(
        f"optimizer is a name, a class or an optimizer, as in SGD(model), not {given!r}"
    )


def _run(
    stepper: Stepper,
    batches: Batches,
    own_rows: bool,
    watched: list[Row],
    optimizer: Optimizer,
    lr: Schedule | None,
    epochs: int,
    until: float | None,
    on_epoch: OnEpoch | None,
    progress: OnEpoch | None,
    result: TrainingResult,
) -> None:
    """The epochs; `result` is filled in as they end, and everything is in the tensors then.

    `own_rows` says that the rows come from somebody's own code, which may do anything meanwhile.
    """
    before, whole = stepper.snapshot(), 0  # at the end of the last whole epoch
    rate = optimizer.lr

    def go_back() -> None:
        stepper.restore(before)
        optimizer.lr = rate

    try:
        for epoch in range(1, epochs + 1):
            total, count = 0.0, 0
            if own_rows:
                stepper.finish()
                todo = batches.of(epoch)
                resumed = stepper.resumed()
                stepper, before = resumed, resumed.snapshot()
            else:
                todo = batches.of(epoch)
            if lr is not None:
                optimizer.set_rate(lr(epoch - 1))
                result.rates.append(optimizer.lr)
            for rows in todo:
                total += stepper.step(rows)
                count += len(rows)
            loss = total / count
            if not (isfinite(loss) and stepper.finite()):
                what = "a weight is no longer finite" if isfinite(loss) else f"the loss is {loss}"
                result.stopped, result.trouble = "not finite", f"at epoch {epoch} {what}"
                go_back()
                return
            validation_loss = stepper.measure(watched) / len(watched) if watched else None
            after = stepper.snapshot()
            if validation_loss is not None:
                result.validation_losses.append(validation_loss)
            result.losses.append(loss)
            before, whole, rate = after, epoch, optimizer.lr
            if progress is not None:
                progress(epoch, loss, validation_loss)
            if on_epoch is not None:
                stepper.finish()
                on_epoch(epoch, loss, validation_loss)
                resumed = stepper.resumed()
                stepper, before = resumed, resumed.snapshot()
            if until is not None and loss <= until:
                result.stopped = "until"
                return
    except KeyboardInterrupt:
        go_back()
        batches.go_back(whole)
        del result.losses[whole:], result.validation_losses[whole:]
        result.stopped = "interrupted"
    except BaseException:
        go_back()
        batches.go_back(whole)
        raise
    finally:
        stepper.finish()


def _stepper(
    engine: Engine,
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    data: Dataset,
    encode: Callable[[Row], Row] | None,
) -> tuple[Stepper, str]:
    """The compiled stepper where it is wanted and possible, else the eager one."""
    if engine not in ("auto", "eager", "compiled"):
        raise ValueError(f"engine is auto, eager or compiled, not {engine!r}")
    if engine != "eager":
        rows = encode_rows(encode, data.evaluation_rows())
        compiled = _compiled_stepper(model, loss, optimizer, rows)
        if compiled is not None:
            return compiled, "compiled"
        if engine == "compiled":
            raise ValueError("this model cannot be compiled; engine='auto' would train it eagerly")
    return EagerStepper(model, loss, optimizer), "eager"


def _compiled_stepper(
    model: Module, loss: Loss, optimizer: Optimizer, rows: Sequence[Row]
) -> Stepper | None:
    """What engine/compile makes of the model, None where it cannot; imported only when needed."""
    from engine.compile import compiled_stepper

    return compiled_stepper(model, loss, optimizer, rows)


def _at_least(name: str, value: float, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0:
        raise ValueError(f"{name} is a whole number, not {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {int(value)}")
    return int(value)


class fewer_collections:  # noqa: N801 - used as a word after `with`
    """Run the garbage collector rarely: graphs have no cycles, so it would find nothing.

    The thresholds are the process's own: the first of several threads raises them, and the last
    one puts them back.
    """

    inside = 0
    thresholds: tuple[int, int, int] = (0, 0, 0)
    lock = allocate_lock()

    def __enter__(self) -> None:
        kind = fewer_collections
        with kind.lock:
            if kind.inside == 0:
                kind.thresholds = gc.get_threshold()
            kind.inside += 1
            gc.set_threshold(max(100_000, kind.thresholds[0]), *kind.thresholds[1:])

    def __exit__(self, *_: object) -> None:
        kind = fewer_collections
        with kind.lock:
            kind.inside -= 1
            if kind.inside == 0:
                gc.set_threshold(*kind.thresholds)
