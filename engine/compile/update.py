"""The optimizers as lines of source: what engine/optim.py does, for all parameters at once.

The formulas and the order of their operations are those of `SGD.step` and `Adam.step`; the
optimizer's numbers come in as `settings`, so another learning rate needs no new source.
"""

from collections.abc import Callable, Hashable
from typing import Any

from engine.optim import SGD, Adam, Optimizer


def update_lines(optimizer: Optimizer, trained: int, others: int) -> list[str] | None:
    """The update of the first `trained` parameters; None for an optimizer that is not known.

    The `others` behind them belong to the model alone and stay as they are. The lines before the
    last one work on `weights` and `slopes`, the trained ones and their gradients; the last one puts
    the weights that they give and the others together.
    """
    rule = _rule_of(optimizer)
    if rule is None:
        return None
    lines = ["weights, slopes = parameters, gradients"]
    if others:
        lines = [f"weights, slopes = parameters[:{trained}], gradients[:{trained}]"]
    *more, moved = rule(optimizer)
    rest = f" *parameters[{trained}:]" if others else ""
    return [*lines, *more, f"parameters = (*[{moved}],{rest})"]


def _rule_of(optimizer: Optimizer) -> Callable[[Any], list[str]] | None:
    """What writes the lines of this optimizer: its statements, then the new weights."""
    step = type(optimizer).step
    if step is SGD.step and isinstance(optimizer, SGD):
        return _sgd
    if step is Adam.step and isinstance(optimizer, Adam):
        return _adam
    return None


def settings_of(optimizer: Optimizer) -> tuple[float, ...]:
    """What `settings` must hold at the next step."""
    if isinstance(optimizer, SGD):
        return optimizer.lr, optimizer.momentum, optimizer.l2
    assert isinstance(optimizer, Adam)
    size, root = optimizer.corrections(optimizer.steps)
    settings = (optimizer.beta1, optimizer.beta2, optimizer.epsilon, optimizer.l2)
    return (size, root, *settings)


def variant(optimizer: Optimizer) -> Hashable:
    """What decides which lines are written, beside how many parameters are trained."""
    nearer = isinstance(optimizer, Adam) and optimizer.nearer_the_gradient
    momentum = getattr(optimizer, "momentum", 0.0) != 0.0
    return type(optimizer).step, momentum, getattr(optimizer, "l2", 0.0) != 0.0, nearer


def _decayed(l2: float) -> list[str]:
    if l2 == 0.0:
        return ["moves = slopes"]
    return ["moves = [g + l2 * w for g, w in zip(slopes, weights)]"]


def _sgd(optimizer: SGD) -> list[str]:
    lines = ["lr, momentum, l2 = settings"]
    if optimizer.momentum != 0.0:
        lines += _decayed(optimizer.l2)
        lines.append("velocity = [momentum * v + g for v, g in zip(velocity, moves)]")
        return [*lines, "w - lr * v for w, v in zip(weights, velocity)"]
    step = "w - lr * (g + l2 * w)" if optimizer.l2 != 0.0 else "w - lr * g"
    return [*lines, f"{step} for w, g in zip(weights, slopes)"]


def _adam(optimizer: Adam) -> list[str]:
    mean = "g - (g - m) * (1.0 - rest1)" if optimizer.nearer_the_gradient else "m + rest1 * (g - m)"
    return [
        "size, root, beta1, beta2, epsilon, l2 = settings",
        "rest1, rest2 = 1.0 - beta1, 1.0 - beta2",
        *_decayed(optimizer.l2),
        f"mean = [{mean} for m, g in zip(mean, moves)]",
        "square = [beta2 * v + rest2 * g * g for v, g in zip(square, moves)]",
        "below = [sqrt(v) / root + epsilon for v in square]",
        "w - size * m / b for w, m, b in zip(weights, mean, below)",
    ]
