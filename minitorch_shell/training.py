"""`train` and `test`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from engine import evaluation, training
from engine.datasets import Dataset
from engine.graph import reachable
from engine.losses import LOSSES
from engine.optim import OPTIMIZERS, Optimizer
from grammar import syntax
from minitorch_shell import diagnosis
from minitorch_shell.catalogue.options import known_options
from minitorch_shell.checks.options import no_option, no_word, not_a_word
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.records import Progress, TestReport, TrainingReport
from minitorch_shell.training_advice import (
    list_of_layers,
    misfit,
    not_a_number,
    on_which_data,
    usual,
)
from minitorch_shell.values.counts import whole
from minitorch_shell.values.data import as_data, class_name
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network
from minitorch_shell.values.vector import Vector

if TYPE_CHECKING:
    from minitorch_shell.session import Session

REPORTS = 10  # about so many lines of progress a run
FULL_TABLE = 32  # `test` shows each row of sets up to this size


Options = tuple[tuple[str, Any, int], ...]  # name, value, number of the node


def train_statement(
    session: Session, node_number: int, network: Any, data: Any, options: Options
) -> None:
    """`train [NET on] DATA option=value ...`"""
    statement = _node(session, node_number)
    assert isinstance(statement, syntax.Train)
    chosen = _read_options(session, options, known_options("train"), "train")
    name, net = choose_network(session, statement, network)
    rows = _rows(session, statement, data)
    check_widths(statement, net, rows)
    earlier = session.optimizers.get(net.module)
    optimizer = _optimizer(session, net, chosen)
    moved = [optimizer] if earlier is None else [optimizer, earlier]  # they may share their state
    epochs = _count(chosen, "epochs", 100, 0)
    every = _count(chosen, "every", max(1, epochs // REPORTS), 1)
    loss_name = _word(chosen, "loss", tuple(LOSSES), training.default_loss(net.module))
    before = diagnosis.before_training(net, rows, loss_name, optimizer)
    reporter = _Reporter(session, epochs, every, "every" in chosen)
    started = time.perf_counter()
    tensors = reachable([*net.parameters(), *optimizer.parameters])
    try:
        with session.journal.writing(tensors, tensors, moved):
            result = training.train(
                net.module,
                rows,
                optimizer=optimizer,
                loss=loss_name,
                epochs=epochs,
                batch=_batch(chosen),
                until=_number(chosen, "until"),
                validation=_validation(chosen),
                random=session.random,
                on_epoch=reporter,
                engine=session.settings.engine,  # type: ignore[arg-type]
            )
    except ValueError as error:
        raise misfit(error, statement) from None
    session.journal.stays()
    if isinstance(statement.data, syntax.Name):
        session.trained_on[net.module] = statement.data.name
    seconds = time.perf_counter() - started
    session.names["losses"] = Vector(result.losses)
    report = _report(session, name, net, rows, loss_name, result, seconds)
    session.receive(report)
    diagnosis.after_training(
        session, statement, net, rows, result, optimizer, epochs, before, report
    )
    if result.stopped == "interrupted":
        raise KeyboardInterrupt


class _Reporter:
    """Sends a `Progress` after each epoch; marks the first, the last and every n-th."""

    def __init__(self, session: Session, epochs: int, every: int, asked: bool) -> None:
        self.receive = session.receive
        self.asked = asked
        self.epochs = epochs
        self.every = every
        self.losses: list[float] = []
        self.started = time.perf_counter()
        self.shown = self.started

    def __call__(self, epoch: int, loss: float, validation_loss: float | None) -> None:
        self.losses.append(loss)
        due = epoch == 1 or epoch % self.every == 0 or epoch == self.epochs
        now = time.perf_counter()
        if not due and now - self.shown < 0.05:
            return  # a live display needs no more than 20 frames a second
        self.shown = now
        seconds = now - self.started
        self.receive(
            Progress(
                epoch, self.epochs, loss, validation_loss, self.losses, seconds, due, self.asked
            )
        )


def _report(
    session: Session,
    name: str,
    net: Network,
    rows: Dataset,
    loss_name: str,
    result: training.TrainingResult,
    seconds: float,
) -> TrainingReport:
    losses = result.losses
    judged = evaluation.evaluate(net.module, rows, loss_name)
    return TrainingReport(
        network=name,
        data=rows.name,
        epochs=result.epochs_done,
        first_loss=losses[0] if losses else judged.loss,
        last_loss=losses[-1] if losses else judged.loss,
        loss_name=loss_name,
        test_loss=judged.loss,
        correct=judged.correct,
        rows=judged.count,
        score=judged.r_squared if judged.correct is None else None,
        stopped=result.stopped,
        seconds=seconds,
        digits=session.settings.digits,
    )


def test_statement(
    session: Session, node_number: int, network: Any, data: Any, options: Options
) -> None:
    """`test [NET on] DATA`"""
    statement = _node(session, node_number)
    assert isinstance(statement, syntax.Test)
    chosen = _read_options(session, options, known_options("test"), "test")
    name, net = choose_network(session, statement, network)
    rows = _rows(session, statement, data)
    check_widths(statement, net, rows)
    loss_name = _word(chosen, "loss", tuple(LOSSES), training.default_loss(net.module))
    try:
        judged = evaluation.evaluate(net.module, rows, loss_name)
    except ValueError as error:
        raise misfit(error, statement) from None
    shown = rows.evaluation_rows() if judged.count <= FULL_TABLE else []
    predictions = tuple(
        _prediction(rows, judged, number, inputs, target)
        for number, (inputs, target) in enumerate(shown)
    )
    session.receive(
        TestReport(
            network=name,
            data=rows.name,
            rows=judged.count,
            loss=judged.loss,
            loss_name=loss_name,
            correct=judged.correct,
            confusion=tuple(map(tuple, judged.confusion)),
            classes=tuple(_class_names(rows, judged)),
            predictions=predictions,
            score=judged.r_squared if judged.correct is None else None,
            digits=session.settings.digits,
        )
    )


def _prediction(
    rows: Dataset, judged: evaluation.Evaluation, number: int, inputs: Any, target: Any
) -> Any:
    """Inputs, target, prediction, and whether it is right; classes by their names if they have."""
    output = judged.outputs[number]
    given: Any = output[0] if len(output) == 1 else list(output)
    right = None
    if judged.classes:
        wanted = target
        if isinstance(target, list):
            wanted = float(target.index(max(target)))
        right = judged.classes[number] == wanted
        given = class_name(rows, judged.classes[number]) or given
    return list(inputs), class_name(rows, target) or target, given, right


def _class_names(rows: Dataset, judged: evaluation.Evaluation) -> list[str]:
    if not judged.confusion:
        return []
    if rows.class_names:
        return list(rows.class_names)
    values = evaluation.class_values(rows, len(judged.outputs[0]))
    return [f"{value:g}" for value in values]


# ---------------------------------------------------------------- what a command is about


def choose_network(
    session: Session, statement: syntax.Train | syntax.Test, network: Any
) -> tuple[str, Network]:
    """The network that is meant, with a name for reports."""
    if statement.network is not None:
        if not isinstance(network, Network):
            raise Trouble(
                "MT503",
                f"this is {kind_of(network)}, not a network",
                node=statement.network,
                label="a network was expected",
                help=list_of_layers(network) or "write `train net on data`",
            )
        node = statement.network
        return (node.name if isinstance(node, syntax.Name) else "the network"), network
    names = session.user_names()
    if isinstance(names.get("net"), Network):
        return "net", names["net"]
    found = [(name, value) for name, value in names.items() if isinstance(value, Network)]
    if len(found) == 1:
        return found[0]
    command = type(statement).__name__.lower()
    if not found and list_of_layers(names.get("net")):
        raise Trouble(
            "MT506", "`net` is a list, not a network", node=statement,
            help=list_of_layers(names["net"]),
        )  # fmt: skip
    if not found:
        raise Trouble(
            "MT506",
            f"there is no network to {command}",
            node=statement,
            help="make one first: `net = linear(5,4) relu linear(4,1)`",
        )
    listed = ", ".join(f"`{name}`" for name, _ in found)
    raise Trouble(
        "MT506",
        f"there are several networks: {listed}",
        node=statement,
        help=f"say which one: `{command} {found[0][0]} on ...`",
    )


def _rows(session: Session, statement: syntax.Train | syntax.Test, data: Any) -> Dataset:
    """The data that is meant; what is none is marked."""
    try:
        return as_data(data)
    except Trouble as trouble:
        trouble.node = statement.data
        if isinstance(data, Network) and statement.network is None:
            trouble.help = on_which_data(session, statement, data)
        raise


def check_widths(statement: syntax.Train | syntax.Test, network: Network, data: Dataset) -> None:
    """The network's inputs against the rows."""
    width = network.inputs
    if width is not None and width != data.width:
        raise Trouble(
            "MT504",
            f"the network takes {width} input{'s' * (width != 1)}, {data.name} has {data.width}",
            node=statement.data,
            label=f"rows of {data.width}",
            help=f"begin the network with `linear({data.width}, ...)`",
        )
    if not network.parameters():
        raise Trouble(
            "MT507", "this network has no parameters to train", node=statement,
            help="give it a layer with weights, such as `linear`",
        )  # fmt: skip


