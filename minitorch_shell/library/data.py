"""Functions of data sets: samples, splits, CSV files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from engine import tables
from engine.datasets import Dataset
from engine.tensor import Tensor
from minitorch_shell.library.operations import data_row
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.counts import whole
from minitorch_shell.values.data import as_data
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.vector import DataRow

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session


def sample(session: Session, data: Any) -> DataRow:
    """One random row: [inputs, target]."""
    return data_row(as_data(data).draw(1, session.random)[0])


def split(session: Session, data: Any, share: Any) -> DataRow:
    """Two finite sets, shuffled: `share` of the rows, and the rest."""
    number = getattr(share, "data", share)
    if not isinstance(number, float | int) or isinstance(number, bool):
        raise Trouble("MT302", f"the share of `split` is a number, not {kind_of(share)}")
    try:
        return DataRow(as_data(data).split(float(number), session.random))
    except ValueError as error:
        raise Trouble("MT501", str(error), help="write `a, b = split(data, 0.8)`") from None


def csv(
    session: Session, path: Any, target: Any = None, skip: Any = None, scale: Any = False
) -> Dataset:
    """The rows of a CSV file, with `target` (the last column by default) as what to predict."""
    from minitorch_shell.files.access import opener_for
    from minitorch_shell.files.troubles import cannot_read

    file = session.path_to_read(path)
    if not isinstance(scale, bool):
        raise Trouble("MT302", f"`scale` is true or false, not {kind_of(scale)}")
    wanted = None if target is None else _columns(target, "target")
    lines = isinstance(skip, float | int | Tensor) and not isinstance(skip, bool)
    skipped = whole(skip, "`skip` as a number of lines") if lines else _columns(skip or [], "skip")
    try:
        opener = opener_for(session.access)
        return tables.csv(file, target=wanted, skip=skipped, scale=scale, opener=opener)
    except OSError as error:
        raise cannot_read(file, error) from None
    except tables.DataError as error:
        name = os.path.basename(file)
        message = str(error) if str(error).startswith(name) else f"{name}, {error}"
        raise Trouble("MT509", message, help=_csv_help(error)) from None


def _columns(value: Any, option: str) -> list[str]:
    """The names of one column or of several."""
    names = value if isinstance(value, list) else [value]
    for name in names:
        if not isinstance(name, str):
            raise Trouble(
                "MT302",
                f"`{option}` names columns of the file, this is {kind_of(name)}",
                help=f'write `{option}="name"` or `{option}=["one", "two"]`',
            )
    return names


def _csv_help(error: tables.DataError) -> str:
    """What to do about a file that is no good."""
    if error.advice:
        return error.advice
    if error.row is not None and error.column is not None:
        return f'put a number there, delete the line, or write `skip="{error.column}"`'
    if error.row is not None:
        return "mend that line of the file"
    if error.column is not None:
        return "`target=` and `skip=` take names of the first line, in quotes"
    return "the first line names the columns, each line below it has a number for each of them"
