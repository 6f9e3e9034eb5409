"""From the middle form to straight-line Python: one function that does a whole batch.

What makes the source quick (each measured, see docs/decisions/004-compiled-training.md): every
weight, gradient and value is a local variable; a unit whose relu is off is skipped, forward (its
outputs are not added up) and backward; values used most come first, because a frame's first 255
variables are the quickest; very long sums are split, because Python's own compiler would give up.
"""

from collections.abc import Iterator, Sequence

from engine.compile.program import DOTS, PLACEHOLDERS, Program, dot_parts
from engine.compile.reverse import Flow, reverse
from engine.compile.spelling import flow_to, literal, value_of

LONGEST_SUM = 400  # terms in one expression; CPython 3.11 gives up near 2,900
FAST_LOCALS = 255  # variables with a one-byte index
WORTH_SKIPPING = 4  # units fed by a relu, from which on a branch for each relu pays
CUTTING = ("relu", "max", "min")  # operations that often pass exactly nothing back
ON_ONE_LINE = 8  # names in one line of the generated source

Group = list[int]  # values of one layer: dots of the same inputs, or one other operation


class Source:
    """The lines of the function for one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.operations = program.operations
        self.flows = reverse(program)
        self.groups = self._groups()
        self.name = self._names()
        # A unit whose relu gives exactly 0 when off, inside a layer: worth a branch.
        self.can_be_off = [operation.name == "dot relu" for operation in self.operations]
        self.lines: list[str] = []

    # Which values belong together, and what they are called.

    def _groups(self) -> list[Group]:
        """Operations by level; dots over the same inputs stand together as a layer."""
        levels = self.program.levels()
        groups: dict[object, Group] = {}
        for place in sorted(self.program.sweep, key=levels.__getitem__):
            operation = self.operations[place]
            key: object = place
            if operation.name in DOTS:
                key = (levels[place], operation.name, dot_parts(operation)[2])
            groups.setdefault(key, []).append(place)
        for group in groups.values():  # units in the order of their weights
            group.sort(key=lambda place: self.operations[place].operands[:2][-1])
        return list(groups.values())

    def _names(self) -> dict[int, str]:
        letters = {"input": "x", "target": "y", "mask": "m", "parameter": "p"}
        name: dict[int, str] = {}
        for place, operation in enumerate(self.operations):
            if operation.name in PLACEHOLDERS:
                name[place] = f"{letters[operation.name]}{operation.detail}"
            elif operation.name == "constant":
                assert isinstance(operation.detail, float)
                name[place] = literal(operation.detail)
            else:
                name[place] = f"v{place}"
        layer = 0
        for group in self.groups:
            if self.operations[group[0]].name not in DOTS:
                continue
            layer += 1
            for unit, place in enumerate(group):
                letter = "h" if self.operations[place].name == "dot relu" else "z"
                name[place] = f"{letter}{layer}_{unit}"
                bias, weights, _ = dot_parts(self.operations[place])
                for column, weight in enumerate(weights):
                    if name[weight].startswith("p"):
                        name[weight] = f"w{layer}_{unit}_{column}"
                if name[bias].startswith("p"):
                    name[bias] = f"b{layer}_{unit}"
        return name

    def gradient(self, place: int) -> str:
        return ("g" if self.operations[place].name == "parameter" else "d") + self.name[place]

    def trained(self) -> list[int]:
        """The places of the parameters in order."""
        return list(range(self.program.parameters))

    # Writing.

    def write(self, line: str, depth: int) -> None:
        self.lines.append("    " * depth + line)

    def write_names(self, before: str, names: Sequence[str], after: str, depth: int) -> None:
        """`before` names `after`, on several lines where there are many."""
        for line in wrapped(before, [f"{name}," for name in names], after):
            self.write(line, depth)

    def forward(self, depth: int) -> None:
        for group in self.groups:
            operation = self.operations[group[0]]
            if operation.name in DOTS:
                self._forward_layer(group, depth)
            else:
                operands = [self.name[operand] for operand in operation.operands]
                value = value_of(operation.name, operands)
                self.write(f"{self.name[group[0]]} = {value}", depth)

    def _forward_layer(self, group: Group, depth: int) -> None:
        units = group
        parts = {unit: dot_parts(self.operations[unit]) for unit in units}
        inputs = parts[units[0]][2]
        skipping = (
            len(units) >= WORTH_SKIPPING
            and all(self.can_be_off[place] for place in inputs)
            and all(self._tells_of_nan(unit) for unit in units)
        )
        if skipping:
            for unit in units:
                self.write(f"{self.name[unit]} = {self.name[parts[unit][0]]}", depth)
            for column, place in enumerate(inputs):
                value = self.name[place]
                self.write(f"if {value}:", depth)
                for unit in units:
                    weight = self.name[parts[unit][1][column]]
                    self.write(f"{self.name[unit]} += {weight} * {value}", depth + 1)
        for unit in units:
            name = self.name[unit]
            if not skipping:
                bias, weights, _ = parts[unit]
                products = [
                    f"{self.name[weight]} * {self.name[place]}"
                    for weight, place in zip(weights, inputs, strict=True)
                ]
                self._sum(name, [self.name[bias], *products], depth)
            if self.operations[unit].name == "dot relu":
                self.write(f"if {name} < 0.0:", depth)
                self.write(f"{name} = 0.0", depth + 1)

    def _sum(self, name: str, terms: Sequence[str], depth: int) -> None:
        """`name` = the terms, added from the left."""
        for start in range(0, len(terms), LONGEST_SUM):
            part = list(terms[start : start + LONGEST_SUM])
            if start:
                part.insert(0, name)
            for line in wrapped(f"{name} = ", [part[0], *(f"+ {term}" for term in part[1:])], ""):
                self.write(line, depth)

    # Backward.

    def backward(self, depth: int) -> None:
        output = self.program.output
        self.write(f"{self.gradient(output)} = share", depth)
        for group in reversed(self.groups):
            for place in group:
                if self.flows[place] or place == output:
                    self._backward_value(place, depth)
            if self._is_narrow(group):
                self.write(f"if {self.gradient(group[0])} == 0.0:", depth)
                self.write("continue", depth + 1)
        for place in self.trained():
            if len(self.flows[place]) > 1:  # a shared parameter: in the order of the eager sweep
                for flow in self.flows[place]:
                    self.write(f"{self.gradient(place)} += {self._flow(flow)}", depth)

    def _backward_value(self, place: int, depth: int) -> None:
        gradient = self.gradient(place)
        inside = depth
        if self.can_be_off[place]:
            self.write(f"if {self.name[place]}:", depth)
            inside = depth + 1
        if self._fed_by_units(place):
            self._pushed(place, inside)
        else:
            if place != self.program.output:
                self._sum(gradient, [self._flow(flow) for flow in self.flows[place]], inside)
            if self.can_be_off[place]:
                for flow in self.flows[place]:  # the weights that this unit was multiplied with
                    self._weight_gradient(flow.consumer, place, flow.position, inside)
        self._parameter_gradients(place, inside)
        if self.can_be_off[place] and self._needed_when_off(place):
            self.write("else:", depth)
            self.write(f"{gradient} = 0.0", depth + 1)

    def _is_narrow(self, group: Group) -> bool:
        """Whether all gradients below flow through this one dot, which a hinge may have cut off."""
        if len(group) > 1 or self.operations[group[0]].name != "dot":
            return False
        above = self.groups[self.groups.index(group) + 1 :]
        if not any(self.operations[place].name in CUTTING for (place, *_) in above):
            return False
        reached = {place for later in above for place in later}
        return not any(
            flow.consumer in reached
            for place, flows in enumerate(self.flows)
            if place not in reached and place != group[0]
            for flow in flows
        )

    def _fed_by_units(self, place: int) -> bool:
        """Whether it may be off and all that uses it, too: then only pairs that are on count."""
        return self.can_be_off[place] and all(
            self.can_be_off[flow.consumer] for flow in self.flows[place]
        )

    def _pushed(self, place: int, depth: int) -> None:
        gradient = self.gradient(place)
        self.write(f"{gradient} = 0.0", depth)
        for flow in self.flows[place]:
            self.write(f"if {self.gradient(flow.consumer)}:", depth)
            self.write(f"{gradient} += {self._flow(flow)}", depth + 1)
            self._weight_gradient(flow.consumer, place, flow.position, depth + 1)

    def _weight_gradient(self, consumer: int, unit: int, position: int, depth: int) -> None:
        """Of the weight beside `unit` in a dot, written where the unit is known to be on."""
        if not self._tells_of_nan(consumer):
            return
        weights = dot_parts(self.operations[consumer])[1]
        column = position - 1 - len(weights)
        if column >= 0 and self._alone(weight := weights[column]):
            gradient = self.gradient(consumer)
            self.write(f"{self.gradient(weight)} += {gradient} * {self.name[unit]}", depth)

    def _parameter_gradients(self, place: int, depth: int) -> None:
        """Of the parameters that are operands of `place` and were not written elsewhere."""
        operation = self.operations[place]
        elsewhere: set[int] = set()
        if self._tells_of_nan(place):
            inputs = dot_parts(operation)[2]
            elsewhere = {1 + i for i, unit in enumerate(inputs) if self.can_be_off[unit]}
        for position, operand in enumerate(operation.operands):
            if position not in elsewhere and self._alone(operand):
                flow = self._flow(Flow(place, position))
                self.write(f"{self.gradient(operand)} += {flow}", depth)

    def _tells_of_nan(self, place: int) -> bool:
        """A dot whose products with 0 may be left out, since nan would show in its bias too."""
        operation = self.operations[place]
        if operation.name not in DOTS:
            return False
        return self.operations[dot_parts(operation)[0]].name == "parameter"

    def _alone(self, place: int) -> bool:
        return self.operations[place].name == "parameter" and len(self.flows[place]) == 1

    def _needed_when_off(self, place: int) -> bool:
        """Whether somebody reads the gradient of a unit that is off."""
        for operand in self.operations[place].operands:
            is_parameter = self.operations[operand].name == "parameter"
            if not self.flows[operand]:
                continue
            if not is_parameter or len(self.flows[operand]) > 1:
                return True
        return False

    def _flow(self, flow: Flow) -> str:
        operation = self.operations[flow.consumer]
        gradient = self.gradient(flow.consumer)
        if operation.name not in DOTS:
            operands = [self.name[operand] for operand in operation.operands]
            result = self.name[flow.consumer]
            return flow_to(operation.name, flow.position, operands, result, gradient)
        _, weights, inputs = dot_parts(operation)
        if flow.position == 0:
            return gradient
        if flow.position <= len(weights):
            return f"{gradient} * {self.name[inputs[flow.position - 1]]}"
        return f"{gradient} * {self.name[weights[flow.position - 1 - len(weights)]]}"

    # The whole function.

    def step(self, update: Sequence[str], slots: Sequence[str]) -> str:
        """The source of `step`, which does a batch and the optimizer's update."""
        self.lines = []
        arguments = ", ".join(["rows", "share", "parameters", *slots, "settings"])
        self.write(f"def step({arguments}):", 0)
        names = [self.name[place] for place in self.trained()]
        gradients = [self.gradient(place) for place in self.trained()]
        busy = self._busy()
        if 2 * len(names) + len(busy) > FAST_LOCALS:
            self.write("# The busiest names first: a frame's first 255 are the quickest.", 1)
            for line in wrapped("", [f"{name} =" for name in busy], " 0.0"):
                self.write(line, 1)
        self.write_names("(", names, ") = parameters", 1)
        for line in wrapped("", [f"{name} =" for name in gradients], " 0.0"):
            self.write(line, 1)
        self.write("total = 0.0", 1)
        self._loop_head(1)
        self.write("# forward", 2)
        self.forward(2)
        self.write(f"total += {self.name[self.program.output]}", 2)
        self.write("# backward", 2)
        self.backward(2)
        self.write("# update", 1)
        self.write_names("gradients = (", gradients, ")", 1)
        for line in update:
            self.write(line, 1)
        self.write(f"return {', '.join(['total', 'parameters', 'gradients', *slots])}", 1)
        return "\n".join(self.lines) + "\n"

    def measure(self) -> str:
        """The source of `measure`: the sum of the losses of some rows."""
        self.lines = []
        self.write("def measure(rows, parameters):", 0)
        self.write_names("(", [self.name[place] for place in self.trained()], ") = parameters", 1)
        self.write("total = 0.0", 1)
        self._loop_head(1)
        self.forward(2)
        self.write(f"total += {self.name[self.program.output]}", 2)
        self.write("return total", 1)
        return "\n".join(self.lines) + "\n"

    def _busy(self) -> list[str]:
        values = [place for group in self.groups for place in group]
        return [self.name[place] for place in values] + [
            self.gradient(place) for place in values if self.flows[place]
        ]

    def _loop_head(self, depth: int) -> None:
        program = self.program
        inputs = [f"x{index}" for index in range(program.inputs)]
        targets = [f"y{index}," for index in range(program.targets)]
        target = f"({' '.join(targets)})" if program.target_is_list else "y0"
        masks = [f"m{index}," for index in range(program.masks)]
        after = f"), {target}, ({' '.join(masks)}) in rows:" if masks else f"), {target} in rows:"
        for line in wrapped("for (", [f"{name}," for name in inputs], after):
            self.write(line, depth)


def wrapped(before: str, words: Sequence[str], after: str) -> Iterator[str]:
    """The words on one line, or on several, bracketed or continued so that they stay one."""
    if len(words) <= ON_ONE_LINE:
        yield f"{before}{' '.join(words)}{after}"
        return
    bracketed = before.endswith("(")
    plain_sum = not bracketed and before != ""
    continued = "" if bracketed or plain_sum else " \\"
    yield f"{before}(" if plain_sum else before if bracketed else f"{words[0]} \\"
    rest = words if bracketed or plain_sum else words[1:]
    for start in range(0, len(rest), ON_ONE_LINE):
        last = start + ON_ONE_LINE >= len(rest)
        line = "    " + " ".join(rest[start : start + ON_ONE_LINE])
        yield line + (after if last and continued else continued)
    if not continued:
        yield f"){after}" if plain_sum else after
