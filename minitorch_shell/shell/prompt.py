"""The loop of the shell: read a text, check it, run it, show what comes of it."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application, get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.document import Document
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style
from prompt_toolkit.validation import ValidationError, Validator

from grammar import syntax
from grammar.source import Source
from minitorch_shell.assist.preview import warm_up
from minitorch_shell.files.database import Database, state_folder
from minitorch_shell.files.reading import Unreadable
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.problems.placing import mended
from minitorch_shell.results.records import Collector, Problem, Result
from minitorch_shell.shell import config as configuration
from minitorch_shell.shell.bar import bar_text, problem_text
from minitorch_shell.shell.completion import ShellCompleter
from minitorch_shell.shell.display import Display
from minitorch_shell.shell.history import KeptHistory
from minitorch_shell.shell.interrupts import Interrupts
from minitorch_shell.shell.keys import key_bindings
from minitorch_shell.shell.layout import CONTINUATION, PROMPT, layout
from minitorch_shell.shell.lexing import ShellLexer
from minitorch_shell.shell.logbook import Logbook
from minitorch_shell.shell.plain import read_plain
from minitorch_shell.shell.preview import Preview
from minitorch_shell.shell.recovery import bring_back, told_of
from minitorch_shell.shell.themes import theme

NAME = "<shell>"  # of what is typed, in messages
LEAVING = ("exit", "quit", "exit()", "quit()")  # what other shells understand
# While somebody types, Python looks for cycles of garbage in the pauses between keys. It does so in
# between only after this many objects, when there have been no pauses.
TYPING_COLLECTIONS = (100_000, 20, 1_000)
PAUSE = 0.02  # seconds without a redraw

# Its lines fit in 40 columns.
BANNER = """\
minitorch: try these lines, one by one
  x = 3; y = x^2; backward y; grad x
  net = linear(5,4) relu linear(4,1)
  train majority epochs=500 lr=0.1
  test majority
{keys}
`undo` takes back, Ctrl-D leaves"""
KEYS = "Tab completes, F1 or `help` explains,"
NO_KEYS = "`help` explains,"  # on a terminal that can only print


class Shell:
    """A session with a person in front of it."""

    def __init__(
        self,
        interpreter: Interpreter | None = None,
        color: str = "auto",
        config: configuration.Config | None = None,
    ) -> None:
        self.config = config or configuration.Config()
        self.interrupts = Interrupts()
        self.display = Display(color, self.interrupts)
        self.interpreter = interpreter or Interpreter(self.display)
        self.session = self.interpreter.session
        self.session.receive = self.display
        log = self.interpreter.log  # of what was run before the shell
        self.logbook = log if isinstance(log, Logbook) else new_logbook(self.interpreter)
        self.plain = os.environ.get("TERM") == "dumb"
        self.checked: tuple[syntax.Program, Source] | None = None
        self.problem: Problem | None = None
        self.corrected: tuple[str, int] | None = None  # the text without it, where that ends
        self.remarks: list[Result] = []  # of the checker, to be shown when the text runs
        self.preview = Preview(self.session, lambda: get_app().invalidate())
        self.warming = threading.Thread(target=self._load, daemon=True)
        self.collecting: asyncio.TimerHandle | None = None
        if not self.plain:
            self.prompt = self._prompt()

    # ------------------------------------------------------------ the input line

    def _prompt(self) -> PromptSession[str]:
        coloured = self.display.output.out_style.colour
        prompt: PromptSession[str] = PromptSession(
            style=Style.from_dict(theme(self.config.theme if coloured else "mono")),
            include_default_pygments_style=False,
            color_depth=None if coloured else ColorDepth.DEPTH_1_BIT,
            editing_mode=EditingMode.VI if self.config.keys == "vi" else EditingMode.EMACS,
            history=KeptHistory(self.logbook.database),
            auto_suggest=AutoSuggestFromHistory(),
            completer=ShellCompleter(self.session, self.is_warm),
            complete_while_typing=Condition(lambda: not self._has_problem()),
            multiline=True,
            validator=_Checker(self),
            validate_while_typing=False,
            key_bindings=key_bindings(self.explain_word, lambda: self.corrected),
            mouse_support=False,
            enable_suspend=True,
        )
        prompt.layout = prompt.app.layout = layout(
            prompt.default_buffer, prompt.search_buffer, ShellLexer(),
            self._preview_text, self._problem_text, self._bar,
        )  # fmt: skip
        prompt.app.max_render_postpone_time = None  # a key is drawn before completion begins
        return prompt

    def _has_problem(self) -> bool:
        return self.prompt.default_buffer.validation_error is not None

    def _preview_text(self) -> StyleAndTextTuples:
        buffer = self.prompt.default_buffer
        wanted = self.session.settings.preview and self.is_warm()
        if get_app().is_done or not wanted or self._has_problem():
            return []
        shown = self.preview(buffer.text)
        return [("class:preview", f"{shown} ")] if shown else []

    def _problem_text(self) -> StyleAndTextTuples:
        return problem_text(self.problem, self.corrected, get_app().output.get_size().columns)

    def _bar(self) -> StyleAndTextTuples:
        before = self.prompt.default_buffer.document.text_before_cursor
        width = get_app().output.get_size().columns
        return bar_text(self.session, before, width, self.display.output.out_style.unicode)

    # ------------------------------------------------------------ reading and running

    def loop(self) -> int:
        """Read and run until the end of input; returns the exit status."""
        if not self.plain:
            self.prompt.app.after_render += self._warm_up
            self.prompt.app.after_render += self._collect_later
        while True:
            try:
                self.logbook.acknowledge()
                text = self.read()
                if self.leaves(text):
                    break
                if self.plain:
                    self.run(text)
                else:
                    self.run_checked()
            except KeyboardInterrupt:
                if self.plain:
                    print()
                else:
                    self.keep_dropped()
            except EOFError:
                break
        self.logbook.forget()
        return 0

    def read(self) -> str:
        """One text from the terminal."""
        if self.plain:
            return read_plain(PROMPT, CONTINUATION)
        thresholds = gc.get_threshold()
        gc.set_threshold(*TYPING_COLLECTIONS)
        # A text that was dropped amid a search leaves the keys to the search field, out of sight.
        self.prompt.layout.focus(self.prompt.default_buffer)
        try:
            return self.prompt.prompt()
        finally:
            gc.set_threshold(*thresholds)

    def keep_dropped(self) -> None:
        """A faulty text that Ctrl-C dropped can be fetched back from the history."""
        if self.problem is not None:
            self.prompt.history.append_string(self.prompt.default_buffer.text)
            self.problem = None

    def leaves(self, text: str) -> bool:
        """Whether a text is a wish to leave, and not a name of the session."""
        word = text.strip()
        return word in LEAVING and word.removesuffix("()") not in self.session.user_names()

    def _warm_up(self, app: object) -> None:
        """Load the parser while the first line is being typed."""
        if not self.warming.ident:
            self.warming.start()

    def _collect_later(self, app: Application[str]) -> None:
        """Collect what redrawing left behind as soon as the keys pause."""
        if self.collecting is not None:
            self.collecting.cancel()
        if app.loop is not None:
            self.collecting = app.loop.call_later(PAUSE, gc.collect, 1)

    def _load(self) -> None:
        warm_up(self.session)
        gc.freeze()  # what has been loaded stays, so a collection while typing need not look at it

    def is_warm(self) -> bool:
        return not self.warming.is_alive() and self.warming.ident is not None

    def run(self, text: str, name: str = NAME) -> None:
        """Run a text that nobody has checked; errors are printed like all others."""
        try:
            with self.interrupts.listening():
                self.interpreter.run(Source(name, text))
        except KeyboardInterrupt:
            self.display.stopped()

    def run_checked(self) -> None:
        """Run what the checker let through, or tell the error of a text that was typed ahead."""
        checked, self.checked = self.checked, None
        if checked is None:
            if self.problem is not None:
                self.display(self.problem)
                self.problem = None
            return
        self.preview.forget()
        try:
            with self.interrupts.listening():
                for remark in self.remarks:
                    self.display(remark)
                self.interpreter.execute(*checked)
        except KeyboardInterrupt:
            self.display.stopped()

    def check(self, text: str) -> Problem | None:
        """Find the first static error of a text; keep the program when there is none."""
        if self.warming.is_alive():
            self.warming.join()
        source = Source(NAME, text)
        found = Collector()
        receive, self.session.receive = self.session.receive, found
        try:
            program = self.interpreter.check(source)
        finally:
            self.session.receive = receive
        self.checked = None if program is None else (program, source)
        self.remarks = found.results if program is not None else []
        errors = [part for part in found.results if isinstance(part, Problem)]
        self.problem = errors[0] if program is None and errors else None
        self.corrected = correction(source, self.problem)
        return self.problem

    def typed_ahead(self) -> bool:
        """Whether more keys are waiting, as when several lines are pasted or typed while one runs.

        They belong to lines of their own and must not end up in the middle of a faulty one.
        """
        waiting = self.prompt.app.key_processor.input_queue
        return any(press.key is not Keys.CPRResponse for press in waiting)

    def run_file(self, path: Path) -> None:
        """Run a program before the first prompt, if it is there."""
        try:
            text = configuration.read_text(path)
        except FileNotFoundError:
            return
        except (OSError, Unreadable) as error:
            self.display.say(f"{path}: cannot be read ({error})")
            return
        self.run(text, str(path))

    def explain_word(self, word: str) -> None:
        """F1: help on a word, above the line that is being typed."""
        self.interpreter.run(Source(NAME, f"help {word}".rstrip()))


def correction(source: Source, problem: Problem | None) -> tuple[str, int] | None:
    """The text without the problem, where that is known, and where what was mended ends in it."""
    fix = problem.fix if problem is not None else None
    if fix is None:
        return None
    at = source.offset(fix.place.line, fix.place.column)
    return mended(source, fix), at + len(fix.text)


class _Checker(Validator):
    """Keeps a text with an error in the line, and moves the cursor to the error."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    def validate(self, document: Document) -> None:
        problem = None if self.shell.leaves(document.text) else self.shell.check(document.text)
        if problem is None or self.shell.typed_ahead():
            return
        at = len(document.text)
        if problem.place is not None:
            row, column = problem.place.line - 1, problem.place.column - 1
            at = document.translate_row_col_to_index(row, column)
        raise ValidationError(at, problem.message)


