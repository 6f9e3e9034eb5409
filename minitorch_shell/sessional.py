"""Built-in functions that need the session: its random numbers, its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from engine import evaluation, tables
from minitorch_shell.data import as_data
from minitorch_shell.functions import network_of
from minitorch_shell.runtime import data_row
from minitorch_shell.trouble import Trouble
from minitorch_shell.values import DataRow, Network, kind_of

if TYPE_CHECKING:
    from minitorch_shell.session import Session

F = TypeVar("F", bound=Callable[..., Any])


def with_session(function: F) -> F:
    """Mark a function that gets the session before its arguments."""
    function.needs_session = True  # type: ignore[attr-defined]
    return function


@with_session
def sample(session: Session, data: Any) -> DataRow:
    """One random row: [inputs, target]."""
    return data_row(as_data(data).draw(1, session.random)[0])


@with_session
def split(session: Session, data: Any, share: Any) -> DataRow:
    """Two finite sets, shuffled: `share` of the rows, and the rest."""
    number = getattr(share, "data", share)
    if not isinstance(number, float | int) or isinstance(number, bool):
        raise Trouble("MT302", f"the share of `split` is a number, not {kind_of(share)}")
    try:
        return DataRow(as_data(data).split(float(number), session.random))
    except ValueError as error:
        raise Trouble("MT501", str(error), help="write `a, b = split(data, 0.8)`") from None


@with_session
def accuracy(session: Session, net: Any, data: Any) -> float:
    """The share of rows that the network classifies rightly."""
    module = network_of(net, "accuracy").module
    rows = as_data(data)
    try:
        found = evaluation.evaluate(module, rows).accuracy
    except ValueError as error:
        raise Trouble("MT505", str(error)) from None
    if found is None:
        raise Trouble(
            "MT508",
            f"{rows.name} is a regression, which has no accuracy",
            help="`test` shows the loss and R²",
        )
    return found


@with_session
def load(session: Session, path: Any) -> Network:
    """The network in a file that `save` wrote, its optimizer ready to go on."""
    from minitorch_shell.files import load_network

    return load_network(session, path)


@with_session
def csv(
    session: Session, path: Any, target: Any = None, skip: Any = None, scale: Any = False
) -> Any:
    """A data set from a CSV file."""
    from minitorch_shell.files import path_text

    text = path_text(session, path)
    skipped = [skip] if isinstance(skip, str) else skip or []
    try:
        return tables.csv(text, target=target, skip=skipped, scale=scale)
    except OSError as error:
        raise Trouble("MT601", f"cannot read {text}: {error.strerror}") from None
    except ValueError as error:
        raise Trouble("MT509", f"{Path(text).name}: {error}") from None
