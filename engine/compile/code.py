"""What a function of somebody's own can do, read from its code before it is trusted.

A traced computation is run once and then not again. So a function is good for that only if it
leaves nothing behind outside of itself, and if all it looks at is known: constants, other such
functions, what is pure in Python and in the engine. `Reading` finds that out from the bytecode,
following calls by name; where it cannot tell, it raises `Untraceable`, and training is eager.
"""

import builtins
from collections.abc import Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

from engine.compile.marks import PLAIN, Marks, is_engines
from engine.compile.program import Untraceable

# Writing to names and attributes beyond the function; imports run code.
FORBIDDEN = {
    *("STORE_ATTR", "DELETE_ATTR", "STORE_GLOBAL", "DELETE_GLOBAL", "STORE_NAME", "DELETE_NAME"),
    *("IMPORT_NAME", "IMPORT_FROM", "IMPORT_STAR", "LOAD_BUILD_CLASS", "LOAD_NAME"),
}
FREE_WRITES = {"STORE_DEREF", "DELETE_DEREF"}
GLOBALS = {"LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"}
ATTRIBUTES = {"LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR", "LOAD_SUPER_METHOD"}
PURE_MODULES = {"math", "operator", "itertools", "typing", "collections.abc", "engine"}
PURE_BUILTINS = {
    *(abs, all, any, bool, dict, divmod, enumerate, filter, float, frozenset, hasattr, int),
    *(isinstance, issubclass, iter, len, list, map, max, min, next, pow, range, reversed, round),
    *(set, slice, sorted, str, sum, super, tuple, type, zip),
}
# Methods that Python calls by itself but never to compute: they may do what they like.
ASIDE = {
    *("__init__", "__new__", "__repr__", "__str__", "__del__", "__init_subclass__"),
    *("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__dir__", "__sizeof__"),
    *("__annotate__", "__annotate_func__"),
}


class Reading:
    """Reads functions and classes, and adds to `marks` what they depend on."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.attributes: set[str] = {"forward", "__call__"}
        self.known: set[int] = set()
        self.classes: list[type] = []

    def function(self, function: FunctionType) -> None:
        """A function, its defaults and what it closes over."""
        self.marks.identity(function)
        self.marks.identity(function.__code__)
        if is_engines(function) or id(function) in self.known:
            return
        self.known.add(id(function))
        if function.__dict__:
            raise Untraceable(f"{function.__name__} has attributes")
        for value in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            self.value(value, "a default")
        names = function.__code__.co_freevars
        for name, cell in zip(names, function.__closure__ or (), strict=True):
            try:
                content = cell.cell_contents
            except ValueError:
                raise Untraceable(f"{name} is not set") from None
            self.value(content, name)
        self._code(function.__code__, function.__globals__)

    def class_of(self, thing: object) -> None:
        """A class that is not the engine's own; an object of it takes part."""
        if type(thing) not in self.classes:
            self.classes.append(type(thing))

    def finish(self) -> None:
        """Follow the attributes that were met into the classes, until nothing new comes up."""
        done: set[tuple[int, str]] = set()
        while True:
            todo = [
                (kind, name, thing)
                for kind, name, thing in self._members()
                if (id(kind), name) not in done
            ]
            if not todo:
                return
            for kind, name, thing in todo:
                done.add((id(kind), name))
                self._member(thing, f"{kind.__name__}.{name}")

    def _members(self) -> Iterator[tuple[type, str, Any]]:
        for kind in self.classes:
            for base in kind.__mro__:
                if base is object or is_engines(base):
                    continue
                for name, thing in list(vars(base).items()):
                    if name in ("__getattr__", "__getattribute__", "__setattr__", "__slots__"):
                        raise Untraceable(f"{base.__name__} has {name}")
                    implicit = name.startswith("__") and isinstance(thing, FunctionType)
                    if name in self.attributes or (implicit and name not in ASIDE):
                        yield base, name, thing

    def _member(self, thing: Any, name: str) -> None:
        if isinstance(thing, staticmethod | classmethod):
            thing = thing.__func__
        if isinstance(thing, property):
            thing = thing.fget
        self.value(thing, name)

    def value(self, value: Any, name: str) -> None:
        """Something that a function refers to by a name."""
        if type(value) in PLAIN:
            self.marks.plain(value)
        elif type(value) in (tuple, frozenset):
            self.marks.append((type(value), len(value)))
            for entry in value:
                self.value(entry, name)
        elif isinstance(value, FunctionType):
            self.function(value)
        elif self._is_pure(value):
            self.marks.identity(value)
        else:
            raise Untraceable(f"{name} may change: {type(value).__name__}")

    def _is_pure(self, value: Any) -> bool:
        if isinstance(value, ModuleType):
            return value.__name__.partition(".")[0] in PURE_MODULES
        if isinstance(value, BuiltinFunctionType):
            in_module = getattr(value, "__module__", None) in PURE_MODULES
            return in_module or any(value is pure for pure in PURE_BUILTINS)
        if isinstance(value, type):
            return (
                is_engines(value)
                or value in self.classes  # the `__class__` that super() looks for
                or any(value in kind.__mro__ for kind in self.classes)
                or any(value is pure for pure in PURE_BUILTINS)
                or value.__module__ in PURE_MODULES
                or issubclass(value, Exception)
            )
        return False

    def _code(self, code: CodeType, names: dict[str, Any]) -> None:
        import dis  # takes longer to import than a network of the engine's own takes to trace

        for instruction in dis.get_instructions(code):
            operation, argument = instruction.opname, instruction.argval
            free = operation in FREE_WRITES and argument in code.co_freevars
            if operation in FORBIDDEN or free:
                raise Untraceable(f"{code.co_name} does more than compute: {operation} {argument}")
            if operation in ATTRIBUTES:
                self.attributes.add(argument[-1] if isinstance(argument, tuple) else argument)
            elif operation in GLOBALS:
                if argument in names:
                    self.value(names[argument], argument)
                elif hasattr(builtins, argument):
                    self.value(getattr(builtins, argument), argument)
                else:
                    raise Untraceable(f"{argument} is not set")
        for part in code.co_consts:
            if isinstance(part, CodeType):
                self._code(part, names)