# ---------------------------------------------------------------- options


def _node(session: Session, number: int) -> syntax.Node:
    assert session.current is not None
    return session.current.nodes[number]


def _read_options(
    session: Session, options: Options, known: tuple[str, ...], command: str
) -> dict[str, tuple[Any, syntax.Node]]:
    chosen: dict[str, tuple[Any, syntax.Node]] = {}
    for name, value, number in options:
        node = _node(session, number)
        if name not in known:
            raise no_option(command, name)
        chosen[name] = value, node
    return chosen


Chosen = dict[str, tuple[Any, syntax.Node]]


def _word(chosen: Chosen, name: str, words: tuple[str, ...], default: str) -> str:
    value, node = chosen.get(name, (default, None))
    if isinstance(value, str) and value in words:
        return value
    trouble = no_word(name, value) if isinstance(value, str) else not_a_word(name, kind_of(value))
    trouble.node = node
    raise trouble


def _number(chosen: Chosen, name: str) -> float | None:
    if name not in chosen:
        return None
    value, node = chosen[name]
    number = getattr(value, "data", value)
    if isinstance(number, float | int) and not isinstance(number, bool):
        return float(number)
    raise not_a_number(name, value, node)


def _count(chosen: Chosen, name: str, default: int, least: int) -> int:
    if name not in chosen:
        return default
    value, node = chosen[name]
    try:
        number = whole(value, f"`{name}`")
    except Trouble as trouble:
        trouble.node = node
        raise
    if number < least:
        raise Trouble("MT308", f"`{name}` must be at least {least}, not {number}", node=node)
    return number


