"""First weights: where training starts from.

Each scheme takes the number of inputs of a neuron (fan in), the number of neurons in its layer
(fan out) and a random stream, and returns one neuron's weights and its bias. A new scheme is one
function and one row of `SCHEMES`.
"""

from collections.abc import Callable
from math import sqrt
from random import Random

Weights = tuple[list[float], float]
Scheme = Callable[[int, int, Random], Weights]


def default(fan_in: int, fan_out: int, random: Random) -> Weights:
    """U(-1/sqrt(fan_in), 1/sqrt(fan_in)), bias too: what torch.nn.Linear does.

    Source: LeCun et al., Efficient BackProp, 1998; PyTorch's `Linear.reset_parameters`.
    """
    bound = 1 / sqrt(fan_in)
    weights = [random.uniform(-bound, bound) for _ in range(fan_in)]
    return weights, random.uniform(-bound, bound)


def kaiming(fan_in: int, fan_out: int, random: Random) -> Weights:
    """Normal with variance 2/fan_in, bias 0: keeps the size of the signal through ReLUs.

    Source: He et al., Delving Deep into Rectifiers, 2015, equation 10.
    """
    deviation = sqrt(2 / fan_in)
    return [random.gauss(0, deviation) for _ in range(fan_in)], 0.0


def xavier(fan_in: int, fan_out: int, random: Random) -> Weights:
    """U(±sqrt(6/(fan_in + fan_out))), bias 0: keeps its size forward and backward (tanh).

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural
    networks, 2010, equation 16.
    """
    bound = sqrt(6 / (fan_in + fan_out))
    return [random.uniform(-bound, bound) for _ in range(fan_in)], 0.0


def uniform(fan_in: int, fan_out: int, random: Random) -> Weights:
    """U(-1, 1), bias 0, whatever the width: what micrograd's `Neuron` does."""
    return [random.uniform(-1, 1) for _ in range(fan_in)], 0.0


def zeros(fan_in: int, fan_out: int, random: Random) -> Weights:
    """All 0: every neuron of a layer stays like its neighbours; good for seeing why one draws."""
    return [0.0] * fan_in, 0.0


SCHEMES: dict[str, Scheme] = {
    "default": default,
    "kaiming": kaiming,
    "xavier": xavier,
    "uniform": uniform,
    "zeros": zeros,
}


def scheme_named(name: str) -> Scheme:
    """The scheme called `name`; ValueError lists the names there are."""
    if name not in SCHEMES:
        raise ValueError(f"there is no init {name!r}; choose one of {', '.join(SCHEMES)}")
    return SCHEMES[name]
