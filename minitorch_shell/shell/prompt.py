"""The loop of the shell: read a text, check it, run it, show what comes of it."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs
from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style
from prompt_toolkit.validation import ValidationError, Validator

from grammar import syntax
from grammar.highlight import MinitorchLexer
from grammar.source import Source
from minitorch_shell.rendering.output import Output
from minitorch_shell.results import Collector, Problem
from minitorch_shell.session import Session
from minitorch_shell.shell.history import FileHistory
from minitorch_shell.shell.keys import key_bindings
from minitorch_shell.shell.themes import theme

NAME = "<shell>"  # of what is typed, in messages
PROMPT = "mt> "


class Shell:
    """A session with a person in front of it."""

    def __init__(self, session: Session | None = None, color: str = "auto") -> None:
        self.output = Output(color)
        self.session = session or Session(self.output)
        self.checked: tuple[syntax.Program, Source] | None = None
        self.prompt: PromptSession[str] = PromptSession(
            [("class:prompt", PROMPT)],
            lexer=PygmentsLexer(MinitorchLexer),
            style=Style.from_dict(theme("dark")),
            include_default_pygments_style=False,
            color_depth=None if self.output.out_style.colour else ColorDepth.DEPTH_1_BIT,
            history=FileHistory(state_folder() / "history"),
            auto_suggest=AutoSuggestFromHistory(),
            multiline=True,
            prompt_continuation=_continuation,
            validator=_Checker(self),
            validate_while_typing=False,
            key_bindings=key_bindings(),
            mouse_support=False,
        )

    def loop(self) -> int:
        """Read and run until the end of input; returns the exit status."""
        while True:
            try:
                self.prompt.prompt()
            except KeyboardInterrupt:
                continue
            except EOFError:
                return 0
            self.run_checked()

    def run_checked(self) -> None:
        """Run what the checker let through."""
        checked, self.checked = self.checked, None
        if checked is None:
            return
        try:
            self.session.execute(*checked)
        except KeyboardInterrupt:
            self.output(Problem("note", "MT710", "stopped"))

    def check(self, text: str) -> Problem | None:
        """Find the first static error of a text; keep the program when there is none."""
        source = Source(NAME, text)
        found = Collector()
        receive, self.session.receive = self.session.receive, found
        try:
            program = self.session.check(source)
        finally:
            self.session.receive = receive
        self.checked = None if program is None else (program, source)
        return next((part for part in found.results if isinstance(part, Problem)), None)


class _Checker(Validator):
    """Keeps a text with an error in the line, and moves the cursor to the error."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    def validate(self, document: Document) -> None:
        problem = self.shell.check(document.text)
        if problem is None:
            return
        at = len(document.text)
        if problem.place is not None:
            at = document.translate_row_col_to_index(
                problem.place.line - 1, problem.place.column - 1
            )
        raise ValidationError(at, f"{problem.code}: {problem.message}")


def _continuation(width: int, number: int, wrapped: int) -> StyleAndTextTuples:
    return [("class:continuation", "... ".rjust(width))]


def state_folder() -> Path:
    """Where the history lives."""
    return Path(platformdirs.user_state_path("minitorch", appauthor=False))


def start(color: str = "auto", session: Session | None = None) -> int:
    """Run the shell in the terminal; returns the exit status."""
    print("minitorch: type `help`; Ctrl-D leaves", file=sys.stdout)
    return Shell(session, color).loop()
