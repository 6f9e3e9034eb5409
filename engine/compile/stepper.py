"""Training steps through generated functions, for `engine.training.train`.

Between batches the weights, gradients and the optimizer's state are plain tuples and lists that
nobody changes, so keeping the last good ones costs nothing. Units that are off are skipped, which
is exact while numbers are finite. So weights are watched to be small enough for that, and a batch
that ends with a number that is not finite, or that raises, is done again by the eager stepper.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from math import copysign, hypot, isfinite
from random import Random
from typing import Any

from engine.compile.emit import Source
from engine.compile.program import DOTS, PLACEHOLDERS, Program
from engine.compile.spelling import known, namespace
from engine.compile.trace import Untraceable, trace
from engine.compile.update import settings_of, update_lines, variant
from engine.datasets import Row
from engine.eager import EagerStepper, all_finite
from engine.losses import Loss
from engine.module import Module, training_mode
from engine.nn import Dropout
from engine.optim import Optimizer
from engine.randomness import stream_or_default

Function = Callable[..., Any]

MOST_PARAMETERS = 60_000  # beyond, writing and compiling the source takes longer than it is worth
KEPT_FUNCTIONS = 64
LARGEST_INPUT = 1e9
LARGEST_EXPONENT = 250.0  # of what a chain of layers may reach, well below the floats' 308

_functions: dict[object, Function] = {}


def compiled_stepper(
    model: Module, loss: Loss, optimizer: Optimizer, rows: Sequence[Row]
) -> "CompiledStepper | None":
    """A stepper like `engine.eager.EagerStepper`, or None where only the eager one can serve.

    `rows` are as the steps will get them, one at least: the widths of the first are compiled in,
    and no step may get larger numbers than `LARGEST_INPUT`.
    """
    if any(not abs(value) <= LARGEST_INPUT for inputs, _ in rows for value in inputs):
        return None
    try:
        return CompiledStepper(model, loss, optimizer, rows[0])
    except Untraceable:
        return None


def source(
    model: Module, loss: Loss, optimizer: Optimizer, example: Row, measuring: bool = False
) -> str | None:
    """The Python that training `model` on rows like `example` runs; None if it trains eagerly.

    With `measuring`, the function that only measures the loss.
    """
    stepper = compiled_stepper(model, loss, optimizer, [example])
    if stepper is None:
        return None
    return stepper.measure_source() if measuring else stepper.step_source()


class CompiledStepper:
    """See `engine.eager.Stepper` for what its methods promise."""

    def __init__(self, model: Module, loss: Loss, optimizer: Optimizer, example: Row) -> None:
        self.model, self.loss, self.optimizer, self.example = model, loss, optimizer, example
        both = [*optimizer.parameters, *model.parameters()]  # those that move come first
        self.parameters = list({id(parameter): parameter for parameter in both}.values())
        if len(self.parameters) > MOST_PARAMETERS:
            raise Untraceable("too large")
        if any(p._data == 0.0 and copysign(1.0, p._data) < 0.0 for p in self.parameters):
            raise Untraceable("-0.0 + 0.0 is 0.0: skipping a unit that is off would show")
        self.eager = EagerStepper(model, loss, optimizer)
        self.slots = tuple(optimizer.state)
        self.program, self.draws = self._trace()
        self.streams = _distinct([stream_or_default(dropout.random) for dropout, _ in self.draws])
        self.measuring: tuple[Program, Function] | None = None
        # With the length of the weights' vector below this, no sum in a layer can overflow.
        self.largest_norm = 10.0 ** (LARGEST_EXPONENT / (2 + max(self.program.levels())))
        self._read()
        key = ("step", self.program, variant(optimizer), self.slots)
        self.function = _function((*key, len(optimizer.parameters)), self.step_source, "step")

    def _trace(self) -> tuple[Program, list[tuple[Dropout, int]]]:
        for module in self.model.modules():
            if isinstance(module, Dropout) and type(module) is not Dropout:
                raise Untraceable("a dropout of another kind")
        program, draws = trace(self.model, self.loss, self.example, self.parameters)
        for operation in program.operations:
            name = operation.name
            if not (name in DOTS or name in PLACEHOLDERS or name == "constant" or known(name)):
                raise Untraceable(f"an unknown operation {name!r}")
        if not self._is_built_in():  # somebody's own code: does it do the same every time?
            again, _ = trace(self.model, self.loss, self.example, self.parameters)
            if again != program:
                raise Untraceable("no two samples are computed in the same way")
        return program, draws

    def _is_built_in(self) -> bool:
        parts = [self.loss, *map(type, self.model.modules())]
        return all(str(getattr(part, "__module__", "")).startswith("engine.") for part in parts)

    def step_source(self) -> str:
        moved = len(self.optimizer.parameters)
        update = update_lines(self.optimizer, moved, len(self.parameters) - moved)
        if update is None:
            raise Untraceable("an optimizer of another kind")
        return Source(self.program).step(update, self.slots)

    def measure_source(self) -> str:
        return Source(self._measuring_program()).measure()

    def _measuring_program(self) -> Program:
        """As the program, with dropout off."""
        with training_mode(self.model, False):
            return trace(self.model, self.loss, self.example, self.parameters)[0]

    # Between the tensors and the tuples.

    def _read(self) -> None:
        self.values = tuple([parameter._data for parameter in self.parameters])
        self.gradients = tuple([parameter._grad for parameter in self.parameters])
        self.state: list[Sequence[float]] = [self.optimizer.state[slot] for slot in self.slots]
        self.state = [list(values) for values in self.state]
        self.steps = self.optimizer.steps
        self.calm = hypot(*self.values) < self.largest_norm

    def finish(self) -> None:
        for parameter, value, gradient in zip(
            self.parameters, self.values, self.gradients, strict=True
        ):
            parameter._data = value
            parameter._grad = gradient
        for slot, values in zip(self.slots, self.state, strict=True):
            self.optimizer.state[slot] = list(values)
        self.optimizer.steps = self.steps

    def snapshot(self) -> Any:
        return self.values, self.gradients, list(self.state), self.steps

    def restore(self, snapshot: Any) -> None:
        self.values, self.gradients, state, self.steps = snapshot
        self.state = list(state)
        self.calm = hypot(*self.values) < self.largest_norm

    def finite(self) -> bool:
        return all_finite(self.values)

    # The steps.

    def step(self, rows: Sequence[Row]) -> float:
        if not self.calm:
            return self._eagerly(lambda: self.eager.step(rows))
        drawn_from = [stream.getstate() for stream in self.streams]
        settings = self._settings()
        feed: Iterable[Any] = self._with_masks(rows) if self.draws else rows
        try:
            total, values, gradients, *state = self.function(
                feed, 1.0 / len(rows), self.values, *self.state, settings
            )
        except (ArithmeticError, ValueError, TypeError):
            total, values, gradients, state = float("nan"), (), (), []
        norm = hypot(*values)
        if isfinite(total) and isfinite(sum(gradients)) and isfinite(norm):
            self.calm = norm < self.largest_norm
            self.values, self.gradients, self.state = values, gradients, state
            self.steps += 1
            return float(total)
        for stream, position in zip(self.streams, drawn_from, strict=True):
            stream.setstate(position)
        return self._eagerly(lambda: self.eager.step(rows))

    def _settings(self) -> tuple[float, ...]:
        optimizer = copy(self.optimizer)
        optimizer.steps = self.steps + 1
        return settings_of(optimizer)

    def _with_masks(self, rows: Sequence[Row]) -> Iterator[tuple[Any, Any, list[float]]]:
        for inputs, target in rows:
            masks: list[float] = []
            for dropout, width in self.draws:
                masks += dropout.mask(width)
            yield inputs, target, masks

    def measure(self, rows: Sequence[Row]) -> float:
        if self.measuring is None:
            program = self._measuring_program()
            function = _function(("measure", program), Source(program).measure, "measure")
            self.measuring = program, function
        try:
            total = self.measuring[1](rows, self.values) if self.calm else float("nan")
        except (ArithmeticError, ValueError, TypeError):
            total = float("nan")
        return total if isfinite(total) else self._eagerly(lambda: self.eager.measure(rows))

    def _eagerly(self, work: Callable[[], float]) -> float:
        self.finish()
        result = work()
        self._read()
        return result


def _distinct(streams: Iterable[Random]) -> list[Random]:
    return list({id(stream): stream for stream in streams}.values())


def _function(key: object, write: Callable[[], str], name: str) -> Function:
    """The compiled function for a key, written and compiled when it is first asked for."""
    function = _functions.get(key)
    if function is None:
        names = namespace()
        exec(compile(write(), f"<compiled {name}>", "exec"), names)
        if len(_functions) >= KEPT_FUNCTIONS:
            _functions.pop(next(iter(_functions)))
        function = _functions[key] = names[name]
    return function
