"""The learner's own words: statements as he would write them, with something changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grammar import syntax
from grammar.scan import scan
from grammar.source import Source
from minitorch_shell.values.network import Network, describe_layer

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session


@dataclass(slots=True)
class Words:
    """A `train` statement as it stands in the program.

    `name` is what its network is bound to; where it is written out, a name that is free.
    `undoable` says whether `undo` takes back this statement and nothing else.
    """

    statement: syntax.Train
    source: Source
    name: str
    undoable: bool

    def train(
        self, data: str | None = None, without: str = "", anew: bool = False, **options: float
    ) -> str:
        """The statement, on other data, without an option, or with other values of options.

        It trains what `name` is bound to where the network has been defined `anew`.
        """
        statement = self.statement
        parts = ["train"]
        if statement.network is not None:
            parts += [self.name if anew else self.text(statement.network), "on"]
        parts.append(data or self.text(statement.data))
        for option in statement.options:
            if option.name in options:
                parts.append(f"{option.name}={options.pop(option.name):g}")
            elif option.name != without:
                parts.append(self.text(option))
        return " ".join(parts + [f"{name}={value:g}" for name, value in options.items()])

    def define(self, network: Network, options: Mapping[str, Any]) -> str:
        """The statement that makes such a network under this name."""
        row = " ".join(describe_layer(layer) for layer in network.module)
        given = "".join(f" {name}={_shown(value)}" for name, value in options.items())
        return f"{self.name} = {row}{' with' + given if given else ''}"

    @property
    def data_name(self) -> str:
        """The name of the data, "" where it has none."""
        return self.statement.data.name if isinstance(self.statement.data, syntax.Name) else ""

    def text(self, node: syntax.Node) -> str:
        """The text of a node, on one line."""
        text = ""
        for piece in scan(self.source.slice(node.place)):
            if piece.kind == "newline":
                text = text.rstrip() + " "
            elif piece.kind != "comment" and not (piece.kind == "space" and text.endswith(" ")):
                text += piece.text
        return text.strip()


def words_of(session: Session, statement: syntax.Train, name: str) -> Words:
    """The words of the `train` statement under way, whose network is reported as `name`."""
    if not isinstance(statement.network, syntax.Name | None):
        name = free_name("net", session.user_names())
    top = session.statement()
    while isinstance(top, syntax.Time):
        top = top.statement
    undoable = top is statement and not session.access.importing
    return Words(statement, session.unit().source, name, undoable)


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or one with a number behind it, so that it hides nothing."""
    names = set(taken)
    numbered = (f"{name}{number}" for number in range(2, len(names) + 3))
    return next(free for free in (name, *numbered) if free not in names)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:g}"
