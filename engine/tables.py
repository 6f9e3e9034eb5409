"""Data from outside: rows written out in a program, and CSV files.

Whatever is wrong with them is a `DataError` that says where.
"""

import csv as csv_files
import os
import re
from collections.abc import Callable, Sequence
from io import StringIO
from math import fsum, isfinite, sqrt
from typing import Any

from engine.datasets import Dataset, Row
from engine.tensor import Tensor

LARGEST_FILE = 10_000_000  # bytes; every number becomes a Python object of three times its size


class DataError(ValueError):
    """Data that cannot be used. `row` is the line of the file, or the number of the row from 1
    (None where it is the whole), `column` the column's name or None, `advice` what to do about it
    where that is more than to mend the place.
    """

    def __init__(
        self, message: str, row: int | None = None, column: str | None = None, advice: str = ""
    ) -> None:
        super().__init__(message)
        self.row = row
        self.column = column
        self.advice = advice


def as_dataset(data: Dataset | Sequence[Any]) -> Dataset:
    """`data` itself when it is a data set, else a set of the written-out rows."""
    return data if isinstance(data, Dataset) else from_rows(data)


def from_rows(rows: Sequence[Any], name: str = "data") -> Dataset:
    """A set of rows [inputs, target], as in [[[0, 0], 0], [[0, 1], 1]].

    Inputs and target are a number (or tensor) or a list of them; arrays count as lists. DataError
    names the first row that has another form or another width than the first.
    """
    rows = _listed(rows)
    if not isinstance(rows, list | tuple):
        raise DataError(f"data is a list of rows [inputs, target], not {rows!r}")
    if not rows:
        raise DataError("this data has no rows")
    clean: list[Row] = []
    for number, row in enumerate(map(_listed, rows), 1):
        if not isinstance(row, list | tuple) or len(row) != 2:
            raise DataError(f"row {number} is not of the form [inputs, target]", number)
        inputs = _numbers(row[0], number, "inputs")
        target = _numbers(row[1], number, "target")
        if clean and len(inputs) != len(clean[0][0]):
            raise DataError(
                f"row {number} has {len(inputs)} inputs, row 1 has {len(clean[0][0])}", number
            )
        if clean and len(target) != len(_as_list(clean[0][1])):
            raise DataError(
                f"row {number} has {len(target)} targets, row 1 has another number", number
            )
        clean.append((inputs, target if len(target) > 1 else target[0]))
    return _classified(name, clean, ())


def _listed(value: Any) -> Any:
    """Arrays and numbers of NumPy and its like as lists and numbers of Python."""
    return value.tolist() if hasattr(value, "tolist") else value


def _as_list(target: float | list[float]) -> list[float]:
    return target if isinstance(target, list) else [target]


def _numbers(part: Any, row: int, what: str) -> list[float]:
    part = _listed(part)
    parts = part if isinstance(part, list | tuple) else [part]
    if not parts:
        raise DataError(f"row {row} has no {what}", row)
    numbers = []
    for value in parts:
        value = value.data if isinstance(value, Tensor) else _listed(value)
        if not isinstance(value, int | float):
            shown = repr(value) if value is None or isinstance(value, str) else type(value).__name__
            raise DataError(f"row {row}: {shown} in the {what} is not a number", row)
        if not isfinite(value):
            raise DataError(f"row {row}: {value} in the {what} is not finite", row)
        numbers.append(float(value))
    return numbers


def _classified(
    name: str, rows: list[Row], columns: Sequence[str], class_names: Sequence[str] = ()
) -> Dataset:
    """The set, with two classes when every target is 0 or 1, or every one -1 or 1."""
    if class_names:
        labels = (0.0, 1.0) if len(class_names) == 2 else None
        return Dataset(name, rows, len(class_names), labels, columns, class_names)
    values = {target for _, target in rows if not isinstance(target, list)}
    for labels in ((0.0, 1.0), (-1.0, 1.0)):
        if len(values) == 2 and values == set(labels):
            return Dataset(name, rows, 2, labels, columns)
    return Dataset(name, rows, None, None, columns)


