"""Results as lines of text."""

from __future__ import annotations

from minitorch_shell.rendering.fitting import help_lines, prose, visible
from minitorch_shell.rendering.problems import problem_lines
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.table import aligned, table_lines
from minitorch_shell.results.printed import number_text, value_text
from minitorch_shell.results.records import (
    FileReport,
    Lines,
    Picture,
    Problem,
    Progress,
    Result,
    Table,
    TestReport,
    TrainingReport,
    Value,
)

SHELL_ONLY = ("undo", "redo")  # what was taken back: told to a person, not to a pipe


def result_lines(result: Result, style: Style) -> list[str]:
    """The lines that show a result; strings of the program in them command no terminal."""
    if isinstance(result, Problem):
        return problem_lines(result, style)
    if isinstance(result, FileReport):
        return file_lines(result, style)
    return [visible(line) for line in _plain_lines(result, style)]


def _plain_lines(
    result: Value | Table | Lines | Picture | Progress | TrainingReport | TestReport, style: Style
) -> list[str]:
    if isinstance(result, Value):
        return value_lines(result, style)
    if isinstance(result, Table):
        return table_lines(result, style)
    if isinstance(result, Lines):
        return text_lines(result, style)
    if isinstance(result, Picture):
        return picture_lines(result, style)
    if isinstance(result, Progress):
        return [progress_line(result)] if result.report else []
    if isinstance(result, TrainingReport):
        return prose(training_line(result, style), style.columns)
    return test_lines(result, style)


def value_lines(value: Value, style: Style) -> list[str]:
    """The items with a space between; lists are broken between their elements.

    A terminal shows long lists shortened, unless they are printed.
    """
    shortened = style.columns is not None and value.origin == "expression"
    texts = (value_text(item, value.digits, shortened=shortened) for item in value.items)
    lines = " ".join(texts).split("\n")
    if not any(isinstance(item, list) for item in value.items):
        return lines  # what was printed as text stays as it is
    return [part for line in lines for part in prose(line, style.columns, indent=1)]


def text_lines(text: Lines, style: Style) -> list[str]:
    """Lines as they are; help is made to fit the terminal."""
    if text.kind in SHELL_ONLY:
        return []
    if text.kind != "help":
        return list(text.lines)
    return [part for line in text.lines for part in help_lines(line, style.columns)]


def picture_lines(picture: Picture, style: Style) -> list[str]:
    """The title and what is to be seen, in words."""
    lines = [picture.title, *picture.description] if picture.title else picture.description
    return [part for line in lines for part in prose(line, style.columns)]


def progress_line(progress: Progress) -> str:
    """`epoch 50/500  loss 0.2431`"""
    epoch = str(progress.epoch).rjust(len(str(progress.epochs)))
    line = f"epoch {epoch}/{progress.epochs}  loss {number_text(progress.loss)}"
    if progress.validation_loss is not None:
        line += f"  validation {number_text(progress.validation_loss)}"
    return line


def _short(loss: float) -> str:
    """A loss with four decimals, or more digits where those would hide it."""
    return f"{loss:.4f}" if 0.001 <= abs(loss) < 1e6 or loss == 0 else f"{loss:.2g}"


def _score(correct: int | None, rows: int | None, score: float | None) -> str:
    if correct is not None:
        return f", accuracy {correct}/{rows}"
    if score is not None and score == score:
        return f", R² {score:.3f}" if abs(score) < 1e6 else f", R² {score:.2g}"
    return ""


def training_line(report: TrainingReport, style: Style) -> str:
    """The one line at the end of a run."""
    epochs = f"{report.epochs} epoch{'' if report.epochs == 1 else 's'}"
    arrow = style.box("→")
    verb = "trained" if report.stopped != "interrupted" else "stopped training"
    return (
        f"{verb} {report.network} on {report.data}: {epochs}, "
        f"loss {_short(report.first_loss)} {arrow} {_short(report.last_loss)} "
        f"({report.loss_name}){_score(report.correct, report.rows, report.score)}"
        f"{_validation(report)}{_missed(report)}{'  ' * bool(report.curve)}{report.curve}"
    )


def _validation(report: TrainingReport) -> str:
    """` (validation 19/20)`, in the terms of the score that stands before it."""
    text = _score(report.validation_correct, report.validation_rows, report.validation_score)
    return f" (validation {text.split(' ')[-1]})" if text else ""


def _missed(report: TrainingReport) -> str:
    return "" if report.missed is None else f", until={report.missed:g} was not reached"


def test_lines(report: TestReport, style: Style) -> list[str]:
    """The head line, each row of a small set, and the confusion table."""
    digits = report.digits
    lines = prose(
        f"tested {report.network} on {report.data}: {report.rows} rows, "
        f"loss {number_text(report.loss, digits)} ({report.loss_name})"
        f"{_score(report.correct, report.rows, report.score)}",
        style.columns,
    )
    if report.predictions:
        judged = any(right is not None for *_, right in report.predictions)
        rows = [["inputs", "target", "prediction"] + ([""] if judged else [])]
        for inputs, target, given, right in report.predictions:
            cells = [value_text(cell, min(digits, 4)) for cell in (inputs, target, given)]
            rows.append(cells + ([style.box("✓" if right else "✗")] if judged else []))
        lines += ["", *aligned(rows, style.columns)]
    if report.confusion:
        counts = [
            [f"target {name}", *map(str, row)]
            for name, row in zip(report.classes, report.confusion, strict=True)
        ]
        heading = ["", *(f"said {name}" for name in report.classes)]
        lines += ["", *aligned([heading, *counts], style.columns)]
    return lines


def file_lines(report: FileReport, style: Style) -> list[str]:
    """The line of a tested file, and below it what should have been printed and what was."""
    word = style.paint("pass", "good") if report.passed else style.paint("FAIL", "bad")
    compared = f"{report.compared} output{'' if report.compared == 1 else 's'} compared"
    if not report.compared:
        compared = "nothing to compare"
    if report.errors:
        stopped = "stopped by an error" if report.readable else "cannot be read"
        compared = f"{compared}, then {stopped}" if report.compared else stopped
    lines = [f"{word} {visible(report.file)} ({compared})"]
    for mismatch in report.mismatches:
        lines.append(f"  line {mismatch.line}")
        for title, texts, kind in (
            ("expected", mismatch.expected, "good"),
            ("got", mismatch.got or ("(nothing)",), "bad"),
        ):
            for number, text in enumerate(texts):
                head = title if number == 0 else ""
                lines.append(f"    {head:9} {style.paint(visible(text), kind)}".rstrip())
    return lines
