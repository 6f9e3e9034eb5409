"""Errors and notes as text: the excerpt with carets, the help below it."""

from __future__ import annotations

from collections.abc import Iterator

from minitorch_shell.rendering.fitting import NARROWEST, pictured, prose, visible
from minitorch_shell.rendering.style import Style
from minitorch_shell.results.records import Place, Problem


def problem_lines(problem: Problem, style: Style) -> list[str]:
    """A problem in the form of a compiler's message (after rustc and numbat)."""
    colour = "error" if problem.severity == "error" else "note"
    head = f"{problem.severity}[{problem.code}]"
    first, *later = prose(visible(problem.message), style.columns, lead=len(head) + 2)
    lines = [f"{style.paint(head, colour)}: {style.paint(first, 'strong')}"]
    lines.extend(style.paint(line, "strong") for line in later)
    marks = [(place, label, False) for place, label in problem.related]
    if problem.place is not None:
        marks.append((problem.place, problem.label, True))
    # A note says what happened; where it says nothing about the place, the excerpt is left out.
    if marks and problem.place is not None:
        excerpt = list(_excerpt(problem.place, marks, style, colour))
        lines.extend(excerpt if problem.help else excerpt[:-1])  # the last one leads to the help
    gutter = " " * (_number_width(marks) + 1) if marks else "  "
    help_word = style.paint("help", "help")
    lead = len(gutter) + len("= help: ")
    for text in problem.help:
        first, *later = prose(visible(text), style.columns, lead=lead, indent=len(gutter) + 2)
        lines += [f"{gutter}{style.box('=')} {help_word}: {first}", *later]
    return lines


WIDEST = 160  # characters of an excerpt

Mark = tuple[Place, str, bool]  # where, what to say there, whether it is the main one


def _number_width(marks: list[Mark]) -> int:
    return max(len(str(place.line)) for place, _, _ in marks)


def _excerpt(main: Place, marks: list[Mark], style: Style, colour: str) -> Iterator[str]:
    name = visible(main.file)
    pad = " " * _number_width(marks)
    bar, corner = style.box("│"), style.box("┌─")
    gutter = len(pad) + len(" │ ")
    room = WIDEST if style.columns is None else max(min(WIDEST, style.columns - gutter), NARROWEST)
    yield f"{pad} {style.paint(corner, 'frame')} {name}:{main.line}:{main.column}"
    yield f"{pad} {style.paint(bar, 'frame')}"
    shown: list[tuple[str, int]] = []
    for place, _, _ in marks:
        if (place.file, place.line) not in shown:
            shown.append((place.file, place.line))
    for file, line in sorted(shown, key=lambda key: (key[0] != main.file, key[1])):
        here = sorted(
            (mark for mark in marks if (mark[0].file, mark[0].line) == (file, line)),
            key=lambda mark: mark[0].column,
        )
        if file != main.file:
            at = f"{visible(file)}:{line}:{here[0][0].column}"
            yield f"{pad} {style.paint(corner, 'frame')} {at}"
        text, start = _window(here[0][0].text, here, room, style)
        number = str(line).rjust(len(pad))
        yield f"{style.paint(number, 'frame')} {style.paint(bar, 'frame')} {text}"
        for mark in here:
            for said in _marked(mark, text, start, room, style):
                painted = style.paint(said.lstrip(), colour if mark[2] else "related")
                lead = " " * (len(said) - len(said.lstrip()))
                yield f"{pad} {style.paint(bar, 'frame')} {lead}{painted}"
    yield f"{pad} {style.paint(bar, 'frame')}"


def _window(text: str, marks: list[Mark], room: int, style: Style) -> tuple[str, int]:
    """A line cut to what can be read around its marks, and how much is cut on the left.

    Dots stand in the place of the characters at a cut.
    """
    text = pictured(text)
    first = min(place.column for place, _, _ in marks) - 1
    last = max(place.column - 1 + place.length for place, _, _ in marks)
    start = 0 if len(text) <= room or last <= room * 3 // 4 else max(0, first - room // 2)
    shown, dots = text[start : start + room], style.box("…")
    if start:
        shown = dots + shown[len(dots) :]
    if start + room < len(text):
        shown = shown[: -len(dots)] + dots
    return shown, start


def _marked(mark: Mark, shown: str, start: int, room: int, style: Style) -> list[str]:
    """The carets below a place and what they say; it stands lower where there is no room."""
    place, label, is_main = mark
    label = visible(label)
    column = place.column - 1 - start
    lead = style.width(shown[:column])
    marked = shown[column : column + place.length]
    width = max(1, style.width(marked), place.length if not marked else 1)
    carets = " " * lead + ("^" if is_main else "-") * min(width, max(1, room - lead))
    if style.columns is None or len(carets) + 1 + len(label) <= room:
        return [f"{carets} {label}".rstrip()]
    lines = prose(label, room, indent=0)
    shift = max(0, min(lead, room - max(map(len, lines))))
    return [carets, *(" " * shift + line for line in lines)]
