"""Functions of the user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.counts import are, bounded


class Calls:
    """How deep calls of functions of the user are nested, counted for all of a session."""

    __slots__ = ("deepest", "depth")

    DEEPEST = 1_000

    def __init__(self) -> None:
        self.depth = 0
        self.deepest = self.DEEPEST  # 0 while the program is asked to stop


class Function:
    """A function of the user: `f(x) = x^2 + 3*x`."""

    KIND = "a function"
    __slots__ = ("calls", "code", "definition", "name", "parameters")

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...],
        code: Callable[..., Any],
        definition: str,
        calls: Calls,
    ) -> None:
        self.name = name
        self.parameters = parameters
        self.code = code
        self.definition = definition
        self.calls = calls

    def call(self, *values: Any) -> Any:
        """What `f(...)` is in a program; as a call of a method it takes no stack of C."""
        if len(values) != len(self.parameters):
            raise wrong_count(self.name, self.parameters, len(values))
        if int in map(type, values):
            values = tuple(bounded(v) if type(v) is int else v for v in values)
        calls = self.calls
        if calls.depth >= calls.deepest:
            if not calls.deepest:
                raise KeyboardInterrupt
            raise Trouble(
                "MT703",
                f"`{self.name}` calls itself more than {calls.deepest:,} deep",
                help="a recursion needs a case that ends it: `f(n) = 1 if n < 1 else n*f(n-1)`",
            )
        calls.depth += 1
        try:
            return self.code(*values)
        finally:
            calls.depth -= 1

    __call__ = call


def callee(value: Any) -> Any:
    """What is called where a program calls `value`."""
    return value.call if type(value) is Function else getattr(value, "call", value)


def wrong_count(name: str, parameters: tuple[str, ...], count: int) -> Trouble:
    """The trouble of calling a function with too many or too few values."""
    wanted = len(parameters)
    return Trouble(
        "MT204",
        f"`{name}` takes {wanted} value{'s' * (wanted != 1)}, here {are(count)} {count}",
        help=f"write `{name}({', '.join(parameters)})`",
    )
