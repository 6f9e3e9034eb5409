"""Reading a text by parse tables: a contextual lexer in front of an LALR(1) automaton.

Lark reads `minitorch.lark` and makes the tables (`build_tables.py`); what runs them is this page.
`docs/decisions/006-the-automaton.md` says why it is not Lark's own.

The automaton is a pushdown machine, as in Aho, Lam, Sethi and Ullman, "Compilers", section 4.5. It
keeps a stack of states. Each state knows, for each terminal that may come next, whether to *shift*
(take the token, go to another state) or to *reduce* (the last few items make up a rule: put what
the rule builds in their place). The lexer looks only for the terminals that the present state can
take, so the same word can be a command in one place and a name in another.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypedDict


class Token(NamedTuple):
    """A terminal's name, the text it stands for, and where: offsets, the end exclusive."""

    type: str
    text: str
    start: int
    end: int

    @property
    def word_start(self) -> int:
        """Where it begins without the line ends that it takes along, as `else` does."""
        words = self.text.split() if self.text[:1] in (" ", "\t", "\r", "\n", "#") else []
        return self.end - len(words[-1]) if words else self.start


END = "$END"  # the terminal behind the last character


class Unexpected(Exception):  # noqa: N818 (a report, turned into a message by `mistakes`)
    """The text stops being a program: at which token, and which terminals could have come.

    The type of the token is "" where no terminal of the grammar begins, `END` behind the text.
    """

    def __init__(self, token: Token, accepts: frozenset[str]) -> None:
        super().__init__(token, accepts)
        self.token = token
        self.accepts = accepts


class Tables(TypedDict):
    """The parse tables as plain data."""

    terminals: dict[str, str]  # name to regular expression
    ignored: list[str]  # terminals that the automaton never sees
    lexers: list[list[str]]  # sets of terminals, the one to try first foremost
    # A rule: the nonterminal it makes, the number of its items, the name of its action; whether a
    # single item passes as it is; and which items are lists to be spliced in.
    rules: list[tuple[str, int, str, bool, list[int]]]
    # A state: which lexer, and what to do about each symbol: n >= 0 goes on in state n, -1 - r
    # reduces by rule r.
    states: list[tuple[int, dict[str, int]]]
    start: int
    end: int


class Spliced(list[Any]):
    """What a helper rule (its name begins with `_`) collects for the rule that uses it."""


Action = Callable[[list[Any]], Any]


