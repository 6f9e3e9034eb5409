"""The data sets of the language: names that stand for a set and can be called for another one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from engine import datasets
from engine.datasets import Dataset, Row
from engine.tables import DataError, as_dataset
from engine.tensor import Tensor
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network

FAVOURITES = ("majority", "moons", "sine")  # the best known set of each width


class DataSource:
    """A predefined data set, such as `moons`.

    Its bare name is the set with its defaults, drawn once per seed of the session from a stream of
    its own, so that training and plotting see the same points. A call draws a set from the
    session's stream.
    """

    def __init__(self, name: str, make: Callable[..., Dataset], session: Any) -> None:
        self.name = name
        self.make = make
        self.session = session
        self.takes_random = "random" in inspect.signature(make).parameters
        self.drawn: tuple[int, Dataset] | None = None

    def dataset(self) -> Dataset:
        """The set that the bare name stands for."""
        seed = self.session.seed
        if self.drawn is None or self.drawn[0] != seed:
            options = {"random": Random(f"{self.name} {seed}")} if self.takes_random else {}
            self.drawn = seed, self.make(**options)
        return self.drawn[1]

    # The bare name is used like the set itself: `moons[0]`, `len(moons)`.

    def __len__(self) -> int:
        return len(self.dataset())

    def __getitem__(self, index: int | slice) -> Any:
        return self.dataset()[index]

    def evaluation_rows(self) -> list[Row]:
        return self.dataset().evaluation_rows()

    def __call__(self, *values: Any, **options: Any) -> Dataset:
        plain_values = [_plain(value, self.name) for value in values]
        plain_options = {name: _plain(value, name) for name, value in options.items()}
        if self.takes_random:
            plain_options["random"] = self.session.random
        try:
            return self.make(*plain_values, **plain_options)
        except ValueError as error:
            raise Trouble("MT501", str(error), help=f"see `help {self.name}`") from None


def _plain(value: Any, what: str) -> Any:
    if isinstance(value, Tensor):
        value = value.data
    if isinstance(value, float | str):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(value, int):
        return value
    raise Trouble("MT302", f"`{what}` takes a number or a word here, not {kind_of(value)}")


def sources(session: Any) -> dict[str, DataSource]:
    """All predefined sets, for one session."""
    return {name: DataSource(name, make, session) for name, make in datasets.DATASETS.items()}


@cache
def default_width(name: str) -> int | None:
    """The inputs a row of a predefined set has by default; None for other names."""
    make = datasets.DATASETS.get(name)
    if make is None:
        return None
    takes_random = "random" in inspect.signature(make).parameters
    return make(**({"random": Random(0)} if takes_random else {})).width


def is_data(value: Any) -> bool:
    """Whether it is a data set: made, or predefined. A list of rows is a list."""
    return isinstance(value, Dataset | DataSource)


def as_data(value: Any) -> Dataset:
    """`value` as a data set: a set, a predefined name, or a list of [inputs, target] rows."""
    if isinstance(value, DataSource):
        return value.dataset()
    if isinstance(value, Dataset):
        return value
    if isinstance(value, list):
        try:
            return as_dataset(value)
        except DataError as error:
            raise Trouble(
                "MT502", str(error), help="data is a list of rows: `[[[0,0],0],[[0,1],1]]`"
            ) from None
    what = "a network" if isinstance(value, Network) else kind_of(value)
    raise Trouble(
        "MT503",
        f"this is {what}, not data",
        label="data was expected",
        help="name a data set: `majority`, `xor`, `moons`, or a list of [inputs, target] rows",
    )


def class_name(data: Dataset, target: Any) -> str | None:
    """What the file calls the class of a row; None where classes have no names."""
    if not data.class_names or not isinstance(target, float):
        return None
    return data.class_names[int(target)]
