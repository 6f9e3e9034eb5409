"""Training steps through generated functions, for `engine.training.train`.

Between batches the weights, gradients and the optimizer's state are plain tuples and lists that
nobody changes, so keeping the last good ones costs nothing. Units that are off are skipped, which
is exact while numbers are finite. So weights are watched to be small enough for that, and a batch
that ends with a number that is not finite, or that raises, is done again by the eager stepper.
"""

from _thread import allocate_lock
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from copy import copy
from math import copysign, hypot, isfinite
from operator import is_not
from random import Random
from typing import Any

from engine.compile.emit import Source
from engine.compile.program import DOTS, PLACEHOLDERS, Program, Untraceable
from engine.compile.spelling import known, namespace
from engine.compile.trace import marks_of, trace
from engine.compile.update import settings_of, update_lines, variant
from engine.datasets import Row
from engine.eager import EagerStepper, Stepper, all_finite
from engine.losses import Loss
from engine.module import Module, training_mode
from engine.optim import Optimizer
from engine.randomness import stream_or_default
from engine.tensor import Tensor

Function = Callable[..., Any]

MOST_PARAMETERS = 60_000  # beyond, writing and compiling the source takes longer than it is worth
KEPT_FUNCTIONS = 64
LARGEST_INPUT = 1e9
LARGEST_EXPONENT = 250.0  # of what a chain of layers may reach, well below the floats' 308

_functions: dict[object, Function] = {}
_writing = allocate_lock()  # whoever adds a function to them


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
        self.parameters = self._trained_first()
        if len(self.parameters) > MOST_PARAMETERS:
            raise Untraceable("too large")
        self.eager = EagerStepper(model, loss, optimizer)
        self._trace()
        self.streams = _distinct([stream_or_default(dropout.random) for dropout, _ in self.draws])
        self.measuring: Function | None = None
        # With the length of the weights' vector below this, no sum in a layer can overflow.
        self.largest_norm = 10.0 ** (LARGEST_EXPONENT / (2 + max(self.program.levels())))
        self._choose_function()
        self._begin()

    def _trained_first(self) -> list[Tensor]:
        """All parameters once, those that move first."""
        both = [*self.optimizer.parameters, *self.model.parameters()]
        return list({id(parameter): parameter for parameter in both}.values())

    def _trace(self) -> None:
        found = trace(self.model, self.loss, self.example, self.parameters)
        for operation in found.program.operations:
            name = operation.name
            if not (name in DOTS or name in PLACEHOLDERS or name == "constant" or known(name)):
                raise Untraceable(f"an unknown operation {name!r}")
        self.program, self.draws, self.marks = found.program, found.draws, found.marks
        self.own_code = found.own_code

    def _choose_function(self) -> None:
        """The function for this program and this optimizer."""
        self.slots = tuple(self.optimizer.state)
        self.rule = self._rule()
        self.function = _function(("step", self.program, self.rule), self.step_source, "step")

    def _rule(self) -> tuple[Hashable, tuple[str, ...], int]:
        """What the update depends on, beside numbers."""
        optimizer = self.optimizer
        return variant(optimizer), tuple(optimizer.state), len(optimizer.parameters)

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
            return trace(self.model, self.loss, self.example, self.parameters).program

    # Between the tensors and the tuples.

    def _begin(self) -> None:
        self._read()
        if 0.0 in self.values and any(v == 0.0 and copysign(1.0, v) < 0.0 for v in self.values):
            raise Untraceable("-0.0 + 0.0 is 0.0: skipping a unit that is off would show")

    def resumed(self) -> Stepper:
        try:
            if not self._fits():
                return CompiledStepper(self.model, self.loss, self.optimizer, self.example)
            if self._rule() != self.rule:
                self._choose_function()
            self._begin()
        except Untraceable:
            return EagerStepper(self.model, self.loss, self.optimizer)
        return self

    def _fits(self) -> bool:
        """Whether the program is still that of the model and the loss. Raises Untraceable."""
        moved = self.optimizer.parameters
        same = len(moved) == self.rule[2] and not any(map(is_not, moved, self.parameters))
        if same and not self.own_code and self.marks.undisturbed():
            return True
        parameters = self._trained_first()
        same = len(parameters) == len(self.parameters)
        same = same and not any(map(is_not, parameters, self.parameters))
        return same and marks_of(self.model, self.loss, parameters) == self.marks

    def _read(self) -> None:
        self.values = tuple([parameter._data for parameter in self.parameters])
        self.gradients = tuple([parameter._grad for parameter in self.parameters])
        self.state = [list(values) for values in self.optimizer.state.values()]
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
            self.measuring = self._measuring_function()
        try:
            total = self.measuring(rows, self.values) if self.calm else float("nan")
        except (ArithmeticError, ValueError, TypeError):
            total = float("nan")
        return total if isfinite(total) else self._eagerly(lambda: self.eager.measure(rows))

    def _measuring_function(self) -> Function:
        """`measure` of generated source; nan where the model in testing cannot be traced."""
        try:
            program = self._measuring_program()
        except Untraceable:
            return lambda rows, values: float("nan")
        return _function(("measure", program), Source(program).measure, "measure")

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
        function = names[name]
        with _writing:
            if len(_functions) >= KEPT_FUNCTIONS:
                del _functions[next(iter(_functions))]
            _functions[key] = function
    return function