class Automaton:
    """The parser for the grammar that the tables were made from."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._ignored = frozenset(tables["ignored"])
        self._patterns: dict[int, re.Pattern[str]] = {}
        self._passed: dict[tuple[int, int, str], int] = {}

    def parse(
        self, text: str, actions: Mapping[str, Action], counts: Callable[[Token], bool]
    ) -> Any:
        """What the actions make of a text.

        `actions` has a function for each rule (its alias, else its name), called bottom-up with
        the items of the rule: tokens, and what other actions returned. `counts` is asked about
        each token in turn; one that does not count is passed over.

        Raises `Unexpected` at the first token that no program has in this place.
        """
        states, values = self._run(text, actions, counts)
        self._take(Token(END, "", len(text), len(text)), states, values, actions)
        return values[-1]

    def accepts(self, text: str, counts: Callable[[Token], bool]) -> frozenset[str]:
        """The terminals that may come behind the beginning of a program.

        Raises `Unexpected` if the text is not the beginning of one.
        """
        states, _ = self._run(text, _NO_ACTIONS, counts)
        return self._possible(states)

    def _run(
        self, text: str, actions: Mapping[str, Action], counts: Callable[[Token], bool]
    ) -> tuple[list[int], list[Any]]:
        """Take all of the text: the stack of states and that of values."""
        rows = self._tables["states"]
        ignored, patterns = self._ignored, self._patterns
        states, values = [self._tables["start"]], []  # type: ignore[var-annotated]
        at, end = 0, len(text)
        while at < end:
            lexer = rows[states[-1]][0]
            pattern = patterns.get(lexer)
            if pattern is None:
                pattern = patterns[lexer] = self._pattern(self._tables["lexers"][lexer])
            match = pattern.match(text, at)
            if match is None:
                raise Unexpected(self._any_token(text, at), self._possible(states))
            at = match.end()
            kind = match.lastgroup or ""
            if kind in ignored:
                continue
            token = Token(kind, match.group(), match.start(), at)
            if counts(token):
                self._take(token, states, values, actions)
        return states, values

    def _take(
        self, token: Token, states: list[int], values: list[Any], actions: Mapping[str, Action]
    ) -> None:
        """Reduce as often as the tables say, then shift the token (the end is not shifted)."""
        rows, rules = self._tables["states"], self._tables["rules"]
        kind, last = token.type, self._tables["end"]
        while True:
            step = rows[states[-1]][1].get(kind)
            if step is None:
                raise Unexpected(token, self._possible(states))
            if step >= 0:
                states.append(step)
                values.append(token)
                return
            origin, size, name, passes, splices = rules[-1 - step]
            if size == 1 and passes and not splices:
                way = (states[-2], states[-1], kind)
                states[-1] = self._passed.get(way) or self._pass_on(*way)
                continue
            items = values[-size:] if size else []
            if size:
                del states[-size:], values[-size:]
            if splices:
                items = _splice(items, splices)
            if origin[0] == "_":
                values.append(items if isinstance(items, Spliced) else Spliced(items))
            elif passes and len(items) == 1:
                values.append(items[0])
            else:
                values.append(actions[name](items))
            state = rows[states[-1]][1][origin]
            states.append(state)
            if state == last and kind == END:
                return

    def _pass_on(self, below: int, state: int, kind: str) -> int:
        """The state in which a single item arrives that passes through rules as it is.

        A number, for one, is an atom, a power, a product and a sum before anything happens to it;
        the way depends on the state below and on what comes next, and is remembered.
        """
        rows, rules = self._tables["states"], self._tables["rules"]
        arrived = state
        while (step := rows[arrived][1].get(kind)) is not None and step < 0:
            origin, size, _, passes, splices = rules[-1 - step]
            if size != 1 or not passes or splices:
                break
            arrived = rows[below][1][origin]
        self._passed[below, state, kind] = arrived
        return arrived

    def _possible(self, states: Sequence[int]) -> frozenset[str]:
        """The terminals that can be shifted in the end; a row lists those that only reduce too."""
        row = self._tables["states"][states[-1]][1]
        return frozenset(t for t in row if t.lstrip("_").isupper() and self._leads_on(t, states))

    def _leads_on(self, kind: str, states: Sequence[int]) -> bool:
        rows, rules = self._tables["states"], self._tables["rules"]
        stack = list(states)
        while (step := rows[stack[-1]][1].get(kind)) is not None and step < 0:
            origin, size, *_ = rules[-1 - step]
            if size:
                del stack[-size:]
            stack.append(rows[stack[-1]][1][origin])
            if kind == END and stack[-1] == self._tables["end"]:
                return True
        return step is not None

    def _pattern(self, names: Sequence[str]) -> re.Pattern[str]:
        terminals = self._tables["terminals"]
        return re.compile("|".join(f"(?P<{name}>{terminals[name]})" for name in names))

    @cached_property
    def _every(self) -> re.Pattern[str]:
        return self._pattern(self._tables["lexers"][-1])

    def _any_token(self, text: str, at: int) -> Token:
        """The token of any kind that begins here, or a character of none."""
        match = self._every.match(text, at)
        if match is None:
            return Token("", text[at], at, at + 1)
        return Token(match.lastgroup or "", match.group(), at, match.end())


def _nothing(items: list[Any]) -> None:
    return None


# For whoever wants to know only whether a text can be read.
_NO_ACTIONS: Mapping[str, Action] = defaultdict(lambda: _nothing)


def _splice(items: list[Any], at: Sequence[int]) -> list[Any]:
    """The items with the lists among them opened out.

    A list in the first place goes on being filled, so that a long one takes time by its length.
    """
    if at[0] == 0:
        opened: list[Any] = items[0]
        first = 1
    else:
        opened, first = Spliced(), 0
    for index in range(first, len(items)):
        if index in at:
            opened += items[index]
        else:
            opened.append(items[index])
    return opened
