"""The exception that carries an error of the user's program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grammar.source import Span
    from grammar.syntax import Node
    from minitorch_shell.results.records import Problem


class Trouble(Exception):  # noqa: N818 (an error of the user's program, not of this one)
    """An error in what the user asked for: raised where it is found, placed by whoever runs it.

    The place is the expression that was being evaluated, unless `node` names a better one. `fix` is
    a text to put in the place of another, where that mends it.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        label: str = "",
        help: str = "",
        node: Node | None = None,
        related: tuple[tuple[Node, str], ...] = (),
        fix: tuple[Span, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.label = label
        self.help = help
        self.node = node
        self.related = related
        self.fix = fix


class Placed(Exception):  # noqa: N818
    """An error that has its place already, such as one in an imported file."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem
