"""The optimizers as lines of source: what engine/optim.py does, for all parameters at once.

The formulas and the order of their operations are those of `SGD.step` and `Adam.step`; the
optimizer's numbers come in as `settings`, so another learning rate needs no new source.
"""

from engine.optim import SGD, Adam, Optimizer


def update_lines(optimizer: Optimizer, trained: int, others: int) -> list[str] | None:
    """The update of the first `trained` parameters; None for an optimizer that is not known.

    The `others` behind them belong to the model alone and stay as they are.
    """
    step = type(optimizer).step
    if step is SGD.step and isinstance(optimizer, SGD):
        lines = _sgd(optimizer)
    elif step is Adam.step and isinstance(optimizer, Adam):
        lines = _adam(optimizer)
    else:
        return None
    if others:
        lines[-1] = lines[-1].replace("parameters = (", "moved = (")
        lines.append(f"parameters = (*moved, *parameters[{trained}:])")
    return lines


def settings_of(optimizer: Optimizer) -> tuple[float, ...]:
    """What `settings` must hold at the next step."""
    if isinstance(optimizer, SGD):
        return optimizer.lr, optimizer.momentum, optimizer.l2
    assert isinstance(optimizer, Adam)
    size, root = optimizer.corrections(optimizer.steps)
    settings = (optimizer.beta1, optimizer.beta2, optimizer.epsilon, optimizer.l2)
    return (size, root, *settings)


def variant(optimizer: Optimizer) -> tuple[bool, bool]:
    """What decides which lines are written, beside the optimizer's kind."""
    return getattr(optimizer, "momentum", 0.0) != 0.0, getattr(optimizer, "l2", 0.0) != 0.0


def _decayed(l2: float) -> list[str]:
    if l2 == 0.0:
        return ["moves = gradients"]
    return ["moves = [g + l2 * w for g, w in zip(gradients, parameters)]"]


def _sgd(optimizer: SGD) -> list[str]:
    lines = ["lr, momentum, l2 = settings"]
    if optimizer.momentum != 0.0:
        lines += _decayed(optimizer.l2)
        lines.append("velocity = [momentum * v + g for v, g in zip(velocity, moves)]")
        return [*lines, "parameters = (*[w - lr * v for w, v in zip(parameters, velocity)],)"]
    step = "w - lr * (g + l2 * w)" if optimizer.l2 != 0.0 else "w - lr * g"
    return [*lines, f"parameters = (*[{step} for w, g in zip(parameters, gradients)],)"]


def _adam(optimizer: Adam) -> list[str]:
    return [
        "size, root, beta1, beta2, epsilon, l2 = settings",
        "rest1, rest2 = 1.0 - beta1, 1.0 - beta2",
        *_decayed(optimizer.l2),
        "mean = [m + rest1 * (g - m) for m, g in zip(mean, moves)]",
        "square = [beta2 * v + rest2 * g * g for v, g in zip(square, moves)]",
        "below = [sqrt(v) / root + epsilon for v in square]",
        "parameters = (*[w - size * m / b for w, m, b in zip(parameters, mean, below)],)",
    ]
