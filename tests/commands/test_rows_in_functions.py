"""Functions whose body is a row of layers: called from other statements than their own."""

import pytest

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem, Value


def run(*texts: str) -> list[Problem | Value]:
    collector = Collector()
    interpreter = Interpreter(collector)
    for number, text in enumerate(texts, 1):
        interpreter.run(Source(f"text {number}", text))
    return [result for result in collector.results if isinstance(result, Problem | Value)]


@pytest.mark.parametrize(
    "program",
    [
        "f() = linear(3,2) relu\nlen(params(f()))",
        "f(k) = linear(3,k) relu\nlen(params(f(2)))",
        "f(k) = linear(3,k) relu\ng() = f(2)\nlen(params(g()))",
        "f() = a relu\na = linear(3,2)\nlen(params(f()))",
        "f(a) = a relu linear(2,1) with bias=0.5\nlen(params(f(linear(2,2)))) - 1",
    ],
)
def test_a_function_makes_a_network(program: str) -> None:
    [value] = run(program)
    assert isinstance(value, Value)
    assert value.items == (8,)


def test_notes_and_errors_lie_in_the_text_of_the_function() -> None:
    definition = "x = 1\n\n\nf(net) = net relu linear(?,1) linear(1,2)\ng(net) = net linear(4,1)\n"
    note, error = run(definition, "n = f(linear(5,3)); g(linear(2,3))")
    assert isinstance(note, Problem)
    assert isinstance(error, Problem)
    assert note.place is not None
    assert error.place is not None
    assert (note.code, note.message) == ("MT316", "? = 3")
    assert note.place[:3] == ("text 1", 4, 26)
    assert error.code == "MT301"
    assert error.place[:3] == ("text 1", 5, 14)
    assert error.related[0][0][:3] == ("text 1", 5, 10)
