"""Tracing touches nothing that others see: threads beside it, and interrupts in the midst of it."""

import gc
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import pytest

import engine
from engine import Tensor, nn
from engine.compile import stepper
from engine.datasets import moons
from engine.losses import LOSSES
from engine.optim import SGD, Adam
from engine.scalar import Comparable
from engine.training import train

ENGINE = str(Path(engine.__file__).parent)


class Residual(nn.Module):
    """A model of somebody's own."""

    def __init__(self) -> None:
        random = Random(1)
        self.first = nn.Linear(2, 3, random=random)
        self.last = nn.Linear(3, 1, random=random)

    def forward(self, inputs: Any) -> Any:
        row = [*inputs, 1.0]
        return self.last([h.tanh() + x * 0.5 for h, x in zip(self.first(inputs), row, strict=True)])


def networks(seed: int) -> list[nn.Module]:
    random = Random(seed)
    return [
        nn.mlp(2, [4], 1, random=random),
        Residual(),
        nn.Sequential(
            nn.Linear(2, 5, random=random), nn.Dropout(0.3, random=random), nn.Linear(5, 1)
        ),
    ]


def the_engine() -> list[Any]:
    """All that an attempt to trace could leave changed."""
    kinds = (Tensor, Comparable, nn.Dropout, nn.Linear, nn.Neuron, nn.Sequential, nn.Module)
    return [dict(vars(kind)) for kind in kinds]


def is_whole(model: nn.Module) -> None:
    """Tensors of the model and others compute, compare, convert and are swept."""
    x = Tensor(3.0)
    y = x * x + 1.0
    y.backward()
    assert (y.data, x.grad, y > 9, bool(x), x.item()) == (10.0, 6.0, True, True, 3.0)
    for parameter in model.parameters():
        assert type(parameter) is Tensor
        assert type(parameter.data) is float
    assert all("mask" not in vars(module) for module in model.modules())
    assert type(model([0.5, -0.5]).data) is float


def bits_after_training(model: nn.Module, rows: Any, seed: int) -> list[str]:
    optimizer = SGD(model, 0.1, momentum=0.5) if seed % 2 else Adam(model)
    losses = train(
        model, rows, optimizer=optimizer, epochs=5, batch=5, random=Random(seed), validation=0.2
    ).losses
    return [number.hex() for number in [*losses, *(p.data for p in model.parameters())]]


def test_threads_that_train_at_once_get_the_numbers_that_they_get_alone() -> None:
    rows = moons(20, random=Random(1))
    jobs = range(24)
    alone = [bits_after_training(networks(seed)[seed % 2], rows, seed) for seed in jobs]
    stepper._functions.clear()  # so that all are compiled again
    together: dict[int, list[str]] = {}
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    before = the_engine()
    start = threading.Barrier(4)

    def work(first: int) -> None:
        start.wait()
        for seed in jobs[first::4]:
            together[seed] = bits_after_training(networks(seed)[seed % 2], rows, seed)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert [together.get(seed) for seed in jobs] == alone
    assert the_engine() == before
    assert gc.get_threshold() == thresholds


def test_a_thread_that_computes_does_not_notice_that_another_one_traces() -> None:
    over = threading.Event()
    wrong: list[str] = []

    def compute() -> None:
        while not over.is_set():
            try:
                x = Tensor(2.0)
                y = (x * x).exp().relu() + float(x.data)
                y.backward()
                if not (y > 0 and y.data == y.item() and x.grad > 0 and bool(y)):
                    wrong.append("another number")
            except Exception as error:
                wrong.append(repr(error))

    thread = threading.Thread(target=compute)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    thread.start()
    try:
        for seed in range(30):
            for model in networks(seed):
                assert stepper.compiled_stepper(
                    model, LOSSES["mse"], SGD(model), [([1.0, 2.0], 0.5)]
                )
    finally:
        over.set()
        thread.join()
        sys.setswitchinterval(interval)
    assert not wrong


class Stopwatch:
    """Raises KeyboardInterrupt before the n-th line that runs in the engine from now on."""

    def __init__(self, lines: int) -> None:
        self.left = lines

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(ENGINE):
            return None
        if event == "line":
            self.left -= 1
            if self.left == 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return self


def struck(work: Callable[[], object], line: int) -> bool:
    """Do the work, interrupted before that line; whether it came so far."""
    tracing = sys.gettrace()
    sys.settrace(Stopwatch(line))
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(tracing)
    return False


def interrupts(stride: int) -> int:
    """Interrupt the compilation of each network at every `stride`-th line; how often that was."""
    before = the_engine()
    count = 0
    rows = [([1.0, 2.0], 0.5)]
    for model in networks(1):
        expected = [p.data for p in model.parameters()]

        def work(model: nn.Module = model) -> object:
            stepper._functions.clear()
            return stepper.compiled_stepper(model, LOSSES["mse"], SGD(model), rows)

        line = 1
        while struck(work, line):
            assert the_engine() == before
            is_whole(model)
            line += stride
            count += 1
        assert [p.data for p in model.parameters()] == expected
        assert work() is not None
    return count


@pytest.mark.slow
def test_an_interrupt_while_tracing_leaves_tensors_whole() -> None:
    assert interrupts(307) > 10


@pytest.mark.slow
def test_a_thousand_interrupts_while_tracing_leave_tensors_whole() -> None:
    assert interrupts(29) > 1_000


def test_dropout_draws_its_own_factors_after_an_interrupt() -> None:
    model = networks(1)[2]
    struck(lambda: train(model, [([1.0, 2.0], 0.5)], epochs=1), 900)
    assert [module.training for module in model.modules()] == [True] * len(list(model.modules()))
    assert set(nn.Dropout(0.5, random=Random(1)).mask(20)) == {0.0, 2.0}
    assert math_is_finite(model([1.0, 2.0]).data)


def math_is_finite(number: float) -> bool:
    return number - number == 0.0
