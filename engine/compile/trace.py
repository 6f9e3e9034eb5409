"""From a model and a loss to the middle form, by running them once on placeholders.

The engine's own layers and losses, and functions of somebody's own that only compute, are called
on tensors that stand for the inputs, the targets, the parameters and the factors of dropout; what
they leave is written down. A model or a loss that decides by a value, leaves something behind, or
looks at what may change without being noticed has no single list of operations, and trains
eagerly.
"""

from collections.abc import Sequence
from math import copysign
from operator import is_not
from typing import Any

from engine.compile.marks import Marks
from engine.compile.placeholder import Placeholder, PlaceholderDot, PlaceholderRecorder
from engine.compile.program import Operation, Program, Untraceable
from engine.compile.twin import Twins
from engine.datasets import Row
from engine.losses import Loss
from engine.module import Module
from engine.nn import Dropout
from engine.recording import is_off
from engine.sweep import sweep_order
from engine.tensor import Tensor


class Trace:
    """What `trace` found: the program of one sample, and what it belongs to.

    `draws`     the dropout layers that it draws masks from, each with how many factors, in order
    `marks`     what it depended on beside numbers in parameters
    `own_code`  whether functions or classes that are not the engine's took part
    """

    __slots__ = ("draws", "marks", "own_code", "program")

    def __init__(self, program: Program, draws: list[tuple[Dropout, int]], twins: Twins) -> None:
        self.program = program
        self.draws = draws
        self.marks = twins.marks
        self.own_code = twins.own_code


def trace(model: Module, loss: Loss, example: Row, parameters: Sequence[Tensor]) -> Trace:
    """Run model and loss on placeholders; of `example` only the widths count.

    Raises Untraceable.
    """
    found = _traced(model, loss, example, parameters)
    if found.own_code:  # does it do the same every time?
        again = _traced(model, loss, example, parameters)
        if again.program != found.program:
            raise Untraceable("no two samples are computed in the same way")
    return found


def marks_of(model: Module, loss: Loss, parameters: Sequence[Tensor]) -> Marks:
    """The marks that a trace would have now. Raises Untraceable."""
    twins = Twins({id(parameter): parameter for parameter in parameters})
    twins.of(model)
    twins.of(loss)
    twins.finish()
    return twins.marks


def _traced(model: Module, loss: Loss, example: Row, parameters: Sequence[Tensor]) -> Trace:
    if is_off():
        raise Untraceable("nothing is recorded under no_grad()")
    recorder = PlaceholderRecorder()
    stand_ins = recorder.leaves(len(parameters))
    twins = Twins({id(real): one for real, one in zip(parameters, stand_ins, strict=True)})
    twin, twin_loss = twins.of(model), twins.of(loss)
    twins.finish()
    draws: list[tuple[Dropout, int]] = []
    masks: list[Tensor] = []
    for module in twin.modules():
        if isinstance(module, Dropout):
            _draw_placeholders(module, twins.dropouts[id(module)], recorder, draws, masks)
    inputs = recorder.leaves(len(example[0]))
    target: Any = example[1]
    target_is_list = isinstance(target, list | tuple)
    targets = recorder.leaves(len(target) if target_is_list else 1)
    row, wanted = list(inputs), list(targets)
    before = marks_of(twin, twin_loss, stand_ins) if twins.own_code else None
    try:
        output = twin_loss(twin(row), wanted if target_is_list else wanted[0])
    except Exception as error:
        raise Untraceable(str(error)) from error
    if recorder.refusals:
        raise Untraceable(str(recorder.refusals[0]))
    if before is not None and marks_of(twin, twin_loss, stand_ins) != before:
        raise Untraceable("it leaves something behind in the model")
    if any(map(is_not, [*row, *wanted], [*inputs, *targets])) or len(row) != len(inputs):
        raise Untraceable("it changes its inputs")
    if not isinstance(output, Placeholder) or output._first is None:
        raise Untraceable("the loss does not depend on anything")
    writer = _Writer(inputs, targets, masks, stand_ins)
    sweep = writer.write(output)
    program = Program(
        operations=tuple(writer.operations),
        sweep=sweep,
        inputs=len(inputs),
        targets=len(targets),
        masks=len(masks),
        parameters=len(parameters),
        target_is_list=target_is_list,
    )
    return Trace(program, draws, twins)


def _draw_placeholders(
    twin: Dropout,
    original: Dropout,
    recorder: PlaceholderRecorder,
    draws: list[tuple[Dropout, int]],
    masks: list[Tensor],
) -> None:
    """Let the twin of a dropout layer give placeholders for its factors, and note who draws."""

    def mask(width: int) -> list[Placeholder]:
        draws.append((original, width))
        fresh = recorder.leaves(width)
        masks.extend(fresh)
        return fresh

    twin.mask = mask  # type: ignore[assignment, method-assign]


class _Writer:
    """Gives every tensor of a graph its place in the list."""

    def __init__(
        self,
        inputs: Sequence[Tensor],
        targets: Sequence[Tensor],
        masks: Sequence[Tensor],
        parameters: Sequence[Tensor],
    ) -> None:
        self.operations: list[Operation] = []
        self.place: dict[int, int] = {}
        self.kept: list[Tensor] = []  # ids stay theirs as long as the tensors live
        groups = {"parameter": parameters, "input": inputs, "target": targets, "mask": masks}
        for name, tensors in groups.items():
            for index, tensor in enumerate(tensors):
                self._add(tensor, Operation(name, (), index))

    def _add(self, tensor: Tensor, operation: Operation) -> int:
        self.operations.append(operation)
        self.kept.append(tensor)
        place = self.place[id(tensor)] = len(self.operations) - 1
        return place

    def _operand(self, tensor: Tensor) -> int:
        place = self.place.get(id(tensor))
        if place is not None:
            return place
        if isinstance(tensor, Placeholder):
            raise Untraceable("a tensor that comes from elsewhere")
        return self._constant(tensor)  # a number, or a fresh tensor made of one

    def _constant(self, tensor: Tensor) -> int:
        value = tensor._data
        if value == 0.0 and copysign(1.0, value) < 0.0:
            raise Untraceable("-0.0 as a constant: programs with it and with 0.0 are equal")
        return self._add(tensor, Operation("constant", (), value))

    def write(self, output: Tensor) -> tuple[int, ...]:
        sweep = []
        for tensor in sweep_order(output, Placeholder):
            operands = tuple([self._operand(child) for child in tensor._prev])
            if isinstance(tensor, Placeholder):
                sweep.append(self._add(tensor, self._operation(tensor, operands)))
            elif all(self.operations[operand].name == "constant" for operand in operands):
                self._constant(tensor)
            else:
                raise Untraceable(f"an operation of another kind: {tensor._op!r}")
        return tuple(sweep)

    def _operation(self, tensor: Placeholder, operands: tuple[int, ...]) -> Operation:
        if isinstance(tensor, PlaceholderDot):  # here a dot always has its inputs
            values = tensor.plain_inputs
            places = range(len(self.operations), len(self.operations) + len(values))
            self.operations.extend([Operation("constant", (), value) for value in values])
            operands = (*operands, *places)
        return Operation(tensor._op, operands)
