"""The mutation tester on programs small enough to count by hand, and a sample of the engine's."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.__main__ import FILES, HERE, find_mutants, main, read_equivalents
from tests.mutation.mutants import mutants_of

ROOT = HERE.parents[1]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = a + b", {"x = (a - b)"}),
        ("x = a ** b / c", {"x = (a ** b * c)", "x = (a * b) / c"}),
        ("x = a * b + c", {"x = (a * b - c)", "x = (a / b) + c"}),
        ("x = -a", {"x = a"}),
        ("x = a < b", {"x = (a <= b)", "x = (a >= b)"}),
        ("x = a >= b", {"x = (a > b)", "x = (a < b)"}),
        ("x = a == b", {"x = (a != b)"}),
        ("x = a is None", {"x = (a is not None)"}),
        ("x = a < b < c", {f"x = (a {two} c)" for two in ("<= b <", ">= b <", "< b <=", "< b >=")}),
        ("x = a and b", {"x = (a or b)", "x = a", "x = b"}),
        ("x = a if b else c", {"x = a if True else c", "x = a if False else c"}),
        ("x = 7", {"x = 8", "x = 6"}),
        ("x = 0", {"x = 1", "x = (-1)"}),
        ("x = 2.0", {"x = 3.0", "x = 1.0"}),
        ("x = 0.01", {"x = 0.02", "x = 0.005"}),
        ("x = True", {"x = False"}),
        ("x = 'a'", {"x = ''"}),
        ("x = ''", {"x = 'XX'"}),
        ("x = f'a {b:g}'", {"x = f'{b:g}'", "x = f'a '", "x = f'a {b}'"}),
        ("x = f(a, b)", {"x = f(b, a)"}),
        ("x = f(a, a)", set()),
        ("x = isinstance(a, b | c)", {"x = isinstance(a, b)", "x = isinstance(a, c)"}),
        ("x = f(a, key=b)", {"x = f(a)"}),
        ("x = list(a)", {"x = a"}),
        ("x = a.copy()", {"x = a"}),
        ("x = lambda: a", {"x = lambda: None"}),
        ("x = [a for a in b if c]", {"x = [a for a in b if True]", "x = [a for a in b if False]"}),
        ("a.b = c", {"pass"}),
        ("a[b] = c", {"pass"}),
        ("f()", {"pass"}),
        ("x += a", {"pass", "x -= a"}),
        ("raise ValueError(a)", {"pass", "raise RuntimeError(a)"}),
        ("while a: break", {"while False: break", "while a: pass"}),
        ("for a in b: c()", {"for a in (): c()", "for a in b: pass"}),
        ("Union = float | None", set()),
        ("__all__ = ['a']", set()),
        ("import a", set()),
        ("'''A docstring.'''", set()),
    ],
)
def test_each_operator(line: str, expected: set[str]) -> None:
    mutants = mutants_of("toy.py", f"before()\n{line}\n")
    assert {mutant.after for mutant in mutants if mutant.line == 2} == expected
    for mutant in mutants:
        head, _, changed = mutant.source.partition("\n")
        assert (head == "before()") == (mutant.line == 2)
        assert mutant.line == 1 or changed == f"{mutant.after}\n"


FUNCTION = """
class Box:
    size = 3

    @property
    def half(self, one: int = 1, two: str = "b") -> "float | None":
        total: float = self.size
        total = total / 2
        if one:
            return total
        try:
            return self.ask()
        except (KeyError, ValueError):
            return None
"""


def test_operators_within_functions_and_classes() -> None:
    changes = {(mutant.scope, mutant.before, mutant.after) for mutant in mutants_of("a", FUNCTION)}
    head = 'def half(self, one: int = 1, two: str = "b") -> "float | None":'
    half = {
        ("@property", ""),
        *((head, head.replace("one: int = 1", f"one: int{rest}")) for rest in ("", " = 2", " = 0")),
        (head, head.replace('"b"', "''")),
        ("total = total / 2", "pass"),
        ("total = total / 2", "total = (total * 2)"),
        ("total = total / 2", "total = total / 3"),
        ("total = total / 2", "total = total / 1"),
        ("if one:", "if True:"),
        ("if one:", "if False:"),
        ("return total", "pass"),
        ("return total", "return None"),
        ("return self.ask()", "pass"),
        ("return self.ask()", "return None"),
        ("except (KeyError, ValueError):", "except ():"),
        ("except (KeyError, ValueError):", "except (KeyError,):"),
        ("except (KeyError, ValueError):", "except (ValueError,):"),
        ("return None", "pass"),
        ("return None", "return 0.0"),
    }
    box = {("size = 3", "pass"), ("size = 3", "size = 4"), ("size = 3", "size = 2")}
    assert changes == {("Box.half", *one) for one in half} | {("Box", *one) for one in box}


TOY = """
LIMIT = 10


