"""The statements of the language: what the compiled code calls for each of them."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.graph import reachable
from engine.tensor import Tensor
from grammar import syntax
from minitorch_shell.library import operations as runtime
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.records import Lines, Value
from minitorch_shell.sweepnotes import SweepNotes
from minitorch_shell.values import leaves
from minitorch_shell.values.description import plain
from minitorch_shell.values.function import Function
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.layers import HOLE
from minitorch_shell.values.leaves import direct_tensors
from minitorch_shell.values.network import Network
from minitorch_shell.values.vector import DataRow, Vector

if TYPE_CHECKING:
    from minitorch_shell.session import Session


class Statements:
    """The small statements; the larger ones live in modules of their own, imported when needed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.depth = [0]  # of calls of the user's functions
        self.sweeps = 0  # backward sweeps so far
        self.made_at: dict[str, int] = {}  # name -> sweeps when it was bound
        self.swept: Any = None  # the result of the last sweep
        self.notes = SweepNotes(session)
        self.hidden: set[str] = set()
        self.blamed: set[int] = set()  # statements whose nan or inf was traced to its origin
        self.overflows: set[tuple[Any, ...]] = set()  # origins of an inf that were told

    def helpers(self) -> dict[str, Any]:
        """The names that compiled code calls, each behind a `$`."""
        own: dict[str, Callable[..., Any]] = {
            "emit": self.emit,
            "print": self.print,
            "bind_all": bind_all,
            "rebind": self.rebind,
            "hides": self.hides,
            "made": self.made,
            "function": self.function,
            "update": self.update,
            "backward": self.backward,
            "zero": self.zero,
            "step": self.step,
            "failed": self.failed,
            "seed": self.seed,
            "took": self.took,
            "delete": self.delete,
            "set": self.set,
            "row": self.row,
            "element": self.element,
            "open_width": open_width,
            "grad_of": self.grad_of,
            "clock": time.perf_counter,
            "vector": Vector,
        }
        for name in _FROM_RUNTIME:
            own[name] = getattr(runtime, name)
        for name in ("gradient", "leaf", "new_leaf"):
            own[name] = getattr(leaves, name)
        for name, where in _ELSEWHERE.items():
            own[name] = self._later(where)
        return {f"${name}": helper for name, helper in own.items()} | {"$hole": HOLE}

    def _later(self, where: str) -> Callable[..., Any]:
        """A command that is imported when it is first used."""

        def run(*arguments: Any) -> Any:
            from importlib import import_module

            module, _, attribute = where.partition(":")
            command = getattr(import_module(f"minitorch_shell.{module}"), attribute)
            return command(self.session, *arguments)

        return run

    # ------------------------------------------------------------ showing

    def emit(self, value: Any) -> None:
        """The value of a bare expression."""
        if value is not None:
            self._note_not_finite(value)
            self.session.receive(Value((plain(value),), self.session.settings.digits))

    def print(self, *values: Any) -> None:
        for value in values:
            self._note_not_finite(value)
        items = tuple(plain(value) for value in values)
        self.session.receive(Value(items, self.session.settings.digits))

    def _note_not_finite(self, value: Any) -> None:
        number = value.data if isinstance(value, Tensor) else value
        if isinstance(number, float) and number - number != 0.0:  # nan or inf
            self._trace(value, "this")

    def _trace(self, value: Any, called: str) -> None:
        """Say where a value that is not finite came from."""
        from minitorch_shell.origin import note_not_finite

        note_not_finite(self.session, value, called)

    def took(self, started: float) -> None:
        seconds = time.perf_counter() - started
        amount = f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"
        self.session.receive(Lines((f"took {amount}",), "time"))

    # ------------------------------------------------------------ binding

    def rebind(self, name: str, old: Any, value: Any) -> Any:
        """`w = ... w ...`: worth a note where a leaf is lost that way."""
        was_leaf = isinstance(old, Tensor) and not old._prev and name in self.made_at
        if was_leaf and isinstance(value, Tensor) and value._prev:
            self.session.note_here(
                "MT403",
                f"`{name}` is no longer a leaf: it is now computed from the old `{name}`",
                [f"to update it in place write `{name} := ...`"],
            )
            self.made_at.pop(name, None)
        return leaves.leaf(value)

    def hides(self, name: str) -> None:
        if name not in self.hidden:
            self.hidden.add(name)
            self.session.note_here(
                "MT207",
                f"{name} now hides the built-in {kind_word(name)}",
                [f"`del {name}` brings it back"],
            )

    def made(self, name: str) -> None:
        self.made_at[name] = self.sweeps

    def function(
        self, name: str, parameters: tuple[str, ...], code: Callable[..., Any], definition: str
    ) -> Function:
        return Function(name, parameters, code, definition, self.depth)

    def delete(self, name: str) -> None:
        if name not in self.session.names:
            raise Trouble(
                "MT202",
                f"`{name}` has no value that could be deleted",
                help="`vars` lists the names that have one",
            )
        del self.session.names[name]
        self.made_at.pop(name, None)
        self.hidden.discard(name)

    def update(self, target: Any, value: Any) -> None:
        """`target := value`: store numbers in leaves, outside the graph."""
        changes = leaves.updates(target, value)
        self.notes.changed = True
        opening = self.session.journal.open
        if len(changes) == 1:
            [(leaf, number)] = changes
            if opening is not None:
                opening.value(leaf)
            leaf.data = number
            return
        with self.session.journal.writing([leaf for leaf, _ in changes]):
            for leaf, number in changes:
                leaf.data = number

    # ------------------------------------------------------------ gradients

    def backward(self, value: Any) -> None:
        if not isinstance(value, Tensor):
            raise Trouble(
                "MT404",
                f"`backward` starts from a tensor, this is {kind_of(value)}",
                help="it needs a single result, such as a loss: `backward mean(losses)`"
                if isinstance(value, list)
                else "bind a value first: `x = 2; z = x*x; backward z`",
            )
        if value.data - value.data != 0.0:  # nan or inf
            self._trace(value, self._subject())
        before = self.notes.before(value)
        with self.session.journal.writing_graph(value):
            value.backward()
        if before:
            self.notes.after(before)
        self.sweeps += 1
        self.swept = value

    def zero(self, *values: Any) -> None:
        """Set gradients to 0: of all that any name reaches, or of what is given."""
        for value in values:
            if not isinstance(value, Tensor | list | Network):
                raise Trouble(
                    "MT401",
                    f"only tensors have a gradient, this is {kind_of(value)}",
                    help="write `zero x`, `zero net`, or `zero` for all",
                )
        if values:
            tensors = direct_tensors(values)
        else:
            tensors = reachable(direct_tensors(self.session.user_names().values()))
        self.notes.zeroed()
        with self.session.journal.writing(gradients=tensors):
            for tensor in tensors:
                tensor.grad = 0.0

    def grad_of(self, value: Any, name: str) -> Any:
        """`grad name`; a gradient that nothing has computed yet is told from a real zero."""
        gradient = leaves.gradient(value)
        if gradient == 0.0 and self.made_at.get(name) == self.sweeps:
            self.session.note_here(
                "MT405",
                f"grad {name} is 0 because no `backward` has run since {name} was made",
                ["run `backward` from a result that depends on it"],
            )
        return gradient

    def step(self, *optimizers: Any) -> None:
        for optimizer in optimizers:
            if not hasattr(optimizer, "settings"):
                raise Trouble(
                    "MT302",
                    f"`step` takes an optimizer, not {kind_of(optimizer)}",
                    help="make one first: `opt = sgd(net, lr=0.1)`",
                )
            self.notes.changed = True
            with self.session.journal.writing(optimizer.parameters, (), [optimizer]):
                optimizer.step()

    # ------------------------------------------------------------ the rest

    def failed(self, node_number: int, message: Any) -> None:
        """An assertion that does not hold."""
        node = self._node(node_number)
        assert isinstance(node, syntax.Assert)
        from minitorch_shell.results.printed import value_text

        said = f": {value_text(plain(message))}" if message is not None else ""
        text = f"the assertion does not hold{said}"
        raise Trouble("MT313", text, node=node.condition, label="this is false",
                      help="look at its values with `print`")  # fmt: skip

    def seed(self, value: Any) -> None:
        """`seed 42`, or with None a seed of the system's choice, which is told."""
        if value is None:
            number = random.SystemRandom().randrange(1_000_000)
            self.session.receive(Lines((f"seed {number}",), "seed"))
        else:
            from minitorch_shell.values.counts import whole

            number = whole(value, "a seed")
        self.session.seed = number
        self.session.random.seed(number)

    def set(self, name: str, value: Any, word: bool) -> None:
        from minitorch_shell.values.counts import whole

        settings = self.session.settings
        if name == "digits" and not word:
            digits = whole(value, "`digits`")
            if not 1 <= digits <= 17:
                raise Trouble("MT308", f"`digits` lies between 1 and 17, not {digits}")
            settings.digits = digits
        elif name == "engine" and value in ("auto", "eager", "compiled"):
            settings.engine = value
        elif name == "preview" and value in ("on", "off"):
            settings.preview = value == "on"
        else:
            known = "`set digits=4`, `set engine=eager` (auto, compiled), `set preview=off` (on)"
            raise Trouble("MT208", f"`{name}` cannot be set like this", help=f"there is {known}")

    def element(self, function: Any, *call: Any) -> Any:
        from minitorch_shell.rows import element

        return element(self.session, function, *call)

    def row(self, elements: Any, numbers: Any, options: Any) -> Network:
        from minitorch_shell.rows import network

        # In the body of a function the row stands in the statement that defined the function.
        caller = sys._getframe(1).f_code.co_filename
        outer = self.session.current
        self.session.current = self.session.units.get(caller, outer)
        try:
            return network(self.session, elements, [self._node(n) for n in numbers], dict(options))
        finally:
            self.session.current = outer

    def _node(self, number: int) -> syntax.Node:
        assert self.session.current is not None
        return self.session.current.nodes[number]

    def _subject(self) -> str:
        """What `backward` starts from, as it is called in the program."""
        node = self._statement()
        plain_name = isinstance(node, syntax.Backward) and isinstance(node.value, syntax.Name)
        return node.value.name if plain_name else "the result"  # type: ignore[union-attr]

    def _statement(self) -> syntax.Node | None:
        return self.session.current.nodes[0] if self.session.current else None


