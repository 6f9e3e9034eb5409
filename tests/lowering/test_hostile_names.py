"""Whatever a program calls its own, it meets no name of Python and none of ours."""

import unicodedata
from typing import Any

import pytest
from command import minitorch
from hostile_names import HOSTILE, USES, identifiers, strange_identifiers
from hypothesis import given, settings
from hypothesis import strategies as st

from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.interpreter import Collector, Interpreter
from minitorch_shell.results.records import Problem, Value


def check(text: str) -> None:
    try:
        strange = strange_identifiers(text)
    except SyntaxProblem:
        return  # the language has no such name
    assert not strange, (text, strange)


@pytest.mark.parametrize("use", USES)
@pytest.mark.slow
def test_the_code_has_marked_names_only(use: str) -> None:
    for name in HOSTILE:
        check(use.format(name))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(USES), st.sampled_from(HOSTILE)), max_size=6))
@pytest.mark.slow
def test_the_code_of_random_programs_too(parts: list[tuple[str, str]]) -> None:
    texts = [use.format(name) for use, name in parts]
    check("; ".join(texts))
    check("repeat 2 { " + "; ".join(texts) + " }")


def test_this_test_can_fail() -> None:
    assert "eval" in {*compile("eval(1)", "", "exec").co_names}
    assert identifiers("x = sum([1])") >= {".x", ".sum", "$leaf"}


def values(*texts: str) -> tuple[list[Any], list[str]]:
    found = Collector()
    interpreter = Interpreter(found)
    for text in texts:
        interpreter.run(Source("hostile", text))
    problems = [r.code for r in found.results if isinstance(r, Problem) and r.severity == "error"]
    return [i for r in found.results if isinstance(r, Value) for i in r.items], problems


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_name_like_any_other(name: str) -> None:
    try:
        parse(Source("", f"{name} = 1"))
    except SyntaxProblem:
        return
    name = unicodedata.normalize("NFC", name)
    assert name not in Interpreter(Collector()).session.names
    texts = (
        f"{name} = 2",
        f"1 + {name}",
        f"f({name}) = 2*{name}; f(4); [{name} for {name} in [7]]",
    )
    assert values(*texts) == ([3.0, 8.0, [7.0]], [])
    assert values(f"{name} = 2", f"del {name}", "1 + 1") == ([2.0], [])
    after = values(
        f"{name} = 2; del {name}", "vars", "sum([1, 2]) + 1", "exp(0)", "undo; undo", "pi"
    )
    assert (after[0][:2], after[1]) == ([4.0, 1.0], [])


@pytest.mark.parametrize(
    "name", ["eval", "exec", "__import__", "open", "getattr", "locals", "globals"]
)
def test_what_python_predefines_is_not_there(name: str) -> None:
    """Also where the check before the run cannot know whether a name is bound."""
    hidden = f"if false {{ __builtins__ = 1; {name} = 1 }}"
    for before in ("", "del __builtins__", "__builtins__ = 3", "__debug__ = 3; sum = 2; del sum"):
        codes = values(hidden, before, f'if false {{ {name} = 1 }}; {name}("1")')[1]
        assert codes, (name, before)
        assert {*codes} <= {"MT201", "MT202", "MT312"}


@pytest.mark.slow
def test_the_escape_that_was_found(tmp_path: Any) -> None:
    program = (
        "if false {__builtins__=1; eval=1}; del __builtins__; "
        "if eval(\"__import__('os').system('touch escaped')\") < 1 {}"
    )
    done = minitorch("--safe", "-c", program, cwd=tmp_path)
    assert done.returncode == 1
    assert "error[MT202]" in done.stderr
    assert list(tmp_path.iterdir()) == []
