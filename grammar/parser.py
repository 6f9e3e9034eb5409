"""Text to syntax tree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from grammar import syntax
from grammar.automaton import Action, Automaton, Tables, Token, Unexpected
from grammar.builder import Builder
from grammar.mistakes.reject import check_depth
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import CLOSER, CONTINUES
from grammar.source import Source, Span
from grammar.tables import TABLES_FILE, fingerprint

# Beyond this the recursion of later stages would be at risk; no one writes it by hand.
DEEPEST_NESTING = 100


class LineEnds:
    """Which line ends count: none within `( )` and `[ ]`, and none after what must go on.

    What must go on is what `goes_on` says of pieces. An instance is called with each token of one
    text, from the first to the last.
    """

    def __init__(self) -> None:
        self._opened: list[str] = []
        self._previous = ""
        self._behind_sign = -1

    def __call__(self, token: Token) -> bool:
        opened, text = self._opened, token.text
        if token.type == "_NEWLINE":
            if (opened and opened[-1] != "{") or self._previous in CONTINUES:
                return False
        elif text in CLOSER:
            opened.append(text)
            if len(opened) > DEEPEST_NESTING:
                raise SyntaxProblem(
                    "MT701",
                    f"brackets nested more than {DEEPEST_NESTING} deep",
                    Span(token.start, token.end),
                    "one too many",
                    "give an inner part a name of its own",
                )
        elif opened and text in (")", "]", "}"):
            opened.pop()
        self._previous = text
        if token.type == "SUM_OPERATOR":
            if token.start == self._behind_sign:
                self._previous = "++"  # of other languages; nothing is added to it
            self._behind_sign = token.end
        return True


@cache
def automaton() -> Automaton:
    """The parser, from the tables that came with the package if they fit the grammar."""
    try:
        with open(TABLES_FILE, encoding="utf-8") as file:
            stored = json.load(file)
        if stored["fingerprint"] == fingerprint():
            return Automaton(stored["tables"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # missing or damaged tables cost time, not correctness
    return Automaton(_fresh_tables())


def _fresh_tables() -> Tables:
    from grammar.build_tables import tables

    return tables()


def accepts(beginning: str) -> frozenset[str]:
    """The terminals that may follow the beginning of a program.

    Raises `Unexpected` or `SyntaxProblem` if no program begins like this.
    """
    return automaton().accepts(beginning, LineEnds())


_BUILDER = Builder()


class _Actions(dict[str, Action]):
    """The methods of the builder, looked up as they are needed."""

    def __missing__(self, name: str) -> Action:
        action: Action = getattr(_BUILDER, name)
        self[name] = action
        return action


_ACTIONS = _Actions()


Predefined = Mapping[str, str]
_NONE: Predefined = {}


def parse(source: Source, predefined: Predefined = _NONE) -> syntax.Program:
    """The syntax tree of a whole program.

    `predefined` has the group ("function", "layer", "data", ...) of each name that the interpreter
    predefines, `OWN` for those that are bound. The tree does not depend on it; messages do.

    Raises `SyntaxProblem`, which says what is wrong, where, and what to write instead.
    """
    try:
        return _tree(source, predefined)
    except SyntaxProblem as found:
        from grammar.mistakes.second_look import second_look

        problem = second_look(found, source, predefined)
        problem.stopped = found.stopped
        if problem.fix is not None and not _helps(problem.fix, source):
            problem.fix = None
        raise problem from None


def _tree(source: Source, predefined: Predefined = _NONE) -> syntax.Program:
    try:
        tree: syntax.Program = automaton().parse(source.text, _ACTIONS, LineEnds())
    except Unexpected as unexpected:
        from grammar.mistakes.diagnose import diagnose

        problem = diagnose(source, unexpected, predefined)
        token = unexpected.token
        problem.stopped = token.word_start
        raise problem from None
    check_depth(tree)
    return tree


def _helps(fix: Fix, source: Source) -> bool:
    """Whether the text with the fix parses, or at least gets beyond the place of the fix."""
    try:
        _tree(Source(source.name, fix.apply(source.text)))
    except SyntaxProblem as later:
        return later.place.start > fix.span.start + len(fix.text)
    return True