def csv(
    path: str | os.PathLike[str],
    target: str | Sequence[str] | None = None,
    skip: str | Sequence[str] | int = (),
    scale: bool = False,
    opener: Callable[[str, int], int] | None = None,
) -> Dataset:
    """A data set from a CSV file with a header row; `,`, `;` or tab between the columns.

    Between `;` or tabs a decimal comma (`1,5`) is as good as a point, as spreadsheets write it in
    many countries: all numbers of the file must have the same mark, and it must be clear that the
    comma is no mark of thousands, as it may be in `1,234`.

    `target` names the column to predict (several as a list; the last column by default). A target
    of texts becomes class numbers in alphabetical order (`class_names`). `skip` names columns to
    leave out, or says how many lines to pass over before the header. `scale=True` brings every
    input column to mean 0 and standard deviation 1. The file is opened with `opener`, as by `open`.

    Raises DataError, which carries the line of the file and the column, and OSError when the file
    cannot be read.
    """
    name = os.path.basename(os.fspath(path))
    passed = skip if isinstance(skip, int) and not isinstance(skip, bool) else 0
    header, lines, separator = _read_table(path, name, passed, opener)
    skipped = [] if isinstance(skip, int) else [skip] if isinstance(skip, str) else list(skip)
    wanted = [header[-1]] if target is None else [target] if isinstance(target, str) else target
    targets = [_column(header, column, name) for column in wanted]
    left_out = {_column(header, column, name) for column in skipped} | set(targets)
    inputs = [place for place in range(len(header)) if place not in left_out]
    if not inputs or not targets:
        raise DataError(f"{name} has no column left for the {'inputs' if targets else 'target'}")

    lines = _with_points(lines, [*inputs, *targets], header, separator)
    class_names: list[str] = []
    if len(targets) == 1 and not any(_is_number(cells[targets[0]]) for _, cells in lines):
        class_names = _class_names(lines, targets[0], header)
    numbers = {text: float(number) for number, text in enumerate(class_names)}
    rows: list[Row] = []
    for line, cells in lines:
        values = [_cell(cells[place], line, header[place]) for place in inputs]
        if class_names:
            rows.append((values, numbers[cells[targets[0]].strip()]))
            continue
        wishes = [_cell(cells[place], line, header[place]) for place in targets]
        rows.append((values, wishes if len(wishes) > 1 else wishes[0]))
    if scale:
        rows = _scaled(rows)
    columns = [header[place] for place in [*inputs, *targets]]
    return _classified(name, rows, columns, class_names)


