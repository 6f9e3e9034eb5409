"""Whether Enter runs the text or waits for more."""

import pytest

from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.scan import is_complete
from grammar.source import Source


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "# just a comment",
        "x = 2",
        "x = 2;",
        "f(1, 2)",
        'print "an open ( bracket"',
        "x  # an open ( bracket {",
        "repeat 2 { x }",
        "repeat 2 {\n x\n}",
        "if a { x } else { y }",
        "if a {\n x\n} else {\n y\n}",
        # Mistakes are shown at once instead of waiting for ever.
        'x = "not closed',
        'x = ["not closed',
        "x = 1)",
        "f(1]",
        "} else {",
        "train",
        "iffy_and",
        "band",
    ],
)
def test_enter_runs(text):
    assert is_complete(text)


@pytest.mark.parametrize(
    "text",
    [
        "x = ",
        "x =",
        "x := ",
        "x = 1 +",
        "x = 1 +  # and then",
        "print a,",
        "a and",
        "not",
        "a <=",
        "2 ^",
        "f(",
        "f(1,\n2",
        "x = [1, 2",
        "repeat 3 {",
        "repeat 3 {\n  f(1)\n",
        "if a {\n x\n} else {",
        'print("a)"',
        "f( # )",
        "[ # ]\n",
        "{ } {",
    ],
)
def test_enter_waits_for_more(text):
    assert not is_complete(text)
    with pytest.raises(SyntaxProblem):
        parse(Source("", text))


OPERATORS = "+ - * / @ ^ ** , = := += -= == != < <= > >= and or"


@pytest.mark.parametrize("operator", OPERATORS.split())
def test_what_the_shell_waits_after_the_parser_reads_on_after(operator):
    head = {"=": "x", ":=": "x", "+=": "x", "-=": "x", ",": "print 1"}.get(operator, "x = a")
    assert not is_complete(f"{head} {operator}")
    assert is_complete(f"{head} {operator}\n2")
    parse(Source("", f"{head} {operator}\n2"))
