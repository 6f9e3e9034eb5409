"""What the keys do, beyond what prompt_toolkit gives them."""

from __future__ import annotations

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import emacs_insert_mode, has_focus, vi_insert_mode
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent

from grammar.scan import is_complete
from minitorch_shell.shell.indent import STEP, indentation

_typing = has_focus("DEFAULT_BUFFER") & (emacs_insert_mode | vi_insert_mode)


def key_bindings() -> KeyBindings:
    """The bindings of the shell."""
    keys = KeyBindings()

    @keys.add("enter", filter=_typing)
    def enter(event: KeyPressEvent) -> None:
        """Run a complete text; go on in a new line while something is open."""
        buffer = event.current_buffer
        if is_complete(buffer.text):
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

    return keys


def new_line(buffer: Buffer) -> None:
    """Break the line at the cursor and indent the new one."""
    before = buffer.document.text_before_cursor
    buffer.insert_text("\n" + indentation(before))
