"""After an interrupt the random streams stand where a run of the whole epochs alone leaves them."""

import signal
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from engine import nn
from engine.datasets import Dataset, majority, moons
from engine.training import train


def generated(random: Random) -> Dataset:
    return majority()


def shuffled(random: Random) -> Dataset:
    return moons(n=40, random=Random(7))


def plain(random: Random) -> nn.Module:
    return nn.mlp(5, [4], 1, random=Random(1))


def plain_of_the_plane(random: Random) -> nn.Module:
    return nn.mlp(2, [4], 1, random=Random(1))


def with_dropout(random: Random) -> nn.Module:
    parts = nn.Linear(5, 4, random=Random(1)), nn.Dropout(0.5, random=random)
    return nn.Sequential(*parts, nn.Linear(4, 1, random=Random(2)))


class Interrupting(Random):
    """A stream in whose use SIGINT strikes: at the so-manyeth draw of rows, or never."""

    draws = 0
    at: int | None = None

    def _count(self) -> None:
        self.draws += 1
        if self.draws == self.at:
            signal.raise_signal(signal.SIGINT)

    def getrandbits(self, k: int, /) -> int:
        self._count()
        return super().getrandbits(k)

    def random(self) -> float:
        self._count()
        return super().random()


CASES: dict[str, tuple[Callable[..., Any], Callable[..., Any], dict[str, Any]]] = {
    "generated": (plain, generated, {}),
    "generated, eager": (plain, generated, {"engine": "eager"}),
    "shuffled": (plain_of_the_plane, shuffled, {"batch": 8}),
    "whole": (plain_of_the_plane, shuffled, {"batch": None}),
    "dropout": (with_dropout, generated, {}),
    "with a callback": (plain, generated, {"on_epoch": lambda *report: None}),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("at", [1, 7, 500, 3_333, 20_011])
@pytest.mark.slow
def test_as_if_no_more_epochs_had_been_asked_for(case: str, at: int) -> None:
    make, data, options = CASES[case]

    def run(epochs: int, at: int | None) -> tuple[Any, ...]:
        stream = Interrupting(3)
        rows, net = data(stream), make(stream)
        stream.draws, stream.at = 0, at
        result = train(net, rows, epochs=epochs, random=stream, **options)
        stream.at = None
        numbers = [parameter.data for parameter in net.parameters()]
        return result.losses, numbers, stream.getstate(), result.stopped

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        interrupted = run(1_500 if case != "whole" else 30, at)
    finally:
        signal.signal(signal.SIGINT, before)
    assert interrupted[3] == ("interrupted" if case != "whole" else "finished")
    assert interrupted[:3] == run(len(interrupted[0]), None)[:3]


@pytest.mark.slow
def test_after_the_note_of_a_later_epoch() -> None:
    """States are noted once for many epochs: here an interrupt comes well after the first note."""

    def run(epochs: int, stop: int) -> tuple[Any, ...]:
        stream, net = Random(3), plain(Random(1))

        def progress(epoch: int, *report: object) -> None:
            if epoch == stop:
                raise KeyboardInterrupt

        result = train(net, majority(), epochs=epochs, batch=1, random=stream, progress=progress)
        return len(result.losses), stream.getstate()

    for stop in (1, 19_999, 20_000, 20_001, 20_517):
        assert run(30_000, stop) == run(stop, 0)
