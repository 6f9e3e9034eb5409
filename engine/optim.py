"""Optimizers: the rules that turn gradients into new weights.

An optimizer holds a list of parameters and, aligned with it, plain lists of floats (its `state`:
one number a parameter and slot, such as the velocity of momentum). Plain lists can be kept in
local variables, copied before a step and written to a file. The formulas and the order of their
operations are PyTorch's (torch.optim.SGD, torch.optim.Adam).

A new optimizer is one class and one entry in `OPTIMIZERS`. It trains eagerly until
engine/compile/update.py has its lines as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite, sqrt
from typing import Any, ClassVar

from engine.module import Module
from engine.tensor import Tensor

Parameters = Module | Tensor | Iterable["Module | Tensor"]


def collect_parameters(source: Parameters) -> list[Tensor]:
    """The parameters of a module, of several modules, or a list of tensors; each one once.

    Raises TypeError for anything else, ValueError where there is nothing to optimize or something
    that was computed.
    """
    parts: Iterable[Module | Tensor] = [source] if isinstance(source, Module | Tensor) else source
    found: dict[int, Tensor] = {}
    for part in parts:
        if isinstance(part, Module):
            tensors = part.parameters()
        elif isinstance(part, Tensor):
            tensors = [part]
        else:
            raise TypeError(f"an optimizer takes modules or tensors, not {part!r}")
        for tensor in tensors:
            if tensor._first is not None or tensor._op == "constant":
                made = f"computed ({tensor._op})" if tensor._prev else "a constant"
                raise ValueError(f"an optimizer moves leaves, and {tensor!r} is {made}")
            found.setdefault(id(tensor), tensor)
    if not found:
        raise ValueError("there are no parameters to optimize")
    return list(found.values())


def _setting(name: str, value: float, low: float, high: float | None = None) -> float:
    """`value` as a float in [low, high), or an error that names the setting."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} is a number, not {value!r}")
    value = float(value)
    if not isfinite(value) or value < low or (high is not None and value >= high):
        limits = f"at least {low:g}" + ("" if high is None else f" and below {high:g}")
        raise ValueError(f"{name} must be {limits}, got {value:g}")
    return value


def _either(name: str, value: float, default: float, other: str, given: float | None) -> float:
    """A setting under our name or PyTorch's; TypeError where it is given under both."""
    if given is None:
        return value
    if value != default:
        raise TypeError(f"{name} and {other} are one setting: give one of them")
    return given


class Optimizer:
    """What all optimizers share.

    `parameters`  the tensors that are moved
    `state`       slot name -> one float for each parameter, in the same order
    `steps`       how many steps were done so far
    `settings`    the numbers that choose the rule: lr, momentum, l2, ...
    """

    name: ClassVar[str] = ""
    slots: ClassVar[tuple[str, ...]] = ()
    setting_names: ClassVar[tuple[str, ...]] = ()
    lr: float

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = collect_parameters(parameters)
        self.state = {slot: [0.0] * len(self.parameters) for slot in self.slots}
        self.steps = 0

    def set_rate(self, lr: float) -> None:
        """Steps at another learning rate from now on; ValueError where it is none."""
        self.lr = _setting("lr", lr, 0)

    def zero_grad(self) -> None:
        """Set every parameter's gradient to 0."""
        for parameter in self.parameters:
            parameter._grad = 0.0

    def step(self) -> None:
        """Move every parameter once, by the gradient it holds."""
        raise NotImplementedError

    @property
    def settings(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in self.setting_names}

    def state_dict(self) -> dict[str, Any]:
        """A copy of all that later steps depend on; see `load_state_dict`."""
        return {
            "type": self.name,
            "settings": self.settings,
            "steps": self.steps,
            "state": {slot: values.copy() for slot, values in self.state.items()},
        }

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Take over what `state_dict` gave, settings too.

        Raises ValueError when it belongs to another kind of optimizer or to other parameters.
        """
        if saved["type"] != self.name:
            raise ValueError(f"this is the state of {saved['type']}, not of {self.name}")
        state, settings = saved["state"], saved["settings"]
        if set(state) != set(self.slots) or set(settings) != set(self.setting_names):
            raise ValueError(f"the slots or settings are not those of {self.name}")
        for slot, values in state.items():
            if len(values) != len(self.parameters):
                raise ValueError(
                    f"{slot} holds {len(values)} numbers for {len(self.parameters)} parameters"
                )
        for name, value in settings.items():
            setattr(self, name, value)
        self.steps = saved["steps"]
        self.state = {slot: list(state[slot]) for slot in self.slots}

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value:g}" for name, value in self.settings.items())
        return f"{type(self).__name__}({len(self.parameters)} parameters, {shown})"


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum and weight decay `l2` where they are not 0.

    With gradient g, weight w and velocity v (torch.optim.SGD):

        g <- g + l2 * w;    v <- momentum * v + g;    w <- w - lr * v

    Without momentum v is g. PyTorch sets the first velocity to g; starting from 0 is the same.
    `weight_decay` is PyTorch's name for `l2`.
    """

    name = "sgd"
    slots = ("velocity",)
    setting_names: ClassVar[tuple[str, ...]] = ("lr", "momentum", "l2")

    def __init__(
        self,
        parameters: Parameters,
        lr: float = 0.1,
        momentum: float = 0.0,
        l2: float = 0.0,
        *,
        weight_decay: float | None = None,
    ) -> None:
        super().__init__(parameters)
        self.lr = _setting("lr", lr, 0)
        self.momentum = _setting("momentum", momentum, 0, 1)
        self.l2 = _setting("l2", _either("l2", l2, 0.0, "weight_decay", weight_decay), 0)

    def step(self) -> None:
        lr, momentum, l2 = self.lr, self.momentum, self.l2
        self.steps += 1
        if momentum == 0.0 and l2 == 0.0:
            for parameter in self.parameters:
                parameter._data = parameter._data - lr * parameter._grad
            return
        velocity = self.state["velocity"]
        for i, parameter in enumerate(self.parameters):
            gradient = parameter._grad
            if l2 != 0.0:
                gradient = gradient + l2 * parameter._data
            if momentum != 0.0:
                gradient = velocity[i] = momentum * velocity[i] + gradient
            parameter._data = parameter._data - lr * gradient