def new_logbook(interpreter: Interpreter) -> Logbook:
    """What keeps the statements of an interpreter for `--recover`."""
    return Logbook(Database(state_folder()), interpreter.session)


def start(
    color: str = "auto",
    interpreter: Interpreter | None = None,
    *,
    vi: bool = False,
    use_config: bool = True,
    recover: bool = False,
) -> int:
    """Run the shell in the terminal; returns the exit status.

    `vi` asks for vi's keys; without `use_config` neither `config.toml` nor `init.mt` is read.
    With `recover` it begins with what the latest shell held that was cut off; KeyboardInterrupt
    where Ctrl-C stops that.
    """
    config = configuration.read_config() if use_config else configuration.Config()
    if vi:
        config.keys = "vi"
    shell = Shell(interpreter, color, config)
    shell.interpreter.log = None  # the first program runs in every session
    shell.interrupts.install()
    shell.interrupts.leave_the_terminal_whole()
    for warning in config.warnings:
        shell.display.say(f"note: {warning}")
    settings = shell.session.settings
    if interpreter is None:
        settings.digits, settings.preview = config.digits, config.preview
    if shell.plain:
        settings.preview = False
    if interpreter is None and not recover:
        print(BANNER.format(keys=NO_KEYS if shell.plain else KEYS))
    if use_config:
        shell.run_file(configuration.config_folder() / configuration.FIRST_PROGRAM)
    if recover:
        bring_back(shell.logbook, shell.interpreter, shell.display)
    elif (lost := shell.logbook.news()) is not None:
        shell.display.say(told_of(lost))
    shell.interpreter.log = shell.logbook
    return shell.loop()
