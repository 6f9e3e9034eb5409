"""What is plainly too large is refused before it takes the memory; what is large goes through."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import ROOT, clean_environment, minitorch, python

from engine import datasets, tables


@pytest.mark.parametrize(
    "program",
    [
        "net = linear(100000,100000)",
        "net = linear(10,?) relu linear(90000,900)",
        "net = mlp(2, [9000, 9000], 1)",
        "net = linear(400,80000) relu linear(80000,400)",
    ],
)
@pytest.mark.parametrize("options", [(), ("--safe",)])
@pytest.mark.slow
def test_a_network_that_is_plainly_too_large(program: str, options: tuple[str, ...]) -> None:
    done = minitorch(*options, "-c", program)
    assert done.returncode == 1
    assert "error[MT705]: a network of " in done.stderr
    assert " parameters does not fit into memory" in done.stderr
    assert " GB" in done.stderr


@pytest.mark.parametrize("name", ["moons", "circles", "spirals", "blobs", "sine", "line"])
def test_a_set_that_is_plainly_too_large(name: str) -> None:
    with pytest.raises(ValueError, match="at most 10,000,000, got 1,000,000,000"):
        datasets.DATASETS[name](n=1_000_000_000)


@pytest.mark.slow
def test_a_column_of_100_000_classes(tmp_path: Path) -> None:
    path = tmp_path / "classes.csv"
    path.write_text("a,b\n" + "".join(f"{n},k{n:06}\n" for n in range(100_000)))
    rows = list(tables.csv(path))
    assert [target for _, target in rows] == [float(n) for n in range(100_000)]


@pytest.mark.slow
def test_16_000_functions() -> None:
    program = "".join(f"f{n}(x) = x + {n}\n" for n in range(16_000)) + "f15999(1)\n"
    done = minitorch("-", stdin=program)
    assert (done.returncode, done.stdout) == (0, "16000.0\n")


@pytest.mark.skipif(sys.platform != "linux", reason="the address space is bounded on Linux")
def test_safe_does_not_raise_a_bound_that_was_set_before() -> None:
    script = (
        "import resource\n"
        "hard = resource.getrlimit(resource.RLIMIT_AS)[1]\n"
        "resource.setrlimit(resource.RLIMIT_AS, (500_000_000, hard))\n"
        "from minitorch_shell.interpreter.limits import SAFE\n"
        "with SAFE.watching():\n"
        "    print(resource.getrlimit(resource.RLIMIT_AS)[0])\n"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0])\n"
    )
    done = python(script)
    assert done.stdout == "500000000\n500000000\n"


@pytest.mark.skipif(os.name != "posix", reason="the locale decides on the encoding")
def test_a_locale_of_ascii_gets_signs_of_our_own(tmp_path: Path) -> None:
    environment = clean_environment() | {
        "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    script = tmp_path / "a.mt"
    script.write_text('print "a → b, x², ≤ ₿"', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "minitorch_shell", str(script)],
        capture_output=True, text=True, check=False, env=environment, encoding="ascii",
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("a -> b, x^2, <= ?\n", "")
