"""A real terminal for tests: the shell runs in a pty, its screen is read by an emulator."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import pexpect
import pyte

PATIENCE = 8  # seconds; a test that waits so long has failed


class Terminal:
    """`minitorch` in a terminal of `columns` by `rows`, with `home` as its home folder."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        columns: int = 80,
        rows: int = 24,
        prompt: str = "mt>",
        command: tuple[str, ...] = (sys.executable, "-m", "minitorch_shell"),
        **environment: str,
    ) -> None:
        self.prompt = prompt
        kept = ("PATH", "PYTHONPATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
        settings = {name: os.environ[name] for name in kept if name in os.environ}
        settings |= {
            "HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "LINES": str(rows),
            "COLUMNS": str(columns),
            "PROMPT_TOOLKIT_NO_CPR": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        } | environment
        if "LINES" in settings and environment.get("RESIZABLE"):
            del settings["LINES"], settings["COLUMNS"]
        self.screen = pyte.HistoryScreen(columns, rows, history=5_000, ratio=0.5)
        self.stream = pyte.ByteStream(self.screen)
        self.received = b""
        self.child = pexpect.spawn(
            command[0],
            [*command[1:], *arguments],
            env=settings,  # type: ignore[arg-type]
            cwd=str(home),
            dimensions=(rows, columns),
            timeout=PATIENCE,
            echo=True,
        )
        self.child.delaybeforesend = None  # type: ignore[assignment]

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.child.close(force=True)

    # ------------------------------------------------------------ seeing

    @property
    def lines(self) -> list[str]:
        """The screen, without trailing spaces."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).rstrip()

    @property
    def scrolled(self) -> str:
        """The lines that left the screen at its top, and the screen."""
        above = [
            "".join(line[column].data for column in range(self.screen.columns)).rstrip()
            for line in self.screen.history.top
        ]
        return "\n".join([*above, self.text])

    @property
    def entry(self) -> str:
        """What stands behind the last prompt, its lines joined."""
        rows = self.screen.display
        prompts = [number for number, line in enumerate(rows) if line.startswith(self.prompt)]
        return "".join(rows[prompts[-1] :])[len(self.prompt) + 1 :] if prompts else ""

    @property
    def cursor_line(self) -> str:
        return self.lines[self.screen.cursor.y]

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Read what the program writes until the screen fulfils a condition."""
        end = time.monotonic() + PATIENCE
        while not condition():
            try:
                data = self.child.read_nonblocking(65_536, max(0.0, end - time.monotonic()))
            except (pexpect.TIMEOUT, pexpect.EOF) as error:
                name = type(error).__name__
                raise AssertionError(f"{name} while waiting for {what}\n{self.text}") from None
            self.received += data
            self.stream.feed(data)

    def see(self, pattern: str) -> None:
        """Wait until the screen shows a pattern."""
        self.until(lambda: re.search(pattern, self.text) is not None, repr(pattern))

    def gone(self, pattern: str) -> None:
        """Wait until the screen does not show a pattern any more."""
        self.until(lambda: re.search(pattern, self.text) is None, f"no {pattern!r}")

    def ready(self) -> None:
        """Wait for a prompt with an empty line behind it."""

        def empty_prompt() -> bool:
            at_end = self.screen.cursor.x == len(self.prompt) + 1
            return at_end and self.cursor_line == self.prompt

        self.until(empty_prompt, "an empty prompt")

    def colour_at(self, pattern: str) -> str:
        """The colour of the first character of the last place where a pattern is seen."""
        for row, line in reversed(list(enumerate(self.screen.display))):
            if match := re.search(pattern, line):
                colour: str = self.screen.buffer[row][match.start()].fg
                return colour
        raise AssertionError(f"no {pattern!r}\n{self.text}")

    # ------------------------------------------------------------ typing

    def press(self, keys: str) -> None:
        self.child.send(keys)

    def type(self, text: str) -> None:
        """Type text of one line and wait until it stands in the line."""
        self.press(text)
        shown = text.rstrip()
        self.until(lambda: self.entry.startswith(shown), f"the text {shown!r}")

    def run(self, line: str) -> None:
        """Type a line, run it, wait for the next prompt."""
        self.type(line)
        self.press("\r")
        self.ready()

    def paste(self, text: str) -> None:
        """What a terminal sends when text is pasted."""
        self.press(f"\x1b[200~{text}\x1b[201~")

    # ------------------------------------------------------------ the rest

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def kill(self) -> None:
        """End the program as if the power had failed."""
        self.child.kill(signal.SIGKILL)
        self.child.wait()

    def leave(self) -> int:
        """Ctrl-D; returns the exit status."""
        self.press("\x04")
        return self.ended()

    def ended(self) -> int:
        """Wait for the end of the program; returns the exit status."""
        self.child.expect(pexpect.EOF)
        self.stream.feed(self.child.before or b"")
        self.child.wait()
        status: int | None = self.child.exitstatus
        return -1 if status is None else status
