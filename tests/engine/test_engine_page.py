"""The programs of docs/engine.md print what the page says, on the standard library alone."""

import re
import subprocess
import sys

from command import ROOT, clean_environment


def test_the_page_prints_what_it_says() -> None:
    page = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
    programs = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    prose = re.sub(r"```python\n.*?```", "", page, flags=re.DOTALL)
    outputs = re.findall(r"```\n(.*?)```", prose, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-S", "-c", "\n".join(programs)],
        capture_output=True, text=True, check=False, cwd=ROOT, env=clean_environment(),
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == "".join(outputs)
    assert len(programs) == len(outputs) > 4
