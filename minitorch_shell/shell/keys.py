"""What the keys do, beyond what prompt_toolkit gives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer, CompletionState
from prompt_toolkit.completion import CompleteEvent, get_common_complete_suffix
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, emacs_insert_mode, has_focus, vi_insert_mode
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from prompt_toolkit.keys import Keys

from grammar.scan import is_complete, unmatched_brackets
from minitorch_shell.assist.cursor import locate
from minitorch_shell.assist.indentation import STEP, indentation

_here = has_focus("DEFAULT_BUFFER")
_typing = _here & (emacs_insert_mode | vi_insert_mode)


def key_bindings(
    explain: Callable[[str], None], corrected: Callable[[], tuple[str, int] | None]
) -> KeyBindings:
    """The bindings of the shell.

    `explain` shows the help on a word. `corrected` gives the text in place of a faulty one, where
    it is known, and where the correction ends in it.
    """
    keys = KeyBindings()

    @keys.add("enter", filter=_here)
    def enter(event: KeyPressEvent) -> None:
        """Take the chosen completion, or run a complete text, or go on in a new line."""
        buffer = event.current_buffer
        state = buffer.complete_state
        if state is not None and state.current_completion is not None:
            buffer.complete_state = None
        elif is_complete(buffer.text) or given_up(buffer.text):
            buffer.complete_state = None
            buffer.validate_and_handle()
        else:
            new_line(buffer)

    @keys.add("escape", "enter", filter=_typing)
    def alt_enter(event: KeyPressEvent) -> None:
        """A new line, whatever stands there."""
        new_line(event.current_buffer)

    @keys.add("}", filter=_typing)
    @keys.add("]", filter=_typing)
    @keys.add(")", filter=_typing)
    def closing(event: KeyPressEvent) -> None:
        """A bracket that closes on a line of its own moves one step out."""
        buffer = event.current_buffer
        line = buffer.document.current_line_before_cursor
        if line and line.isspace():
            buffer.delete_before_cursor(len(line))
            buffer.insert_text(indentation(buffer.document.text_before_cursor)[STEP:])
        buffer.insert_text(event.data)

    @keys.add("tab", filter=_typing & Condition(_in_the_margin))
    def tab(event: KeyPressEvent) -> None:
        """At the start of a later line: move in."""
        event.current_buffer.insert_text(" " * STEP)

    @keys.add("tab", filter=_typing & ~Condition(_in_the_margin))
    def complete(event: KeyPressEvent) -> None:
        """Take the only offer, or what all have in common and open the menu, or go down in it."""
        buffer = event.current_buffer
        state = buffer.complete_state
        opens = state is None or not state.completions
        if state is None or opens:
            state = _offers(buffer)
        if len(state.completions) == 1:
            buffer.apply_completion(state.completions[0])
        elif state.completions and opens:
            common = get_common_complete_suffix(buffer.document, state.completions)
            buffer.insert_text(common)
            buffer.complete_state = _offers(buffer) if common else state
        elif state.completions:
            buffer.complete_next()

    @keys.add("f1")
    def help_key(event: KeyPressEvent) -> None:
        """Help on the word under the cursor, else on the command, else in general."""
        buffer = event.current_buffer
        word = word_at(buffer) or locate(buffer.document.text_before_cursor).command
        above(event.app, lambda: explain(word))

    @keys.add("f2", filter=_here)
    def correction_key(event: KeyPressEvent) -> None:
        """Take the corrected text that is shown below a faulty one, without running it."""
        buffer, better = event.current_buffer, corrected()
        if buffer.validation_error is not None and better is not None:
            buffer.document = Document(*better)

    @keys.add(Keys.BracketedPaste, filter=_here)
    def paste(event: KeyPressEvent) -> None:
        """Pasted text is one block; a whole program, to its last line end, runs at once."""
        buffer = event.current_buffer
        text = event.data.replace("\r\n", "\n").replace("\r", "\n").expandtabs(STEP)
        alone = not buffer.text
        if alone and text.endswith("\n") and is_complete(text):
            buffer.insert_text(text.rstrip("\n"))
            buffer.validate_and_handle()
        else:
            buffer.insert_text(text)

    return keys


def above(app: Application[Any], say: Callable[[], None]) -> None:
    """Let something be printed above the prompt, which is drawn again below it.

    At once: prompt_toolkit's `run_in_terminal` waits for the next turn of the event loop. A prompt
    that has ended by then leaves its successor deaf.
    """
    app.renderer.erase()
    with app.input.cooked_mode():
        say()
    app.renderer.reset()
    app.renderer.request_absolute_cursor_position()
    app.invalidate()


def given_up(text: str) -> bool:
    """Whether an unfinished text ends with an empty line: it will not go on.

    An open block may have empty lines in it, so it goes on.
    """
    opened, _ = unmatched_brackets(text)
    empty = "\n" in text and not text.rpartition("\n")[2].strip()
    return empty and all(piece.text != "{" for piece in opened)


def new_line(buffer: Buffer) -> None:
    """Break the line at the cursor and indent the new one."""
    before = buffer.document.text_before_cursor
    buffer.insert_text("\n" + indentation(before))


def _offers(buffer: Buffer) -> CompletionState:
    event = CompleteEvent(completion_requested=True)
    found = buffer.completer.get_completions(buffer.document, event)
    return CompletionState(buffer.document, list(found))


def _in_the_margin() -> bool:
    from prompt_toolkit.application import get_app

    document = get_app().current_buffer.document
    before = document.current_line_before_cursor
    return document.cursor_position_row > 0 and not before.strip()


def word_at(buffer: Buffer) -> str:
    """The word the cursor stands in or behind."""
    for match in re.finditer(r"[^\W\d]\w*", buffer.text):
        if match.start() <= buffer.cursor_position <= match.end():
            return match.group()
    return ""
