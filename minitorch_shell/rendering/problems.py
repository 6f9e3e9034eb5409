"""Errors and notes as text: the excerpt with carets, the help below it."""

from __future__ import annotations

from collections.abc import Iterator

from minitorch_shell.rendering.style import Style
from minitorch_shell.results import Place, Problem


def problem_lines(problem: Problem, style: Style) -> list[str]:
    """A problem in the form of a compiler's message (after rustc and numbat)."""
    colour = "error" if problem.severity == "error" else "note"
    head = style.paint(f"{problem.severity}[{problem.code}]", colour)
    lines = [f"{head}: {style.paint(problem.message, 'strong')}"]
    marks = [(place, label, False) for place, label in problem.related]
    if problem.place is not None:
        marks.append((problem.place, problem.label, True))
    # A note says what happened; where it says nothing about the place, the excerpt is left out.
    if marks and problem.place is not None:
        excerpt = list(_excerpt(problem.place, marks, style, colour))
        lines.extend(excerpt if problem.help else excerpt[:-1])  # the last one leads to the help
    gutter = " " * (_number_width(marks) + 1) if marks else "  "
    help_word = style.paint("help", "help")
    lines.extend(f"{gutter}{style.box('=')} {help_word}: {line}" for line in problem.help)
    return lines


Mark = tuple[Place, str, bool]  # where, what to say there, whether it is the main one


def _number_width(marks: list[Mark]) -> int:
    return max(len(str(place.line)) for place, _, _ in marks)


def _excerpt(main: Place, marks: list[Mark], style: Style, colour: str) -> Iterator[str]:
    pad = " " * _number_width(marks)
    bar, corner = style.box("│"), style.box("┌─")
    yield f"{pad} {style.paint(corner, 'frame')} {main.file}:{main.line}:{main.column}"
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
            yield f"{pad} {style.paint(corner, 'frame')} {file}:{line}:{here[0][0].column}"
        text, _ = _window(here[0][0].text, here)
        number = str(line).rjust(len(pad))
        yield f"{style.paint(number, 'frame')} {style.paint(bar, 'frame')} {text}"
        for place, label, is_main in here:
            _, start = _window(place.text, here)
            column = place.column - 1 - start
            lead = " " * style.width(place.text[start : start + column])
            sign = "^" if is_main else "-"
            marked = place.text[place.column - 1 : place.column - 1 + place.length]
            carets = sign * max(1, style.width(marked), place.length if not marked else 1)
            painted = style.paint(f"{carets} {label}".rstrip(), colour if is_main else "related")
            yield f"{pad} {style.paint(bar, 'frame')} {lead}{painted}".rstrip()
    yield f"{pad} {style.paint(bar, 'frame')}"


WIDEST = 160


def _window(text: str, marks: list[Mark]) -> tuple[str, int]:
    """A line cut to what can be read around its marks, and how much is cut on the left."""
    text = text.replace("\t", " ")
    if len(text) <= WIDEST:
        return text, 0
    first = min(place.column for place, _, _ in marks) - 1
    start = max(0, first - WIDEST // 2)
    return text[start : start + WIDEST], start