def table(name):
    return {"up": 1}[name]


STEP = table("up")


def count(n):
    total = 0
    while total < n:
        total += STEP
    return total if total < LIMIT else LIMIT


def never(x):
    return x
"""
TOY_TEST = """
from toy import count


def test_counting():
    assert count(3) == 3
    assert count(12) == 10
"""


@pytest.mark.slow
def test_a_toy_with_a_survivor_and_endless_loops(tmp_path: Path) -> None:
    (tmp_path / "toy.py").write_text(TOY)
    (tmp_path / "test_toy.py").write_text(TOY_TEST)
    (tmp_path / "equivalent.toml").write_text(
        '[[mutant]]\nfile = "toy.py"\nin = "count"\nreason = "10 is the limit on both sides"\n'
        'before = "return total if total < LIMIT else LIMIT"\n'
        'after = "return total if (total <= LIMIT) else LIMIT"\n'
    )
    command = [sys.executable, "-m", "tests.mutation", "toy.py", "--tests", "test_toy.py"]
    options = ["--root", tmp_path, "--equivalent", tmp_path / "equivalent.toml", "--seconds", "2"]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
    shown = done.stdout
    assert re.search(r"^toy\.py +20 +13 +3 +3 +1 +80\.0 % +84\.2 %$", shown, re.M), shown
    survivors, _, late = shown.partition("survived: 3")[2].partition("timed out: 3")
    assert "toy.py:20 in never: result is None\n  - return x\n  + return None\n" in survivors
    assert "toy.py:13 in count: constant\n  - total = 0\n  + total = 1\n" in survivors
    assert "toy.py:15 in count: arithmetic\n  - total += STEP\n  + total -= STEP\n" in late
    assert "below 90 %: toy.py" in shown
    assert done.returncode == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("assert toy.never(1) == 2", "without any change:"),
        # Whatever fails the second time would kill every mutant.
        (
            "assert not Path('ran').exists(); Path('ran').touch()",
            "toy.py without any change is killed",
        ),
    ],
)
def test_tests_that_fail_without_any_change_say_nothing(
    test: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "toy.py").write_text(TOY)
    head = "from pathlib import Path\nimport toy\n"
    (tmp_path / "test_toy.py").write_text(f"{head}def test_it():\n    {test}\n")
    command = [sys.executable, "-m", "tests.mutation", "toy.py", "--tests", "test_toy.py"]
    done = subprocess.run([*command, "--root", tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr


def test_every_entry_of_equivalent_toml_is_a_mutant_and_says_why() -> None:
    known = read_equivalents(HERE / "equivalent.toml")
    there = {mutant.identity for mutant in find_mutants(ROOT, [f"engine/{x}.py" for x in FILES])}
    assert known.keys() - there == set()
    assert all(known.values())


@pytest.mark.slow
def test_a_sample_of_the_engine() -> None:
    command = [sys.executable, "-m", "tests.mutation", "engine/functions.py", "--every", "3"]
    options = ["--tests", "tests/engine/test_functions.py", "--floor", "75"]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
    # All killed, but for the equivalent ones.
    all_killed = r"^all +(\d+) +\d+ +0 +0 +\d +\d+\.\d % +100\.0 %$"
    found = re.search(all_killed, done.stdout, re.M)
    assert found, done.stdout
    assert int(found[1]) >= 10
    assert re.fullmatch(rf"\d\d+ tests, {found[1]} mutants\n", done.stderr), done.stderr
    assert done.returncode == 0, done.stdout


def test_a_wrong_option_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--every", "often"])
    assert "invalid int value: 'often'" in capsys.readouterr().err
