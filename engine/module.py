"""`Module`: anything that holds parameters.

A model is a class with layers in its attributes and a `forward` method. `Module` finds the
parameters by looking through the attributes: tensors, other modules, and lists, tuples and dicts
of them, nested as one likes. A parameter that is reached on two ways counts once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.tensor import Tensor


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

    def train(self, mode: bool = True) -> "Module":
        """Switch to training (dropout on), or to testing with `mode=False`; returns the module."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> "Module":
        """Switch to testing: dropout lets everything through."""
        return self.train(False)

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__}("]
        for name, member in vars(self).items():
            if isinstance(member, Module):
                inner = repr(member).replace("\n", "\n  ")
                lines.append(f"  ({name}): {inner}")
        return "\n".join([*lines, ")"]) if len(lines) > 1 else lines[0] + ")"


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