def _read_table(
    path: str | os.PathLike[str],
    name: str,
    passed: int,
    opener: Callable[[str, int], int] | None,
) -> tuple[list[str], list[tuple[int, list[str]]], str]:
    """The header, the rows with the number of the line on which each ends, the separator."""
    with open(path, "rb", opener=opener) as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise DataError(f"{name} is larger than {LARGEST_FILE // 1_000_000} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        advice = "save it anew in UTF-8; spreadsheets call that `CSV UTF-8`"
        raise DataError(
            f"{name} is not a text file in UTF-8 (line {line})", line, advice=advice
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DataError(f"{name} is not a text file (line {line})", line)
    text = "".join(text.splitlines(keepends=True)[passed:])
    named = _SEPARATOR.match(text)
    if named:
        text, passed = text[named.end() :], passed + 1
    first = text.partition("\n")[0]
    separator = named[1] if named else max(",;\t", key=first.count)
    reader = csv_files.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        table = [
            (reader.line_num + passed, cells) for cells in reader if any(map(str.strip, cells))
        ]
    except csv_files.Error as error:
        line = reader.line_num + passed
        raise DataError(f"{name}, line {line}: {error}", line) from None
    if not table:
        raise DataError(f"{name} is empty")
    header = [cell.strip() for cell in table[0][1]]
    _check_header(header, table[0][0], name, separator)
    for line, cells in table[1:]:
        if len(cells) != len(header):
            raise DataError(
                f"{name}, line {line} has {len(cells)} cells, the header has {len(header)}", line
            )
    if len(table) == 1:
        raise DataError(f"{name} has a header but no rows")
    return header, table[1:], separator


# Excel's first line `sep=;`, and numbers with a decimal comma, with a point, perhaps of thousands.
_SEPARATOR = re.compile(r'"?sep=([,;\t])"?[ ,;\t]*\r?\n', re.IGNORECASE)
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_POINT = re.compile(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?")
_PERHAPS_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:\.\d{3})+(?:,\d+)?|(?:,\d{3})+(?:\.\d+)?)")


def _with_points(
    lines: list[tuple[int, list[str]]], places: Sequence[int], header: list[str], separator: str
) -> list[tuple[int, list[str]]]:
    """The rows with points for decimal commas; DataError where it is not clear what they are.

    In a file with `,` between its columns a comma in a number is mostly a mark of thousands; in
    one with `;`, of a country with decimal commas, a point may be one.
    """
    if separator == ",":
        return lines
    cells = [(line, place, row[place].strip()) for line, row in lines for place in places]
    commas = [cell for cell in cells if _COMMA.fullmatch(cell[2])]
    points = [cell for cell in cells if _POINT.fullmatch(cell[2])]
    thousands = all(_PERHAPS_THOUSANDS.fullmatch(text) for _, _, text in points)
    if not commas:
        if points and thousands and separator == ";":
            raise _unclear_points(*points[0], header)
        return lines
    line, place, text = commas[0]
    if points:
        advice = "write all decimals with a point, or all with a comma"
        if thousands:
            advice = f"write thousands plainly: `{points[0][2].replace('.', '')}`; else {advice}"
        raise DataError(
            f"line {line}: {text!r} in {header[place]!r} has a decimal comma, {points[0][2]!r} in "
            f"line {points[0][0]} has a point",
            line, header[place], advice,
        )  # fmt: skip
    if all(_PERHAPS_THOUSANDS.fullmatch(text) for _, _, text in commas):
        number = text.replace(",", "")
        raise DataError(
            f"line {line}: {text!r} in {header[place]!r} may be {text.replace(',', '.')} or "
            f"{number}",
            line, header[place], f"write decimals with a point, and thousands plainly: `{number}`",
        )  # fmt: skip
    used = set(places)
    return [
        (
            line,
            [
                cell.replace(",", ".") if place in used and _COMMA.fullmatch(cell.strip()) else cell
                for place, cell in enumerate(row)
            ],
        )
        for line, row in lines
    ]


def _unclear_points(line: int, place: int, text: str, header: list[str]) -> DataError:
    """The error of a file whose points may all mark thousands, as in `1.000`."""
    number = text.replace(".", "")
    return DataError(
        f"line {line}: {text!r} in {header[place]!r} may be {float(text)} or {number}",
        line, header[place],
        f"write thousands plainly: `{number}`; if these are decimals, write them with a comma and "
        f"one more digit: `{text.replace('.', ',')}0`",
    )  # fmt: skip


def _check_header(header: list[str], line: int, name: str, separator: str) -> None:
    if all(map(_is_number, header)):
        inputs = [f"x{place}" for place in range(1, len(header))]
        if len(inputs) > 12:
            inputs[2:-1] = ["..."]
        names = separator.join([*inputs, "y"])
        raise DataError(
            f"{name} has numbers where the names of the columns should be", line,
            advice=f"put a line before it that names them: `{names}`",
        )  # fmt: skip
    for place, column in enumerate(header):
        if not column:
            raise DataError(
                f"{name}: column {place + 1} has no name", line,
                advice=f"write a name there in line {line}, or remove the column",
            )  # fmt: skip
        if column in header[:place]:
            raise DataError(
                f"{name} has two columns called {column!r}", line, column,
                f"give one of them another name in line {line} of the file",
            )  # fmt: skip


def _column(header: list[str], column: str, name: str) -> int:
    if column not in header:
        raise DataError(
            f"{name} has no column {column!r}; it has {', '.join(header)}", None, column
        )
    return header.index(column)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _without_thousands(text: str) -> str:
    """What to do about `1.234,5` or `1,234,567`; "" where it is something else."""
    if not _THOUSANDS.fullmatch(text):
        return ""
    mark = next(character for character in text if character in ".,")
    named = "commas" if mark == "," else "points"
    return f"leave the {named} between thousands out: `{text.replace(mark, '')}`"


def _cell(text: str, line: int, column: str) -> float:
    """The number in a cell, or a DataError with its place."""
    if not text.strip():
        raise DataError(f"line {line}: the value of {column!r} is missing", line, column)
    if not _is_number(text):
        raise DataError(
            f"line {line}: {text.strip()!r} in {column!r} is no number",
            line, column, _without_thousands(text.strip()),
        )  # fmt: skip
    if not isfinite(float(text)):
        raise DataError(f"line {line}: {text.strip()} in {column!r} is not finite", line, column)
    return float(text)


def _class_names(
    lines: Sequence[tuple[int, list[str]]], place: int, header: list[str]
) -> list[str]:
    for line, cells in lines:
        if not cells[place].strip():
            column = header[place]
            raise DataError(f"line {line}: the value of {column!r} is missing", line, column)
    names = sorted({cells[place].strip() for _, cells in lines})
    if len(names) == 1:
        raise DataError(f"{header[place]!r} is {names[0]!r} in every row", None, header[place])
    return names


def _scaled(rows: list[Row]) -> list[Row]:
    """Input columns with mean 0 and standard deviation 1; a constant column becomes 0."""
    columns = []
    for values in zip(*(inputs for inputs, _ in rows), strict=True):
        try:  # fsum, not sum: Python 3.12 changed how that one rounds
            mean = fsum(values) / len(values)
            deviation = sqrt(fsum((value - mean) ** 2 for value in values) / len(values))
        except OverflowError:
            raise DataError("the numbers are too large to be scaled") from None
        columns.append([(value - mean) / (deviation or 1.0) for value in values])
    targets = [target for _, target in rows]
    scaled = zip(*columns, strict=True)
    return [(list(inputs), target) for inputs, target in zip(scaled, targets, strict=True)]
