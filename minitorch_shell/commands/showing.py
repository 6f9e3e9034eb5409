"""`show` and `vars`: the long form of a value, and the names of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.tensor import Tensor
from grammar import syntax
from minitorch_shell.commands.printing import emit
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.records import Description, Lines, Plain, Table
from minitorch_shell.session.labels import formula, labels, operation, session_number
from minitorch_shell.values.counts import counted
from minitorch_shell.values.data import DataSource, class_name
from minitorch_shell.values.description import data_text, plain
from minitorch_shell.values.function import Function
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network, describe_layer

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session

FIRST_ROWS = 5
MOST_COLUMNS = 12  # of data; the first and the last few are shown of more
WIDEST_VALUE = 40  # so that a row of `vars` fits into 80 columns


def show(session: Session, node_number: int, *what: Any) -> None:
    """`show z`: of a tensor its value, gradient and origin; of a network its layers.

    `show compiled net` shows the program that trains it.
    """
    if len(what) == 2:
        _show_compiled(session, what[1])
        return
    [value] = what
    digits = session.settings.digits
    if isinstance(value, Network):
        session.receive(network_table(value, digits))
    elif isinstance(value, Tensor):
        session.receive(tensor_table(session, value, _text(session, node_number), digits))
    elif isinstance(value, DataSource):
        session.receive(data_table(value.dataset(), digits))
    elif hasattr(value, "evaluation_rows"):
        session.receive(data_table(value, digits))
    elif isinstance(value, list) and value and all(isinstance(x, Tensor) for x in value):
        rows = tuple((f"[{place}]", tensor.data, tensor.grad) for place, tensor in enumerate(value))
        session.receive(Table(("", "value", "gradient"), rows, digits=digits))
    else:
        emit(session, value)


def _text(session: Session, node_number: int) -> str:
    """How the program writes what is shown."""
    node = session.node(node_number)
    assert isinstance(node, syntax.Command)
    return session.unit().source.slice(node.operands[-1].place)


def network_table(network: Network, digits: int) -> Table:
    """Layers, shapes and parameter counts."""
    rows: list[tuple[Plain, ...]] = []
    width: int | None = network.inputs
    for place, layer in enumerate(network.module):
        before = width
        width = Network(type(network.module)(layer)).outputs or width
        shape = f"{before if before is not None else 'any'} → {width if width else 'any'}"
        rows.append((f"[{place}]", describe_layer(layer), shape, len(layer.parameters())))
    total = counted(len(network.parameters()), "parameter")
    headings = ("", "layer", "inputs → outputs", "parameters")
    return Table(headings, tuple(rows), after=(f"{total} in all",), digits=digits)


def tensor_table(session: Session, tensor: Tensor, text: str, digits: int) -> Table:
    """Value, gradient, operation, and what it is made of."""
    names = labels(session)
    rows: list[tuple[Plain, ...]] = [("value", tensor.data), ("gradient", tensor.grad)]
    if tensor._prev:
        rows.append(("operation", operation(tensor)))
        for place, child in enumerate(tensor._prev):
            word = "made of" if place == 0 else ""
            value = session_number(child.data, digits)
            part = formula(child, names, digits)
            shown = value if part == value else f"{part} = {value}"
            if child.grad != 0.0:
                shown += f", gradient {session_number(child.grad, digits)}"
            rows.append((word, shown))
    else:
        rows.append(("operation", "none: it is a leaf"))
    return Table((names.get(id(tensor), text), ""), tuple(rows), digits=digits)


def data_table(data: Any, digits: int) -> Table:
    """Shape and first rows."""
    rows = data.evaluation_rows()[:FIRST_ROWS]
    cells: list[tuple[Plain, ...]] = []
    for inputs, target in rows:
        targets = target if isinstance(target, list) else [class_name(data, target) or target]
        cells.append((*inputs, *targets))
    columns = tuple(data.columns)
    if len(columns) > MOST_COLUMNS:
        columns = _shortened(columns)
        cells = [_shortened(row) for row in cells]
    left = len(data) - len(rows)
    after = (f"... and {counted(left, 'more row')}",)
    return Table(columns, tuple(cells), (data_text(data),), after if left else (), digits)


def _shortened(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:5], "...", *row[-4:])


def _show_compiled(session: Session, value: Any) -> None:
    """The straight-line Python that trains a network: one row forward, backward, one update.

    It is that of the network's last optimizer, or of plain gradient descent.
    """
    if not isinstance(value, Network):
        raise Trouble(
            "MT503", f"this is {kind_of(value)}, not a network", help="write `show compiled net`"
        )
    if value.inputs is None or not value.parameters():
        raise Trouble("MT507", "this network has no parameters to train",
                      help="give it a layer with weights, such as `linear`")  # fmt: skip
    from engine.compile import source
    from engine.losses import LOSSES
    from engine.optim import SGD
    from engine.training import default_loss

    optimizer = session.optimizers.get(value.module) or SGD(value.parameters())
    outputs = value.outputs or value.inputs
    target: float | list[float] = 0.0 if outputs == 1 else [1.0] + [0.0] * (outputs - 1)
    row = ([0.0] * value.inputs, target)
    loss = LOSSES[default_loss(value.module)]
    code = source(value.module, loss, optimizer, row)
    if code is None:
        raise Trouble(
            "MT507",
            "there is no compiled code for this network: it trains eagerly",
            help="it is too large, or a layer or the optimizer has none; the numbers are the same",
        )
    session.receive(Lines(tuple(code.splitlines()), "source"))


def show_names(session: Session) -> None:
    """`vars`: every name with its kind and value."""
    rows: list[tuple[Plain, ...]] = []
    for name, value in session.user_names().items():
        shown = plain(value)
        if isinstance(shown, Description):
            shown = shown._replace(text=" ".join(shown.text.split()))
        if isinstance(shown, list) and len(shown) > 8:
            shown = counted(len(shown), "element")
        if isinstance(shown, Description) and len(shown.text) > WIDEST_VALUE:
            shown = shown.text[: WIDEST_VALUE - 3] + "..."
        kind = "function" if isinstance(value, Function) else kind_of(value).split(" ", 1)[-1]
        grad: Plain = value.grad if isinstance(value, Tensor) else ""
        rows.append((name, kind, shown, grad))
    if not rows:
        session.receive(Lines(("no names yet: bind one with `x = 2`",), "vars"))
        return
    headings = ("name", "kind", "value", "gradient")
    session.receive(Table(headings, tuple(rows), digits=session.settings.digits, kind="vars"))
