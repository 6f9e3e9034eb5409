"""Write the parse tables that ship with the package: `python -m grammar.build_tables`.

Lark does the work: it reads the grammar, turns `*`, `+` and `?` into plain rules, computes the
LALR(1) automaton and settles the order in which a lexer tries its terminals.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lark import Lark
from lark.grammar import Rule
from lark.lexer import BasicLexer, ContextualLexer
from lark.parsers.lalr_analysis import Shift

from grammar.automaton import Tables
from grammar.tables import TABLES_FILE, fingerprint
from grammar.vocabulary import GRAMMAR_FILE


class _LineEnds:
    """Tells Lark that any state may meet a line end; the parser drops those that do not count."""

    always_accept = ("_NEWLINE",)

    def process(self, stream: Any) -> Any:
        return stream


def lark(**options: Any) -> Lark:
    """The grammar in Lark's hands, with the options that the tables stand for."""
    return Lark(
        Path(GRAMMAR_FILE).read_text(encoding="utf-8"),
        parser="lalr",
        keep_all_tokens=True,
        maybe_placeholders=False,
        **{"postlex": _LineEnds()} | options,
    )


def tables() -> Tables:
    """The tables of the grammar file."""
    made: Any = lark().parser
    table = made.parser._parse_table
    lexer: ContextualLexer = made.lexer.lexer
    numbers = _numbers(table)
    lexers = list({id(one): one for one in map(lexer.lexers.__getitem__, numbers)}.values())
    rules = sorted(set(made.parser_conf.rules), key=str)
    numbers_of_rules = {rule: number for number, rule in enumerate(rules)}

    def step(action: Any, what: Any) -> int:
        return numbers[what] if action is Shift else -1 - numbers_of_rules[what]

    return {
        "terminals": {t.name: t.pattern.to_regexp() for t in made.lexer_conf.terminals},
        "ignored": sorted(made.lexer_conf.ignore),
        "lexers": [_order(one) for one in [*lexers, lexer.root_lexer]],
        "rules": [_rule(rule) for rule in rules],
        "states": [
            (
                lexers.index(lexer.lexers[state]),
                {symbol: step(*action) for symbol, action in sorted(row.items())},
            )
            for state, row in ((state, table.states[state]) for state in numbers)
        ],
        "start": numbers[table.start_states["start"]],
        "end": numbers[table.end_states["start"]],
    }


def _numbers(table: Any) -> dict[Any, int]:
    """Numbers for Lark's states, in the order of a walk from the start.

    Lark's own numbers differ from run to run; with these the same grammar gives the same file.
    """
    numbers = {table.start_states["start"]: 0}
    waiting = list(numbers)
    for state in waiting:
        for _, (action, target) in sorted(table.states[state].items()):
            if action is Shift and target not in numbers:
                numbers[target] = len(numbers)
                waiting.append(target)
    return numbers


def _order(lexer: Any) -> list[str]:
    """The terminals of a lexer in the order in which it tries them."""
    assert isinstance(lexer, BasicLexer)
    return [terminal.name for terminal in lexer.terminals]


def _rule(rule: Rule) -> tuple[str, int, str, bool, list[int]]:
    helpers = [
        index
        for index, symbol in enumerate(rule.expansion)
        if not symbol.is_term and symbol.name.startswith("_")
    ]
    passes = bool(rule.options.expand1) and not rule.alias
    return rule.origin.name, len(rule.expansion), rule.alias or rule.origin.name, passes, helpers


if __name__ == "__main__":
    text = json.dumps({"fingerprint": fingerprint(), "tables": tables()}, separators=(",", ":"))
    Path(TABLES_FILE).write_text(text + "\n", encoding="utf-8")
    print(f"{Path(TABLES_FILE).name}: {len(text):,} characters")
