"""What a `train` or `test` statement asks for: network, data and options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.datasets import Dataset
from engine.optim import OPTIMIZERS, Optimizer
from engine.training import default_loss
from grammar import syntax
from minitorch_shell.catalogue.options import known_options, words_of
from minitorch_shell.checks.options import no_option, no_word, not_a_setting, not_a_word
from minitorch_shell.commands.own_functions import OwnLoss, OwnSchedule
from minitorch_shell.diagnosis.training_help import (
    fitting_network,
    list_of_layers,
    not_a_number,
    on_which_data,
    usual,
)
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.session.session import Session
from minitorch_shell.values.counts import whole
from minitorch_shell.values.data import as_data
from minitorch_shell.values.function import Function
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network

Command = syntax.Train | syntax.Test
REPORTS = 10  # about so many lines of progress a run
Given = tuple[tuple[str, Any, int], ...]  # option, value, number of the node


@dataclass(slots=True)
class Chosen:
    """A statement, with the network and the data that it means, and their names for reports.

    `options` are those that were given, each with its value and where it stands. The methods raise
    Trouble, placed there, for values that an option does not take.
    """

    statement: Command
    name: str
    network: Network
    data: Dataset
    data_name: str
    options: dict[str, tuple[Any, syntax.Node]]

    def word(self, option: str, default: str) -> str:
        """The word that was given for an option."""
        value, node = self.options.get(option, (default, None))
        if option in ("loss", "optimizer") and not isinstance(value, Function):
            value = getattr(value, "__name__", value)  # the predefined function itself: `f = mse`
        if isinstance(value, str) and value in (words_of(option) or ()):
            return value
        if isinstance(value, str):
            trouble = no_word(option, value)
        else:
            trouble = not_a_word(option, kind_of(value))
        trouble.node = node
        raise trouble

    def number(self, option: str) -> float | None:
        """The number that was given, None where none was."""
        if option not in self.options:
            return None
        value, node = self.options[option]
        number = getattr(value, "data", value)
        if isinstance(number, float | int) and not isinstance(number, bool):
            return float(number)
        raise not_a_number(option, value, node)

    def count(self, option: str, default: int, least: int) -> int:
        """The whole number that was given, `least` or more."""
        if option not in self.options:
            return default
        value, node = self.options[option]
        try:
            number = whole(value, f"`{option}`")
        except Trouble as trouble:
            trouble.node = node
            raise
        if number < least:
            raise Trouble("MT308", f"`{option}` must be at least {least}, not {number}", node=node)
        return number

    def loss(self, otherwise: str | Function | None = None) -> str | OwnLoss:
        """The name of the loss, or a function of the program."""
        given, node = self.options.get("loss", (otherwise, None))
        if isinstance(given, Function):
            return OwnLoss(given, node)
        return self.word("loss", given if node is None and given else self.default_loss)

    @property
    def default_loss(self) -> str:
        return default_loss(self.network.module)

    def loss_of_training(self, session: Session) -> str | OwnLoss:
        """The loss that was given, else that of the network's last training."""
        return self.loss(session.trained_by.get(self.network.module))

    def rates(self) -> OwnSchedule | None:
        """The schedule of learning rates, None where one holds throughout."""
        given, node = self.options.get("lr", (None, None))
        return OwnSchedule(given, node) if isinstance(given, Function) else None

    def every(self, epochs: int) -> int:
        """After how many epochs a line is due; 0 for `last`, -1 for `never`."""
        if isinstance(self.options.get("every", (None, None))[0], str):
            return 0 if self.word("every", "last") == "last" else -1
        return self.count("every", max(1, epochs // REPORTS), 1)

    def batch(self) -> int | None:
        """Rows a step; None for the full set."""
        if "batch" in self.options and isinstance(self.options["batch"][0], str):
            self.word("batch", "all")
            return None
        return self.count("batch", 32, 1)

    def validation(self) -> Dataset | float | None:
        """A data set, or a share of the data, to be watched beside the training loss."""
        if "validate" not in self.options:
            return None
        value, node = self.options["validate"]
        number = getattr(value, "data", value)
        if isinstance(number, float | int) and not isinstance(number, bool):
            if not 0 < number < 1:
                raise Trouble(
                    "MT308",
                    f"`validate` as a share lies between 0 and 1, not {number:g}",
                    node=node,
                    help="write `validate=0.2`, or name a data set",
                )
            return float(number)
        return as_data(value)

    def optimizer(self, earlier: Optimizer | None) -> Optimizer:
        """The optimizer; it goes on from `earlier` when that is of the same kind."""
        name = self.word("optimizer", "sgd")
        settings: dict[str, float] = {}
        for option, (_, node) in self.options.items():
            trouble = not_a_setting(option, name)
            if trouble is not None:
                trouble.node = node
                raise trouble
            if option == "lr" and self.rates() is not None:
                continue
            if option in OPTIMIZERS[name].setting_names:
                settings[option] = self.number(option) or 0.0
        try:
            fresh = OPTIMIZERS[name](self.network.parameters(), **settings)
        except ValueError as error:
            setting = next((key for key in settings if str(error).startswith(f"{key} ")), "lr")
            at = self.options[setting][1] if setting in self.options else None
            help = f"usual is `{setting}={usual(setting, name):g}`"
            raise Trouble("MT308", str(error), node=at, help=help) from None
        if earlier is not None and earlier.name == fresh.name:
            fresh.state, fresh.steps = earlier.state, earlier.steps
        return fresh


def choose(session: Session, node_number: int, network: Any, data: Any, given: Given) -> Chosen:
    """Read a statement; Trouble where it names no network, no data, or unknown options."""
    statement = session.node(node_number)
    assert isinstance(statement, Command)
    command = type(statement).__name__.lower()
    options: dict[str, tuple[Any, syntax.Node]] = {}
    for option, value, number in given:
        if option not in known_options(command):
            raise no_option(command, option)
        options[option] = value, session.node(number)
    name, net = _network(session, statement, network, data)
    rows = _rows(session, statement, data)
    chosen = Chosen(statement, name, net, rows, _data_name(session, statement, rows), options)
    _check_widths(chosen)
    return chosen


def _network(session: Session, statement: Command, network: Any, data: Any) -> tuple[str, Network]:
    """The network that is meant, with a name for reports."""
    if network is not None:  # written, or the `net` of a function's own
        node = statement.network or syntax.Name(statement.place, "net")
        if not isinstance(network, Network):
            raise Trouble(
                "MT503",
                f"this is {kind_of(network)}, not a network",
                node=node,
                label="a network was expected",
                help=list_of_layers(network) or "write `train net on data`",
            )
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
            "MT506",
            "`net` is a list, not a network",
            node=statement,
            help=list_of_layers(names["net"]),
        )
    if not found:
        raise Trouble(
            "MT506",
            f"there is no network to {command}",
            node=statement,
            help=f"make one first: `net = {fitting_network(_rows(session, statement, data))}`",
        )
    listed = ", ".join(f"`{name}`" for name, _ in found)
    raise Trouble(
        "MT506",
        f"there are several networks: {listed}",
        node=statement,
        help=f"say which one: `{command} {found[0][0]} on ...`",
    )


def _rows(session: Session, statement: Command, data: Any) -> Dataset:
    """The data that is meant; what is none is marked."""
    try:
        return as_data(data)
    except Trouble as trouble:
        trouble.node = statement.data
        if isinstance(data, Network) and statement.network is None:
            trouble.help = on_which_data(session, statement, data)
        raise


def _data_name(session: Session, statement: Command, rows: Dataset) -> str:
    """The data as the program calls it: its name, or the part of it that is written; else the set's
    own name.
    """
    node = statement.data
    whole = node
    while isinstance(whole, syntax.Slice | syntax.Index):
        whole = whole.base
    if not isinstance(whole, syntax.Name) or session.current is None:
        return rows.name
    written = session.unit().source.slice(node.place)
    return " ".join(written.split())


def _check_widths(chosen: Chosen) -> None:
    """The network's inputs against the rows."""
    width, data = chosen.network.inputs, chosen.data
    if width is not None and width != data.width:
        raise Trouble(
            "MT504",
            f"the network takes {width} input{'s' * (width != 1)}, {chosen.data_name} has "
            f"{data.width}",
            node=chosen.statement.data,
            label=f"rows of {data.width}",
            help=f"begin the network with `linear({data.width}, ...)`",
        )
    if not chosen.network.parameters():
        raise Trouble(
            "MT507",
            "this network has no parameters to train",
            node=chosen.statement,
            help="give it a layer with weights, such as `linear`",
        )
