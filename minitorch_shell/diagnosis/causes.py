"""What can be wrong with a training run. Each function looks for one cause, with the remedies.

A finding's message says only what was measured. Its remedies are in the order of what is simplest
for the learner; which of them helps is tried out by whoever asks (runs.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from minitorch_shell.diagnosis import gradient_flow, remedies
from minitorch_shell.diagnosis.examination import Examination, Run, short
from minitorch_shell.diagnosis.least_squares import least_squares_floor
from minitorch_shell.diagnosis.rehearsal import Outcome, epochs_possible
from minitorch_shell.diagnosis.remedies import Remedy, anew, from_here, from_the_start, layers_of

MOST_CLASSES = 5  # so many are named
HUGE = 1e6  # weights and data beyond this are the cause where training diverges
LARGE = 10.0  # inputs beyond this saturate units
ABOVE = 1.25  # times its start is a loss that has not just risen by chance
HARDLY = 0.01  # a loss that moved by less than this share hardly moved
CLEARLY = 0.9  # a remedy has to bring the loss below this share of what it was
WELL = 0.5  # a remedy that brings the loss below this share of what it was need not be bettered
FASTER = 5  # a larger rate falls so many times as far, where both do not get far
STUCK = 0.9  # a loss above this share of the best constant's has learned next to nothing
VANISHED = 0.05  # the size of the first layer's gradients beside the last layer's
LONGER = 5  # times as many epochs,
LONG = 500  # but so many at least


@dataclass(slots=True)
class Finding:
    """A cause that was found.

    `helped` says of what a remedy came to whether it is one; `otherwise` is said where none is.
    A finding that is not `certain` counts only with a remedy that has helped. A loss below `enough`
    ends the search; otherwise the best of the remedies is taken.
    """

    code: str
    message: str
    remedies: Iterable[Remedy]
    helped: Callable[[Outcome], bool]
    otherwise: str
    advice: str = ""
    certain: bool = True
    enough: float = inf


# ---------------------------------------------------------------- numbers out of bounds


def data_too_large(e: Examination) -> Finding | None:
    """Numbers that no learning rate can deal with."""
    run = e.run
    inputs, targets = e.largest if run.result.stopped == "not finite" else (0.0, 0.0)
    if max(inputs, targets) <= HUGE:
        return None
    by = remedies.power_of_ten(inputs), remedies.power_of_ten(targets)
    data = remedies.scaled(run, *by)
    return Finding(
        "MT511",
        f"{_diverged(run)}; {run.data.name} has numbers up to {short(max(inputs, targets))}",
        () if data is None else _of_scaled(run, data),
        _below_its_start,
        "divide the inputs and targets, so that they lie around 1",
        "bring the numbers down to about 1",
    )


def _of_scaled(run: Run, data: Any) -> Iterator[Remedy]:
    yield anew(run, layers_of(run), data=data)
    for lr in remedies.smaller_rates(run.optimizer.lr, 1.0):
        yield anew(run, layers_of(run), data=data, lr=lr)


def spoilt_before(e: Examination) -> Finding | None:
    """A network that an earlier run has left far off."""
    run = e.run
    lost = run.result.stopped == "not finite"
    if e.largest_weight <= HUGE or not (lost or (e.judged and not e.learned)):
        return None
    what = _diverged(run) if lost else f"the loss ended at {short(e.after)}"
    return Finding(
        "MT511" if lost else "MT512",
        f"{what}: the network was spoilt before the run, its weights went up to "
        f"{short(e.largest_weight)}",
        _defined_anew(run),
        _below_its_start,
        "define the network anew",
        "define it anew",
    )


def _defined_anew(run: Run) -> Iterator[Remedy]:
    yield anew(run, layers_of(run))
    for lr in remedies.smaller_rates(run.optimizer.lr, run.optimizer.lr):
        yield anew(run, layers_of(run), lr=lr)


def diverged(e: Examination) -> Finding | None:
    """A learning rate so large that the loss left the range of numbers."""
    if e.run.result.stopped != "not finite":
        return None
    return Finding(
        "MT511",
        _diverged(e.run),
        _smaller(e),
        _below_its_start,
        "no smaller rate was found that helps: look at the data and the first weights",
        _too_large(e),
        enough=WELL * e.before,
    )


def _diverged(run: Run) -> str:
    back = "last finite weights" if run.result.losses else "weights from before the run"
    return f"training diverged: {run.result.trouble}; the {back} are back"


def _too_large(e: Examination) -> str:
    return f"the learning rate {e.rate} is too large"


def _smaller(e: Examination) -> Iterator[Remedy]:
    for lr in remedies.smaller_rates(e.lr, e.usual):
        yield from_the_start(e.run, lr)


# ---------------------------------------------------------------- networks that cannot do it


def one_number(e: Examination) -> Finding | None:
    """A single output for three classes or more: a regression on their numbers."""
    run, data = e.run, e.run.data
    if not data.classes or data.classes < 3 or data.outputs != 1 or run.network.outputs != 1:
        return None
    if run.result.stopped == "interrupted":
        return None
    named = f" ({', '.join(data.class_names)})" if 0 < len(data.class_names) <= MOST_CLASSES else ""
    targets = [target for _, target in data.evaluation_rows()]
    commonest = max(map(targets.count, targets))
    return Finding(
        "MT515",
        f"{data.name} has {data.classes} classes{named}, but the network gives one number: this "
        f"was a regression on the class numbers 0 to {data.classes - 1}",
        _with_classes(run, data.classes),
        lambda outcome: outcome.correct is not None and outcome.correct > commonest,
        f"give it one output for each of the {data.classes} classes, with softmax behind them",
        "give it one output for each class",
    )


def _with_classes(run: Run, classes: int) -> Iterator[Remedy]:
    layers = remedies.with_classes(layers_of(run), classes)
    for row in (layers, remedies.shallow(layers, "tanh")):
        yield anew(run, row, without="loss")
        yield anew(run, row, without="loss", epochs=_longer(run))


def _longer(run: Run) -> int:
    """More epochs, as many as can be tried on a copy."""
    longer = max(LONGER * run.asked.epochs, LONG)
    possible = epochs_possible(run.asked, run.network.module, run.data, longer)
    return max(run.asked.epochs, possible // 100 * 100 or possible) if possible else longer


def affine(e: Examination) -> Finding | None:
    """A network without activations that has come down to the least-squares floor."""
    from engine.nn import Linear

    run, report = e.run, e.run.report
    if not e.judged or report.loss_name != "mse" or run.data.outputs != 1:
        return None
    if run.network.outputs != 1:
        return None
    if not all(isinstance(layer, Linear) for layer in run.network.module):
        return None
    floor = least_squares_floor(run.data.evaluation_rows())
    slow = e.lr < e.usual / 10
    if floor < 1e-9 or e.after > (1 + HARDLY if slow else 2) * floor:
        return None  # it fits, or the floor is not yet what keeps the loss up
    stands = slow and not e.learned and abs(e.after - e.before) < HARDLY * e.before
    if report.correct is None and not stands:
        return None  # a line through noisy points is what was wanted
    return Finding(
        "MT513",
        "the network is affine (no activation between its layers): no weights can bring its "
        f"mse on {run.data.name} below {floor:.6g}",
        _with_activations(run),
        _below(floor),
        "more epochs or another learning rate do not change that",
        "put an activation between its layers",
        enough=WELL * floor,
    )


def _with_activations(run: Run) -> Iterator[Remedy]:
    layers = layers_of(run)
    hidden = len(layers) > 1
    rows = [
        remedies.activated(layers, kind) if hidden else remedies.shallow(layers, kind)
        for kind in ("relu", "tanh")
    ]
    if hidden:
        rows.append(remedies.shallow(layers, "tanh"))
    for epochs in (None, _longer(run)):
        for row in rows:
            yield anew(run, row, epochs=epochs)


# ---------------------------------------------------------------- units and gradients


def alike(e: Examination) -> Finding | None:
    """Units that start with the same weights and never come apart."""
    run = e.run
    if not e.judged or e.learned:
        return None
    count = gradient_flow.alike(run.network.module)
    if not count or not gradient_flow.alike(e.start.module):
        return None
    nothing = not any(weight.data for unit in _hidden(e) for weight in unit.weight)
    first = "all weights were 0" if nothing else "they began with the same weights"
    if count == 1:
        message = f"{first} before the run: where all factors are 0, so are the gradients"
    else:
        message = (
            f"the {count} units of a hidden layer are all alike: {first}, so they get the same "
            "gradients and say no more than one unit"
        )
    return Finding(
        "MT518",
        message,
        _drawn(e),
        _below(CLEARLY * e.after),
        "draw the first weights at random: define the network without `with`",
        "draw the first weights at random",
        enough=WELL * e.after,
    )


def _hidden(e: Examination) -> list[Any]:
    from engine.nn import Neuron

    return [module for module in e.start.module.modules() if isinstance(module, Neuron)]


def _drawn(e: Examination) -> Iterator[Remedy]:
    """First weights by other schemes, another activation, and at last more time."""
    run, layers, lr = e.run, layers_of(e.run), _tame(e)
    tanh = remedies.instead(layers, ("relu", "sigmoid"), "tanh")
    yield anew(run, layers)
    yield anew(run, layers, lr=lr, bias=0.3)
    yield anew(run, layers, lr=lr, init="kaiming")
    yield anew(run, tanh, lr=lr)
    yield anew(run, layers, lr=lr, epochs=_longer(run))
    yield anew(run, tanh, lr=lr, epochs=_longer(run))


def _tame(e: Examination) -> float | None:
    """The usual learning rate where a larger one was taken, None where it can stay."""
    return e.usual if e.lr > e.usual else None


def off_or_flat_before(e: Examination) -> Finding | None:
    """Units that were off or saturated before the run already, so that no rate is to blame."""
    if not e.judged or e.learned:
        return None
    if gradient_flow.dead(e.start.module, e.run.data).half:
        return dead(e)
    if gradient_flow.saturated(e.start.module, e.run.data).half:
        return saturated(e)
    return None


def rate_too_large(e: Examination) -> Finding | None:
    """A loss that ends above its start."""
    if not e.judged or e.learned:
        return None
    far = not e.after <= 2 * e.before + 1e-12
    if not far and e.after <= ABOVE * max(e.before, e.spread or 0.0):
        return None  # losses rise and fall a little around the best that can be had
    return Finding(
        "MT512",
        f"the loss ended {'far ' if far else ''}above its start: on the same {_rows(e)} rows it "
        f"went from {short(e.before)} to {short(e.after)}",
        _smaller(e),
        _below(e.before),
        "no smaller rate was found that helps: look at the data and the first weights",
        _too_large(e),
        certain=far,
        enough=WELL * e.before,
    )


def _rows(e: Examination) -> int:
    return len(e.run.data.evaluation_rows())


def switched_off(e: Examination) -> Finding | None:
    """Units that were awake before the run, and that its steps have thrown off or made flat."""
    run = e.run
    if not e.judged or e.learned:
        return None
    kinds = (
        ("MT514", gradient_flow.dead, "ReLUs are off", "no"),
        (
            "MT516",
            gradient_flow.saturated,
            "hidden sigmoid or tanh units are saturated",
            "hardly any",
        ),
    )
    for code, look, units_are, any_ in kinds:
        now = look(run.network.module, run.data)
        if not now.half:
            continue
        then = look(e.start.module, run.data)
        if not then.half:
            return Finding(
                code,
                f"{now.part} of {now.whole} {units_are} on every row, {then.part} were before the "
                f"run: {any_} gradient reaches their weights",
                _smaller(e),
                _below(CLEARLY * e.after),
                "",
                _too_large(e),
                certain=False,
                enough=WELL * e.before,
            )
    return None


def dead(e: Examination) -> Finding | None:
    """ReLUs that are off on every row, if they are at least half of them."""
    run = e.run
    if not e.judged or e.learned:
        return None
    share = gradient_flow.dead(run.network.module, run.data)
    if not share.half:
        return None
    then = gradient_flow.dead(e.start.module, run.data).part
    before = "" if then == share.part else f", {then} were before the run"
    return Finding(
        "MT514",
        f"{share.part} of {share.whole} ReLUs are off on every row{before}: no gradient reaches "
        "their weights",
        _awake(e),
        _below(CLEARLY * e.after),
        "define the network anew, with awake units",
        "start with awake units",
        certain=share.part == share.whole,
        enough=WELL * e.after,
    )


def _awake(e: Examination) -> Iterator[Remedy]:
    run, layers, lr = e.run, layers_of(e.run), _tame(e)
    tanh = remedies.instead(layers, ("relu",), "tanh")
    yield anew(run, layers, lr=lr, bias=0.3)
    yield anew(run, layers, lr=lr)
    yield anew(run, remedies.instead(layers, ("relu",), "leaky_relu"), lr=lr)
    yield anew(run, tanh, lr=lr)
    yield anew(run, layers, lr=lr, epochs=_longer(run), bias=0.3)
    yield anew(run, tanh, lr=lr, epochs=_longer(run))


def saturated(e: Examination) -> Finding | None:
    """Hidden sigmoids and tanhs that are saturated on every row, if they are at least half."""
    run = e.run
    if not e.judged or e.learned:
        return None
    share = gradient_flow.saturated(run.network.module, run.data)
    if not share.half:
        return None
    inputs = e.largest[0]
    return Finding(
        "MT516",
        f"{share.part} of {share.whole} hidden sigmoid or tanh units are saturated on every row: "
        f"their slope is below {gradient_flow.FLAT:.0%} of its largest, so hardly any gradient "
        "passes",
        _smaller_inside(e),
        _below(CLEARLY * e.after),
        "make what goes into the units smaller: inputs of about -1 to 1, smaller first weights",
        f"the inputs go up to {short(inputs)}, make them smaller" if inputs > LARGE
        else "start with smaller numbers in the units",
        certain=share.part == share.whole,
        enough=WELL * e.after,
    )  # fmt: skip


def _smaller_inside(e: Examination) -> Iterator[Remedy]:
    run, layers, lr, inputs = e.run, layers_of(e.run), _tame(e), e.largest[0]
    tanh = remedies.instead(layers, ("sigmoid",), "tanh")
    by = remedies.power_of_ten(inputs) if inputs > LARGE else 1.0
    data = remedies.scaled(run, by, 1.0) if by > 1 else None
    if data is not None:
        yield anew(run, layers, data=data, lr=lr)
        yield anew(run, tanh, data=data, lr=lr, epochs=_longer(run))
    yield anew(run, layers, lr=lr)
    yield anew(run, tanh, lr=lr)
    yield anew(run, remedies.instead(layers, ("sigmoid", "tanh"), "relu"), lr=lr)
    yield anew(run, layers, lr=lr, epochs=_longer(run))
    yield anew(run, tanh, lr=lr, epochs=_longer(run))


def vanished(e: Examination) -> Finding | None:
    """Gradients that pass so many flat units that nothing is left of them."""
    run = e.run
    if not e.judged or e.learned or gradient_flow.hidden_squashes(run.network.module) < 2:
        return None
    if e.after < STUCK * (e.before if e.spread is None else min(e.before, e.spread)):
        return None
    first, last = gradient_flow.gradient_sizes(e.end.module, run.data)
    if not first < VANISHED * last:
        return None
    return Finding(
        "MT517",
        "the gradients have nearly vanished on their way to the first layer: those of its weights "
        f"are {first / last:.2g} times as large as those of the last layer",
        _fewer_factors(e),
        _below(CLEARLY * e.after),
        "use fewer layers, or relu between them",
        "let more of them through",
        enough=WELL * e.after,
    )


def _fewer_factors(e: Examination) -> Iterator[Remedy]:
    run, layers, lr = e.run, layers_of(e.run), _tame(e)
    steep = remedies.instead(layers, ("sigmoid", "tanh"), "relu")
    for epochs in (None, _longer(run)):
        yield anew(run, remedies.instead(layers, ("sigmoid",), "tanh"), lr=lr, epochs=epochs)
        yield anew(run, remedies.shallow(layers, "tanh"), lr=lr, epochs=epochs)
        yield anew(run, steep, lr=lr, epochs=epochs, init="kaiming")


def rate_too_small(e: Examination) -> Finding | None:
    """A learning rate below the usual one, where a larger one does better in the same time."""
    run = e.run
    if not e.judged or e.learned or e.lr >= e.usual / 10 or not e.before > 0:
        return None
    moved = e.before - e.after

    def helped(outcome: Outcome) -> bool:
        further = e.after - outcome.loss
        return outcome.loss < CLEARLY * e.after or further > max(FASTER * moved, HARDLY * e.after)

    return Finding(
        "MT510",
        f"the learning rate {e.rate} is too small: on the same {_rows(e)} rows the loss went "
        f"from {e.before:.6g} to {e.after:.6g} ({-100 * moved / e.before:+.2g} %)",
        (from_here(run, lr) for lr in remedies.larger_rates(e.lr, e.usual)),
        helped,
        "",
        certain=False,
        enough=CLEARLY * e.after,
    )


# ---------------------------------------------------------------- what counts as better


def _below_its_start(outcome: Outcome) -> bool:
    return outcome.loss < outcome.before


def _below(bound: float) -> Callable[[Outcome], bool]:
    return lambda outcome: outcome.loss < bound
