"""What stands where on the screen: the text with its menu and preview, a problem, the bar.

The text is drawn so that a key in a long one costs little. After each key prompt_toolkit asks of
every line in sight how high it is, what stands before it and what several processors make of it.
For most lines the answers are plain: a line that fits takes one row, all but the first have the
same prompt, and processors concern the lines with the cursor, a suggestion, a selection or a
bracket. `python -m benchmarks.startup` measures what a key costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prompt_toolkit.application import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition, has_focus, is_done, is_searching
from prompt_toolkit.formatted_text import StyleAndTextTuples, fragment_list_width
from prompt_toolkit.layout import (
    ConditionalContainer,
    Dimension,
    Float,
    FloatContainer,
    HSplit,
    Layout,
    Window,
    WindowAlign,
)
from prompt_toolkit.layout.controls import (
    BufferControl,
    FormattedTextControl,
    GetLinePrefixCallable,
    UIContent,
)
from prompt_toolkit.layout.menus import CompletionsMenu
from prompt_toolkit.layout.processors import (
    AppendAutoSuggestion,
    ConditionalProcessor,
    DisplayMultipleCursors,
    HighlightIncrementalSearchProcessor,
    HighlightMatchingBracketProcessor,
    HighlightSelectionProcessor,
    Processor,
    Transformation,
    TransformationInput,
    merge_processors,
)
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.widgets import SearchToolbar

PROMPT = "mt> "
CONTINUATION = "... "
MENU_HEIGHT = 6  # lines kept free for the completion menu
TALLEST_MENU = 12
ENOUGH = 24  # lines of text in sight; more only while a third of the screen is left

Fragments = Callable[[], StyleAndTextTuples]
_BRACKETS = frozenset("()[]{}")
_FIRST: StyleAndTextTuples = [("class:prompt", PROMPT)]
_LATER: StyleAndTextTuples = [("class:continuation", CONTINUATION)]


def layout(
    buffer: Buffer, search: Buffer, lexer: Lexer, preview: Fragments, problem: Fragments,
    bar: Fragments,
) -> Layout:  # fmt: skip
    """The screen of the prompt; the functions give what is to be shown at this moment."""
    searching = SearchToolbar(search)
    has_problem = Condition(lambda: buffer.validation_error is not None)
    text = Window(
        _Text(buffer, searching, lexer),
        height=lambda: _height(buffer),
        dont_extend_height=has_problem,
        wrap_lines=True,
        get_line_prefix=_prefix,
    )
    menu = CompletionsMenu(max_height=TALLEST_MENU, scroll_offset=1, extra_filter=has_focus(buffer))
    value = Window(FormattedTextControl(preview), height=1, align=WindowAlign.RIGHT)
    told = Window(FormattedTextControl(problem), wrap_lines=True, dont_extend_height=True)
    facts = Window(FormattedTextControl(bar), height=1, style="class:bottom-toolbar")
    rows = HSplit([
        FloatContainer(text, [
            Float(menu, xcursor=True, ycursor=True, transparent=True),
            Float(
                ConditionalContainer(value, Condition(lambda: bool(preview()))),
                right=0, top=0, hide_when_covering_content=True,
            ),
        ]),
        ConditionalContainer(told, has_problem & ~is_done),
        ConditionalContainer(searching, ~is_done),
        ConditionalContainer(facts, ~is_done),
    ])  # fmt: skip
    return Layout(rows, text)


def _height(buffer: Buffer) -> Dimension:
    """Room for the menu where it may open; of a high screen a part is left to earlier results."""
    if get_app().is_done:
        return Dimension()
    rows = get_app().output.get_size().rows
    menu = buffer.complete_while_typing() or buffer.complete_state is not None
    return Dimension(min=MENU_HEIGHT if menu else None, max=max(ENOUGH, rows * 2 // 3))


def _prefix(line: int, wrapped: int) -> StyleAndTextTuples:
    return _LATER if line or wrapped else _FIRST


class _Text(BufferControl):
    """The text that is typed."""

    def __init__(self, buffer: Buffer, searching: SearchToolbar, lexer: Lexer) -> None:
        super().__init__(
            buffer=buffer,
            search_buffer_control=searching.control,
            input_processors=[_WhereItShows(buffer)],
            include_default_input_processors=False,
            lexer=lexer,
            preview_search=True,
        )

    def create_content(self, width: int, height: int, preview_search: bool = False) -> UIContent:
        """The content, with heights that are not measured where they are plain."""
        content = super().create_content(width, height, preview_search)
        if is_searching():  # what is shown may be another text, of the history
            return content
        content.get_height_for_line = _heights(  # type: ignore[method-assign, assignment]
            content, self.buffer.document.lines
        )
        return content


def _heights(
    content: UIContent, lines: Sequence[str]
) -> Callable[[int, int, GetLinePrefixCallable | None, int | None], int]:
    """A stand-in for `content.get_height_for_line`, which is called with names too."""
    measure = content.get_height_for_line
    last = len(lines) - 1  # a suggestion may stand behind it
    prompt = fragment_list_width(_LATER)

    def height(
        lineno: int,
        width: int,
        get_line_prefix: GetLinePrefixCallable | None,
        slice_stop: int | None = None,
    ) -> int:
        if lineno != last and slice_stop is None:
            line = lines[lineno]
            if prompt + len(line) < width and line.isascii() and line.isprintable():
                return 1
        return measure(lineno, width, get_line_prefix, slice_stop)

    return height


class _WhereItShows(Processor):
    """Runs the processors of a text only on the lines where they can show something."""

    def __init__(self, buffer: Buffer) -> None:
        self.brackets = HighlightMatchingBracketProcessor()
        self.everything = merge_processors([
            HighlightIncrementalSearchProcessor(),
            HighlightSelectionProcessor(),
            ConditionalProcessor(AppendAutoSuggestion(), has_focus(buffer) & ~is_done),
            DisplayMultipleCursors(),
            self.brackets,
        ])  # fmt: skip

    def apply_transformation(self, asked: TransformationInput) -> Transformation:
        document = asked.document
        likely = asked.lineno in (document.cursor_position_row, document.line_count - 1)
        if likely or self._anywhere(asked):
            return self.everything.apply_transformation(asked)
        if not _BRACKETS.isdisjoint((document.current_char, document.char_before_cursor)):
            return self.brackets.apply_transformation(asked)
        return Transformation(asked.fragments)

    def _anywhere(self, asked: TransformationInput) -> bool:
        """Whether something is selected, searched for, or typed in several lines at once."""
        return bool(
            asked.document.selection
            or asked.buffer_control.buffer.multiple_cursor_positions
            or is_searching()
            or asked.buffer_control.search_state.text
        )