def _batch(chosen: Chosen) -> int | None:
    if "batch" in chosen and isinstance(chosen["batch"][0], str):
        _word(chosen, "batch", ("all",), "all")
        return None
    return _count(chosen, "batch", 32, 1)


def _validation(chosen: Chosen) -> Dataset | float | None:
    if "validate" not in chosen:
        return None
    value, node = chosen["validate"]
    number = getattr(value, "data", value)
    if isinstance(number, float | int) and not isinstance(number, bool):
        if not 0 < number < 1:
            raise Trouble(
                "MT308", f"`validate` as a share lies between 0 and 1, not {number:g}",
                node=node, help="write `validate=0.2`, or name a data set",
            )  # fmt: skip
        return float(number)
    return as_data(value)


def _optimizer(session: Session, net: Network, chosen: Chosen) -> Optimizer:
    """The optimizer that goes on from an earlier run when it is of the same kind."""
    name = _word(chosen, "optimizer", tuple(OPTIMIZERS), "sgd")
    kind = OPTIMIZERS[name]
    settings: dict[str, float] = {}
    for option in chosen:
        owners = [word for word, other in OPTIMIZERS.items() if option in other.setting_names]
        if not owners:
            continue
        if name not in owners:
            raise Trouble(
                "MT205", f"`{option}` is not a setting of {name}", node=chosen[option][1],
                help=f"it belongs to {' and '.join(owners)}: add `optimizer={owners[0]}`",
            )  # fmt: skip
        settings[option] = _number(chosen, option) or 0.0
    try:
        fresh = kind(net.parameters(), **settings)
    except ValueError as error:
        setting = next((key for key in settings if str(error).startswith(f"{key} ")), "lr")
        node = chosen[setting][1] if setting in chosen else None
        raise Trouble(
            "MT308", str(error), node=node, help=f"usual is `{setting}={usual(setting, name):g}`"
        ) from None
    earlier = session.optimizers.get(net.module)
    if earlier is not None and earlier.name == fresh.name:
        fresh.state, fresh.steps = earlier.state, earlier.steps
    session.optimizers[net.module] = fresh
    return fresh
