"""`Module`: anything that holds parameters.

A model is a class with layers in its attributes and a `forward` method. `Module` finds the
parameters by looking through the attributes: tensors, other modules, and lists, tuples and dicts
of them, nested as one likes. A parameter that is reached on two ways counts once.
"""

from _thread import get_ident
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from engine.tensor import Tensor, number

_shown: set[tuple[int, int]] = set()  # modules whose text is being made: by thread and id


class Module:
    """Base of all layers and models, after torch.nn.Module.

    `training` is True while the model is being trained and False while it is tested; dropout
    looks at it. `super().__init__()` in a subclass is welcome but not needed.
    """

    training: bool = True

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """What the module computes; every subclass says this."""
        raise NotImplementedError(f"{type(self).__name__} has no forward method")

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        return self.forward(*inputs, **options)

    def named_members(self) -> Iterator[tuple[str, "Module | Tensor"]]:
        """Every module and parameter below this one with its path, as in `l1.neurons.0.bias`.

        Parents come before their parts, attributes in the order in which they were set.
        """
        return _members(self, "", {id(self)})

    def named_parameters(self) -> Iterator[tuple[str, Tensor]]:
        """Pairs (path, parameter) in a steady order."""
        for path, member in self.named_members():
            if isinstance(member, Tensor):
                yield path, member

    def parameters(self) -> list[Tensor]:
        """Every parameter once, in the order of `named_parameters`."""
        return [parameter for _, parameter in self.named_parameters()]

    def modules(self) -> Iterator["Module"]:
        """This module and every one below it."""
        yield self
        for _, member in self.named_members():
            if isinstance(member, Module):
                yield member

    def zero_grad(self) -> None:
        """Set every parameter's gradient to 0."""
        for parameter in self.parameters():
            parameter._grad = 0.0

    def state_dict(self) -> dict[str, float]:
        """The value of every parameter by its path; see `load_state_dict`."""
        return {path: parameter.data for path, parameter in self.named_parameters()}

    def load_state_dict(self, saved: Mapping[str, float], strict: bool = True) -> None:
        """Take over the values that `state_dict` gave.

        Raises ValueError naming a path that only one of both has, unless `strict` is False, which
        passes over those; TypeError for a value that is no number. Then nothing is changed.
        """
        wanted = dict(self.named_parameters())
        for path in [*wanted, *saved]:
            if strict and (path not in saved or path not in wanted):
                lacking = "the model" if path in saved else "the state"
                raise ValueError(f"{lacking} has no parameter {path!r}")
        values = {path: number(saved[path], f"{path} is") for path in wanted if path in saved}
        for path, value in values.items():
            wanted[path].data = value

    def train(self, mode: bool = True) -> "Module":
        """Switch to training (dropout on), or to testing with `mode=False`; returns the module."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> "Module":
        """Switch to testing: dropout lets everything through."""
        return self.train(False)

    def __repr__(self) -> str:
        mark = get_ident(), id(self)
        if mark in _shown:  # it holds itself
            return f"{type(self).__name__}(...)"
        _shown.add(mark)
        try:
            return self._lines()
        finally:
            _shown.discard(mark)

    def _lines(self) -> str:
        lines = [f"{type(self).__name__}("]
        for name, member in _modules_in(vars(self), ""):
            inner = repr(member).replace("\n", "\n  ")
            lines.append(f"  ({name}): {inner}")
        return "\n".join([*lines, ")"]) if len(lines) > 1 else lines[0] + ")"


def _modules_in(holder: Any, path: str) -> Iterator[tuple[str, Module]]:
    """The modules right below, also in lists, tuples and dicts, with their paths."""
    for name, part in holder.items() if isinstance(holder, dict) else enumerate(holder):
        if isinstance(part, Module):
            yield f"{path}{name}", part
        elif isinstance(part, list | tuple | dict):
            yield from _modules_in(part, f"{path}{name}.")


@contextmanager
def training_mode(model: Module, mode: bool) -> Iterator[None]:
    """`model` in training (or testing) mode; afterwards every module is as it was."""
    before = [(module, module.training) for module in model.modules()]
    model.train(mode)
    try:
        yield
    finally:
        for module, training in before:
            module.training = training


def _members(holder: Any, path: str, seen: set[int]) -> Iterator[tuple[str, Module | Tensor]]:
    """Depth first through attributes, lists, tuples and dicts; `seen` holds ids, once each."""
    if isinstance(holder, Module):
        parts = list(vars(holder).items())
    elif isinstance(holder, dict):
        parts = [(str(key), part) for key, part in holder.items()]
    else:
        parts = [(str(index), part) for index, part in enumerate(holder)]
    for name, part in parts:
        is_member = isinstance(part, Module) or (isinstance(part, Tensor) and part._op == "")
        if not is_member and not isinstance(part, list | tuple | dict):
            continue  # a number, a name, or a computed tensor that the model keeps for itself
        if id(part) in seen:
            continue
        seen.add(id(part))
        part_path = f"{path}.{name}" if path else name
        if is_member:
            yield part_path, part
        if not isinstance(part, Tensor):
            yield from _members(part, part_path, seen)
