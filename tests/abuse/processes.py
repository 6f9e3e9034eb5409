"""Whole processes of `minitorch`, and what must hold of whatever they print."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from command import minitorch
from terminal_text import controls

from tests.abuse import ROOT
from tests.abuse.campaign import Outcome

STATUSES = (0, 1, 2)
# What Python prints of an exception that nobody caught, or could not pass on.
TRACEBACK = ("Traceback (most recent call last)", "Exception ignored", "KeyboardInterrupt")


def run(outcome: Outcome, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `minitorch` in a folder, and look at its status and at all it says."""
    done = minitorch(*arguments, cwd=folder, PYTHONPATH=str(ROOT))
    said = done.stdout + done.stderr
    outcome.expect(done.returncode in STATUSES, "crash", f"status {done.returncode}: {said[-600:]}")
    look_at(outcome, said)
    outcome.expect(not controls(said), "escape", f"raw characters: {said[-600:]!r}")
    if "--format=json" in arguments:
        for line in done.stdout.splitlines():
            json.loads(line)
    return done


def look_at(outcome: Outcome, said: str) -> None:
    """No word of Python's own, no bug of minitorch's."""
    outcome.expect("MT900" not in said, "crash", said[-900:])
    for words in TRACEBACK:
        outcome.expect(words not in said, "traceback", said[-900:])
