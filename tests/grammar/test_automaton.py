"""The automaton reads as Lark does: the same trees, the same complaints. Lark is the oracle."""

import json
import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lark.exceptions import UnexpectedCharacters, UnexpectedToken
from mistakes_table import TABLE
from programs import programs, unparse

from grammar import build_tables
from grammar.automaton import END, Token, Unexpected
from grammar.build_tables import lark
from grammar.parser import LineEnds, accepts, automaton
from grammar.problem import SyntaxProblem
from grammar.tables import TABLES_FILE, fingerprint

tables = cache(build_tables.tables)  # Lark takes its time

calm = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=100)
long = settings(calm, max_examples=6_000)


def test_the_shipped_tables_fit_the_grammar():
    stored = json.loads(Path(TABLES_FILE).read_text(encoding="utf-8"))
    assert stored["fingerprint"] == fingerprint(), "run `python -m grammar.build_tables`"


@pytest.mark.slow
def test_the_shipped_tables_are_those_that_lark_makes():
    stored = json.loads(Path(TABLES_FILE).read_text(encoding="utf-8"))
    assert stored["tables"] == json.loads(json.dumps(tables()))


@pytest.mark.slow
def test_the_grammar_has_no_conflicts():
    lark(strict=True)


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["none at all", '{"fingerprint": 1}', "[]", None])
def test_without_good_tables_the_grammar_itself_is_read(monkeypatch, tmp_path, damage):
    made = tables()
    monkeypatch.setattr("grammar.build_tables.tables", lambda: made)
    file = tmp_path / "tables.json"
    if damage is not None:
        file.write_text(damage, encoding="utf-8")
    monkeypatch.setattr("grammar.parser.TABLES_FILE", file)
    fresh = automaton.__wrapped__()
    assert fresh.parse("x = 1", Trees(), LineEnds())[0] == "start"


def test_reading_a_program_does_not_import_lark():
    code = (
        "import sys; from grammar.parser import parse; from grammar.source import Source;"
        "parse(Source('', 'x = 2; train net on d epochs=3'));"
        "print('lark' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


# ---------------------------------------------------------------- the same as Lark


class Trees(dict):
    """Actions that keep everything: rules and tokens as tuples."""

    def __missing__(self, name):
        return lambda items: (name, *items)


class Filtered:
    """`LineEnds` as Lark wants it."""

    always_accept = ("_NEWLINE",)

    def process(self, stream):
        counts = LineEnds()
        for token in stream:
            if counts(plain(token)):
                yield token


def plain(item):
    if hasattr(item, "children"):
        return (item.data, *map(plain, item.children))
    if item.type == END:
        return Token(END, "", item.start_pos, item.start_pos)
    return Token(item.type, str(item), item.start_pos, item.end_pos)


@cache
def oracle():
    return lark(postlex=Filtered())


def by_lark(text):
    try:
        return plain(oracle().parse(text))
    except UnexpectedToken as unexpected:
        offset = len(text) if unexpected.token.type == END else unexpected.token.start_pos
        return unexpected.token.type, offset, unexpected.interactive_parser.accepts()
    except UnexpectedCharacters as unexpected:
        return "", unexpected.pos_in_stream
    except SyntaxProblem as problem:
        return problem.code, problem.place


def by_automaton(text):
    try:
        return automaton().parse(text, Trees(), LineEnds())
    except Unexpected as unexpected:
        found = unexpected.token.type, unexpected.token.start
        return (*found, unexpected.accepts) if found[0] else found
    except SyntaxProblem as problem:
        return problem.code, problem.place


WORDS = [
    *("x", "net", "linear(2,3)", "relu", "2", '"s"', "1e-6", "true", "epochs=3", ".", "'", "$"),
    *("+", "-", "*", "/", "^", "**", "@", "=", ":=", "+=", "==", "<", ",", ";", ":", "?", "#"),
    *("(", ")", "[", "]", "{", "}", "if", "else", "for", "in", "while", "repeat", "and", "not"),
    *("grad", "train", "on", "with", "zero", "help", "plot", "backward", "seed", "print", "or"),
    *("show", "compiled", "save", "to", "export", "as", "import", "set", "time", "assert", "\n"),
]


def damaged(text, chance):
    for _ in range(chance.randint(1, 3)):
        at, until = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        until = min(until, at + chance.choice([0, 1, 1, 4]))
        text = text[:at] + chance.choice(["", "", " ", *WORDS]) + text[until:]
    return text


def check_as_lark(tree, seed):
    chance = random.Random(seed)
    text = unparse(tree, seed)
    assert by_automaton(text) == by_lark(text)
    broken = damaged(text, chance)
    assert by_automaton(broken) == by_lark(broken), repr(broken)


def check_words_as_lark(seed):
    chance = random.Random(seed)
    text = " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 12)))
    assert by_automaton(text) == by_lark(text), repr(text)


@pytest.mark.slow
@calm
@given(programs, st.integers(0, 10**9))
def test_random_programs_are_read_as_lark_reads_them(tree, seed):
    check_as_lark(tree, seed)


@pytest.mark.campaign
@long
@given(programs, st.integers(0, 10**9))
def test_random_programs_are_read_as_lark_reads_them_for_long(tree, seed):
    check_as_lark(tree, seed)


@pytest.mark.slow
def test_random_words_are_read_as_lark_reads_them():
    for seed in range(3_000):
        check_words_as_lark(seed)


@pytest.mark.campaign
def test_random_words_are_read_as_lark_reads_them_for_long():
    for seed in range(3_000, 200_000):
        check_words_as_lark(seed)


@pytest.mark.slow
@pytest.mark.parametrize("text", [row[0] for row in TABLE], ids=lambda text: repr(text[:30]))
def test_mistakes_are_found_where_lark_finds_them(text):
    assert by_automaton(text) == by_lark(text)


@pytest.mark.parametrize(
    ("beginning", "possible"),
    [
        ("x = ", {"NAME", "NUMBER", "LSQB"}),
        ("train net ", {"_ON", "NAME", "LPAR"}),
        ("x = (1 + 2", {"RPAR", "SUM_OPERATOR"}),
        ("", {"_TRAIN", "_IF", "NAME", END}),
    ],
)
def test_what_may_follow_a_beginning(beginning, possible):
    assert possible <= accepts(beginning)


def test_what_cannot_follow_is_left_out():
    assert not {"RPAR", "_NEWLINE", "COMMA"} & accepts("x = ")
    assert END not in accepts("x = (1")
    with pytest.raises(Unexpected):
        accepts("x = )")
