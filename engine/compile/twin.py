"""A twin of a model, with placeholders for its parameters; and what its computation depends on.

The twin is what gets traced, so that nothing of the model itself is touched. Making it means
looking at all that the model holds: what can be held without doubt is copied and noted in
`marks`, and anything else makes the model train eagerly. Equal marks later on mean that nothing
has changed but numbers in parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from engine.compile.marks import PLAIN, Marks, is_engines
from engine.compile.program import Untraceable
from engine.fused import Leaves
from engine.module import Module
from engine.nn import Dropout
from engine.tensor import Tensor

if TYPE_CHECKING:
    from engine.compile.code import Reading


class Twins:
    """Copies of models and losses that share what they share. Raises Untraceable."""

    def __init__(self, stand_ins: Mapping[int, Tensor]) -> None:
        """`stand_ins`: by the id of a parameter, what stands for it."""
        self.stand_ins = stand_ins
        self.marks = Marks()
        self.reading: Reading | None = None  # of somebody's own code
        self.copies: dict[int, Any] = {}
        self.dropouts: dict[int, Dropout] = {}  # by the id of the twin

    def of(self, value: Any, name: str = "it") -> Any:
        """The twin of something that a model holds, or of a model."""
        if type(value) in PLAIN:
            self.marks.plain(value)
            return value
        if id(value) in self.copies:
            self.marks.append(id(value))
            return self.copies[id(value)]
        self.marks.identity(value)
        if isinstance(value, Tensor):
            if id(value) not in self.stand_ins:
                raise Untraceable(f"{name} is a tensor, and no parameter")
            return self.stand_ins[id(value)]
        if isinstance(value, Module):
            return self._module(value)
        if type(value) in (list, dict, tuple, set, frozenset, Leaves):
            return self._container(value, name)
        if isinstance(value, MethodType) and isinstance(value.__self__, Module):
            self._function(value.__func__, name)
            return MethodType(value.__func__, self.of(value.__self__))
        self._function(value, name)
        return value

    def _function(self, value: Any, name: str) -> None:
        """A function, or what else may be held as it is."""
        if isinstance(value, FunctionType) and is_engines(value):
            self.marks.identity(value.__code__)
        else:
            self._reader().value(value, name)

    def _reader(self) -> Reading:
        if self.reading is None:
            from engine.compile.code import Reading

            self.reading = Reading(self.marks)
        return self.reading

    def _module(self, module: Module) -> Module:
        self.marks.identity(type(module))
        self.marks.modules.append((module, type(module)))
        self.marks.holds(vars(module))
        if not is_engines(type(module)):
            self._reader().class_of(module)
        twin: Module = object.__new__(type(module))
        self.copies[id(module)] = twin
        if isinstance(module, Dropout):
            if type(module) is not Dropout:
                raise Untraceable("a dropout of another kind")
            self.dropouts[id(twin)] = module
        for name, value in vars(module).items():
            self.marks.append(name)
            if isinstance(module, Dropout) and name in ("random", "mask"):
                self.marks.identity(value)
                if name == "random" and not isinstance(value, Random | None):
                    raise Untraceable("a dropout with a stream of another kind")
                twin.__dict__[name] = value
            else:
                twin.__dict__[name] = self.of(value, name)
        return twin

    def _container(self, value: Any, name: str) -> Any:
        self.marks.append(len(value))
        if isinstance(value, list | dict):
            self.marks.holds(value)
        elif isinstance(value, set):
            self._reader()  # its order is not to be relied on
        if isinstance(value, list):
            twin: Any = []
            self.copies[id(value)] = twin
            twin += [self.of(entry, name) for entry in value]
        elif isinstance(value, dict):
            twin = {}
            self.copies[id(value)] = twin
            for key, entry in value.items():
                twin[self.of(key, name)] = self.of(entry, f"{name}[{key!r}]")
        else:
            twin = type(value)([self.of(entry, name) for entry in value])
            self.copies[id(value)] = twin
        return twin

    @property
    def own_code(self) -> bool:
        """Whether somebody's own functions or classes take part, beside those of the engine."""
        return self.reading is not None

    def finish(self) -> None:
        """To be called when everything has its twin: the classes that were met are read."""
        if self.reading is not None:
            self.reading.finish()
