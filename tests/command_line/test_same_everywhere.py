"""The same script prints the same text: twice, and on other Python versions that are at hand."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import lark
import pytest
from command import ROOT, minitorch

PROGRAM = """\
set digits=17
d = moons(n=60, noise=0.1); e = sine(30, 0.1); f = blobs(30, 3)
show d; show e; show f
net = linear(2,8) relu dropout(0.1) linear(8,8) tanh linear(8,1)
train net on d epochs=10 optimizer=adam validate=0.2
test net on d
c = linear(2,6) leaky_relu linear(6,3) softmax with init=kaiming
train c on f epochs=10 batch=8
test c on f
r = linear(1,6) sigmoid linear(6,1)
train r on e epochs=10
test r on e
g = csv("FLOWERS", scale=true)
g[3]
x = 2; z = exp(sin(x)) / sqrt(x) + softplus(x) - sigmoid(x)*tanh(x)
backward z
grad x
mean([0.1, 0.2, 0.3, 0.4, 0.7]); sum([0.1 for k in range(10)]); [0.1, 0.2, 0.3] @ [3.3, 2.2, 1.1]
a, b = split(d, 0.7); a[0]; losses
"""
PROGRAM = PROGRAM.replace("FLOWERS", (ROOT / "examples/data/flowers.csv").as_posix())


def other_pythons() -> list[str]:
    """Pythons of other versions, on the path or in pyenv's folder."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = []
    for minor in (11, 12, 13, 14):
        if minor == sys.version_info.minor:
            continue
        named = shutil.which(f"python3.{minor}")
        candidates = [named] if named else []
        candidates += [str(path) for path in sorted(pyenv.glob(f"3.{minor}.*/bin/python"))]
        found.extend([python for python in candidates if works(python)][:1])
    return found


def works(python: str) -> bool:
    """Whether it is a Python, and no stand-in for one that is not there."""
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


@pytest.mark.slow
def test_twice_the_same() -> None:
    first, second = minitorch("-c", PROGRAM), minitorch("-c", PROGRAM)
    assert first.returncode == 0
    assert len(first.stdout.splitlines()) > 50
    assert (first.stdout, first.stderr) == (second.stdout, second.stderr)


@pytest.mark.slow
def test_the_same_on_other_pythons() -> None:
    here = minitorch("-c", PROGRAM)
    packages = str(Path(lark.__file__).parents[1])
    pythons = other_pythons()
    if not pythons:
        pytest.skip("there is no other Python here")
    for python in pythons:
        # Scripts need one package that is not Python's own, and it is pure Python.
        start = (
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.path.append({packages!r}); "
            "from minitorch_shell.command_line.cli import run; raise SystemExit(run(sys.argv[1:]))"
        )
        done = subprocess.run(
            [python, "-X", "utf8", "-B", "-c", start, "-c", PROGRAM],
            capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
        )  # fmt: skip
        assert (done.stdout, done.stderr) == (here.stdout, here.stderr), python
