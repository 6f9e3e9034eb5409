"""A text with several mistakes is told all of them, and nothing that follows from another."""

import random

import pytest
from mistakes_table import TABLE

from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.recovery import MOST, syntax_problems
from grammar.scan import goes_on, meaningful
from grammar.source import Source
from minitorch_shell.catalogue.builtins import GROUPS


def problems(text):
    source = Source("test.mt", text)
    try:
        parse(source, GROUPS)
    except SyntaxProblem as first:
        return syntax_problems(source, first, GROUPS)
    return []


def told(text):
    return [(problem.code, problem.message) for problem in problems(text)]


def lines(text):
    source = Source("", text)
    return [source.position(problem.place.start).line for problem in problems(text)]


GOOD = "y = 2; z = [y*3,\n    4]\nrepeat 2 {\n    y = y + 1\n} # }\nif y > 2 { z = 1 }\nok = 1\n"


@pytest.mark.parametrize("row", TABLE, ids=[repr(row[0][:30]) for row in TABLE])
def test_one_mistake_is_one_message(row):
    [alone] = problems(row[0])
    assert (alone.code, alone.message, alone.help) == (row[1], row[3], row[4])
    assert (alone.fix.apply(row[0]) if alone.fix else None) == row[5]
    assert len(problems(f"{row[0]}\n{GOOD}")) == 1
    assert len(problems(f"{GOOD}{row[0]}\nok = 2\n{GOOD}")) == 1
    inside = "\n    ".join(row[0].split("\n"))
    if row[0].count("{") == row[0].count("}"):
        assert len(problems(f"{GOOD}repeat 2 {{\n    {inside}\n}}\n{GOOD}")) == 1


def stands_alone(text):
    """Whether a line of the text below it would not be read as its continuation."""
    pieces = [None, None, *(p for p in meaningful(text) if p.kind != "newline")]
    begins = text.split()[:1] in (["else"], ["show"])  # an `else` goes with an `if` above it
    opens = text.count("{") > text.count("}")  # which a `}` too many would close
    return not (goes_on(*pieces[-2:]) or begins or opens or "\r" in text or ">>>" in text)


ALONE = [row for row in TABLE if stands_alone(row[0])]


def mixed(seed, mistakes=4):
    choice = random.Random(seed)
    rows = [choice.choice(ALONE) for _ in range(mistakes)]
    parts = [part for row in rows for part in (row[0], choice.choice(["ok = 1", "ok = [1,\n  2]"]))]
    return "\n".join(parts) + "\n", [(row[1], row[3]) for row in rows]


def test_most_rows_take_part():
    assert len(ALONE) > 0.9 * len(TABLE)


@pytest.mark.parametrize("seed", range(150))
def test_independent_mistakes_are_told_each(seed):
    text, expected = mixed(seed)
    assert told(text) == expected


@pytest.mark.campaign
def test_many_independent_mistakes_are_told_each():
    for seed in range(150, 6_000):
        text, expected = mixed(seed, 2 + seed % 5)
        assert told(text) == expected, text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x = (1 + 2\ny = 3\nz = 2w\n", [1, 3]),
        ("x = [1,\n     2 3,\n     4]\ny = 2w\n", [2, 4]),
        ("f(1,\n  2\ny = 2w\n", [1, 3]),
        ("repeat 3 {\n    x = (1 + 2\n}\ny = 2w\n", [3, 4]),
        ("repeat 3\n    x = 1\n}\ny = 2w\n", [1, 4]),
        ("while x > 0: x = 1\ny = 3 } z\nz = )\n", [1, 2, 3]),
        ("repeat 3\n{\n    x = 1\n    u = 2w\n}\n", [1, 4]),
        ("for x range(3) {\n    y = 2w\n    if x = 1 { z = 2w }\n}\nz = )\n", [1, 2, 3, 3, 5]),
        ("if a = 1 { x = 1 } else if b = 2 { x = 2 } else { x = 3 }\nz = )\n", [1, 1, 2]),
        ("if a = 1 {\n x = 1\n}\nelse {\n x = 2w\n}\n", [1, 5]),
        ("if a {\n x = 1\n}\nelse {\n x = 2w\n}\nz = )\n", [5, 7]),
        ("if a:\n    x = 1\nelif b:\n    x = 2\nelse:\n    x = 2w\nz = )\n", [1, 6, 7]),
        ("def f(x):\n    y = 2w\n    return y\nz = )\n", [1, 4]),
        ("try:\n    x = 1\nexcept ValueError:\n    x = 2\nfinally:\n    x = 3\nz = )\n", [1, 7]),
        ("class Net {\n    def f(x) { return x }\n}\nz = )\n", [1, 4]),
        ("d = {\n    1,\n    2\n}\nz = )\n", [1, 5]),
        ("x = 1 +\n    2 3\nz = )\n", [2, 3]),
        ('x = "abc\ny = \'def\nz = )\n', [1, 2, 3]),
        ("repeat 2 {\n  x = 2w\n  y = 'a{b'\n  z = )\n", [1, 2, 3, 4]),
        ("x = 2w; y = 3v\nz = )\n", [1, 2]),
        ("x++\ny = 3\nz--\n", [1, 3]),
        (")\n]\n}\nx = 2w\n", [1, 2, 3, 4]),
        (">>> x = 2w\n>>> y = )\n", [1, 1, 2]),
    ],
)  # fmt: skip
def test_reading_goes_on_at_the_next_line_or_block(text, found):
    assert lines(text) == found


def test_endless_nesting_is_told_for_each_statement():
    deep = "x = " + "1 + " * 300 + "1\n"
    assert [code for code, _ in told(deep + "ok = 1\n" + deep + "z = 2w\n")] == ["MT108"]
    assert lines(deep + "ok = 1\n" + deep) == [1, 3]
    assert lines("x = " + "(" * 150 + ")" * 150 + "\nok = 1\nz = 2w\n") == [1, 3]


def test_a_fix_changes_what_was_written():
    text = "for x range(3) {\n    y = 2w\n}\nif a = 3 { b }\n"
    for problem in problems(text):
        mended = problem.fix.apply(text)
        assert len(problems(mended)) == len(problems(text)) - 1


def test_the_first_problem_is_that_of_the_parser():
    for seed in range(20):
        text, _ = mixed(seed)
        with pytest.raises(SyntaxProblem) as caught:
            parse(Source("", text), GROUPS)
        assert (caught.value.code, caught.value.place) == (
            problems(text)[0].code,
            problems(text)[0].place,
        )


def test_of_very_many_mistakes_the_first_are_told():
    assert lines("x = 2w\n" * 5_000) == list(range(1, MOST + 1))


@pytest.mark.parametrize("seed", range(40))
def test_any_text_is_told_something_in_the_end(seed):
    choice = random.Random(seed)
    signs = ["{", "}", "(", ")", "[", "=", ":", "'", '"', "\n", "\n", "++", "+", ";", " ", "\t"]
    words = ["x", "2", "if", "else", "for", "def", "elif", "try", "é", "²", ">>> ", "\r"]
    pieces = [*signs, *words]
    text = "".join(choice.choices(pieces, k=300))
    found = problems(text)
    assert 1 <= len(found) <= MOST
    places = [problem.place.start for problem in found]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
