"""A raw-Python engine for scalar reverse-mode differentiation and the networks built on it.

`engine/tensor.py` is the heart and the place to start reading. Names are imported when they are
first asked for, so that `import engine` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine import datasets as datasets
    from engine import nn as nn
    from engine.checkpoint import load as load
    from engine.checkpoint import save as save
    from engine.datasets import target_generator as target_generator
    from engine.evaluation import binary_round as binary_round
    from engine.functions import dot as dot
    from engine.gradient_check import gradcheck as gradcheck
    from engine.higher_order import derivative as derivative
    from engine.losses import bce_loss as bce_loss
    from engine.losses import cross_entropy_loss as cross_entropy_loss
    from engine.losses import hinge_loss as hinge_loss
    from engine.losses import mse_loss as mse_loss
    from engine.nn import Dropout as Dropout
    from engine.nn import LeakyRelu as LeakyRelu
    from engine.nn import Linear as Linear
    from engine.nn import Module as Module
    from engine.nn import Neuron as Neuron
    from engine.nn import Relu as Relu
    from engine.nn import Sequential as Sequential
    from engine.nn import Sigmoid as Sigmoid
    from engine.nn import Softmax as Softmax
    from engine.nn import Tanh as Tanh
    from engine.nn import mlp as mlp
    from engine.optim import SGD as SGD
    from engine.optim import Adam as Adam
    from engine.optim import MiniOptimizer as MiniOptimizer
    from engine.randomness import seed as seed
    from engine.recording import no_grad as no_grad
    from engine.tensor import Tensor as Tensor
    from engine.training import train as train

_HOMES = {
    "tensor": ("Tensor",),
    "evaluation": ("binary_round",),
    "functions": ("dot",),
    "nn": (
        "Dropout",
        "LeakyRelu",
        "Linear",
        "Module",
        "Neuron",
        "Relu",
        "Sequential",
        "Sigmoid",
        "Softmax",
        "Tanh",
        "mlp",
    ),
    "optim": ("SGD", "Adam", "MiniOptimizer"),
    "losses": ("bce_loss", "cross_entropy_loss", "hinge_loss", "mse_loss"),
    "datasets": ("target_generator",),
    "checkpoint": ("load", "save"),
    "gradient_check": ("gradcheck",),
    "higher_order": ("derivative",),
    "randomness": ("seed",),
    "recording": ("no_grad",),
    "training": ("train",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}
_MODULES = ("datasets", "functions", "graph", "nn")

__all__ = sorted([*_HOME, "datasets", "nn"])


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(f"engine.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    value = getattr(import_module(f"engine.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