_FROM_RUNTIME = (
    "compare",
    "cut",
    "divide",
    "index",
    "iterate",
    "iterate_unpacked",
    "plus",
    "power",
    "repetitions",
    "truth",
)

_ELSEWHERE = {
    "train": "training:train_statement",
    "test": "training:test_statement",
    "show": "showing:show",
    "show_compiled": "showing:show_compiled",
    "vars": "showing:show_names",
    "save": "commands.saving:save",
    "export": "commands.saving:export",
    "import": "interpreter.imports:import_file",
    "help": "helping:show_help",
    "undo": "timetravel:undo",
    "redo": "timetravel:redo",
    "history": "timetravel:history",
}


def bind_all(value: Any, count: int) -> list[Any]:
    """The values for `a, b = value`; rows of data make no leaves."""
    items = runtime.unpack(value, count)
    return items if isinstance(value, DataRow) else [leaves.leaf(item) for item in items]


def open_width() -> None:
    raise Trouble(
        "MT314",
        "`?` stands for a width of a layer in a row",
        label="not here",
        help="write a number, or `linear(5,?) relu linear(4,1)`, where it is filled in",
    )


def kind_word(name: str) -> str:
    """What to call a predefined name."""
    from minitorch_shell.catalogue.builtins import BUILTINS

    return {"data": "data set", "loss": "function"}.get(BUILTINS[name].group, BUILTINS[name].group)
