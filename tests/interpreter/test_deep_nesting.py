"""Deep lists and deep calls end with a message, on a small stack too, and never with a crash."""

import subprocess
import sys

import pytest
from command import ROOT, clean_environment, python

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no ulimit")

USES = ["print x", "x == x", "vars", "y = x + 0", "sum(x)", "show x", "exp(x)", "f(a) = a\nf(x)"]
SELF_CALLS = """\
f(n) = 0 if n < 1 else sum([1 + f(n - 1) for k in range(1)])
f(999)
g(n) = 0 if n < 1 else 1 + h(n - 1)
h(n) = 0 if n < 1 else max([1 + g(n - 1), 0])
g(999)
"""


def on_a_stack_of(kilobytes: int, program: str) -> subprocess.CompletedProcess[str]:
    command = f'ulimit -s {kilobytes}; exec "$0" -m minitorch_shell -c "$1"'
    return subprocess.run(
        ["sh", "-c", command, sys.executable, program], capture_output=True, text=True,
        check=False, timeout=60, cwd=ROOT, env=clean_environment(),
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("depth", [1_000, 4_900, 20_000])
@pytest.mark.parametrize("kilobytes", [1024, 8192])
def test_nested_lists(kilobytes: int, depth: int) -> None:
    build = f"x = [1]\nrepeat {depth} {{ x = [x] }}\n"
    for use in USES:
        done = on_a_stack_of(kilobytes, build + use)
        assert done.returncode in (0, 1), (use, done.returncode)
        assert "MT900" not in done.stderr, use
        assert done.returncode == 0 or "error[MT70" in done.stderr, (use, done.stderr)


@pytest.mark.parametrize("kilobytes", [2048, 8192])
@pytest.mark.slow
def test_functions_call_themselves_to_the_promised_depth(kilobytes: int) -> None:
    done = on_a_stack_of(kilobytes, SELF_CALLS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "999.0\n999.0\n", "")
    done = on_a_stack_of(kilobytes, "f(n) = 1 + f(n + 1)\nf(0)")
    assert "calls itself more than 1,000 deep" in done.stderr


def test_a_thread_with_a_small_stack() -> None:
    done = python(
        "import threading\n"
        "from grammar.source import Source\n"
        "from minitorch_shell.interpreter.interpreter import Interpreter\n"
        "def work():\n"
        "    found = []\n"
        "    interpreter = Interpreter(found.append)\n"
        "    for depth in (1000, 2000, 5000, 20000):\n"
        "        text = 'x = [1]\\nrepeat %d { x = [x] }\\nprint x\\nx == x' % depth\n"
        "        interpreter.run(Source('a.mt', text))\n"
        "    print({getattr(result, 'code', 'fine') for result in found} <= {'fine', 'MT703'})\n"
        "threading.stack_size(1 << 20)\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start()\n"
        "thread.join()\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