class Adam(Optimizer):
    """Adam: a step of about lr for each weight, whatever the size of its gradient.

    Kingma and Ba 2015, algorithm 1, in the form and order of torch.optim.Adam. With t the number
    of the step, m and v the running means of the gradient and of its square:

        g <- g + l2 * w
        m <- m + (1 - beta1) * (g - m); for beta1 up to a half, m <- g - (g - m) * beta1
        v <- beta2 * v + (1 - beta2) * g * g
        w <- w - lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)

    `betas`, `eps` and `weight_decay` are PyTorch's names for the settings.
    """

    name = "adam"
    slots = ("mean", "square")
    setting_names = ("lr", "beta1", "beta2", "epsilon", "l2")

    def __init__(
        self,
        parameters: Parameters,
        lr: float = 0.01,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        l2: float = 0.0,
        *,
        betas: Sequence[float] | None = None,
        eps: float | None = None,
        weight_decay: float | None = None,
    ) -> None:
        super().__init__(parameters)
        if betas is not None:
            if isinstance(betas, float | int) or len(betas) != 2:
                raise TypeError(f"betas are two numbers, (beta1, beta2), not {betas!r}")
            beta1 = _either("beta1", beta1, 0.9, "betas", betas[0])
            beta2 = _either("beta2", beta2, 0.999, "betas", betas[1])
        epsilon = _either("epsilon", epsilon, 1e-8, "eps", eps)
        l2 = _either("l2", l2, 0.0, "weight_decay", weight_decay)
        self.lr = _setting("lr", lr, 0)
        self.beta1 = _setting("beta1", beta1, 0, 1)
        self.beta2 = _setting("beta2", beta2, 0, 1)
        self.epsilon = _setting("epsilon", epsilon, 0)
        self.l2 = _setting("l2", l2, 0)

    def step(self) -> None:
        self.steps += 1
        beta1, beta2, epsilon, l2 = self.beta1, self.beta2, self.epsilon, self.l2
        size, root = self.corrections(self.steps)
        one_less_beta1, one_less_beta2 = 1.0 - beta1, 1.0 - beta2
        nearer, share = self.nearer_the_gradient, 1.0 - one_less_beta1
        mean, square = self.state["mean"], self.state["square"]
        for i, parameter in enumerate(self.parameters):
            gradient = parameter._grad
            if l2 != 0.0:
                gradient = gradient + l2 * parameter._data
            m = mean[i]
            if nearer:
                m = mean[i] = gradient - (gradient - m) * share
            else:
                m = mean[i] = m + one_less_beta1 * (gradient - m)
            v = square[i] = beta2 * square[i] + one_less_beta2 * gradient * gradient
            below = sqrt(v) / root + epsilon
            # 0 / 0 is nan here as in PyTorch, not a Python exception
            change = size * m / below if below != 0.0 else size * m * float("inf")
            parameter._data = parameter._data - change

    @property
    def nearer_the_gradient(self) -> bool:
        """Whether m is reckoned from g's side, as torch.lerp does with a weight of half or more."""
        return 1.0 - self.beta1 >= 0.5

    def corrections(self, step: int) -> tuple[float, float]:
        """(lr / (1 - beta1^step), sqrt(1 - beta2^step)): the running means start from 0."""
        return self.lr / (1.0 - self.beta1**step), sqrt(1.0 - self.beta2**step)


class Momentum(SGD):
    """`SGD` with momentum 0.9, and a first learning rate that suits it."""

    name = "momentum"

    def __init__(
        self,
        parameters: Parameters,
        lr: float = 0.02,
        momentum: float = 0.9,
        l2: float = 0.0,
        *,
        weight_decay: float | None = None,
    ) -> None:
        super().__init__(parameters, lr, momentum, l2, weight_decay=weight_decay)


class MiniOptimizer(SGD):
    """Plain gradient descent on one model or a list of models, as in the first mini-torch."""

    name = "mini"
    setting_names = ("lr",)

    def __init__(self, parameters: Parameters, lr: float = 0.0001) -> None:
        super().__init__(parameters, lr)


OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "momentum": Momentum, "adam": Adam}


def saved_kinds() -> dict[str, type[Optimizer]]:
    """The optimizers that a file may name: also that of the first mini-torch."""
    return {**OPTIMIZERS, MiniOptimizer.name: MiniOptimizer}


def optimizer_named(name: str) -> type[Optimizer]:
    """The optimizer called `name`; ValueError lists the names there are."""
    if name not in OPTIMIZERS:
        raise ValueError(f"there is no optimizer {name!r}; choose one of {', '.join(OPTIMIZERS)}")
    return OPTIMIZERS[name]
