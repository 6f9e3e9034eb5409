"""Running the `minitorch` command the way its users do: as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def minitorch(
    *arguments: str, stdin: str | bytes = "", cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `minitorch` with these arguments; output and errors come back as text."""
    given = stdin if isinstance(stdin, bytes) else stdin.encode()
    done = subprocess.run(
        [sys.executable, "-m", "minitorch_shell", *arguments],
        input=given,
        capture_output=True,
        cwd=cwd or ROOT,
        env=clean_environment() | environment,
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def python(program: str, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a Python program in a process of its own, where it finds this project."""
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False,
        cwd=cwd, timeout=60, env=clean_environment() | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def clean_environment() -> dict[str, str]:
    """The environment without what would change colours or paths."""
    dropped = {"NO_COLOR", "FORCE_COLOR", "PYTHONPATH"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"PYTHONUTF8": "1"}
