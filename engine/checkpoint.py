"""Checkpoints: a model, and if wanted its optimizer, in a JSON file that anyone can read.

A `Sequential` of the engine's own layers is written with them, so `load` can build it anew. Any
other model is written as its named parameters and loaded `into` a model of the same make. Numbers
are written so that they come back to the last bit. A file is written whole or not at all, and
everything in it is checked before anything is used; it never holds code.
"""

import errno
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from inspect import signature
from math import isfinite
from typing import Any

from engine.fused import Leaves
from engine.module import Module
from engine.nn import LAYERS, Layer, Linear, Neuron, Sequential
from engine.optim import Optimizer, saved_kinds
from engine.reading import CheckpointError, Place
from engine.tensor import Tensor

FORMAT = "minitorch checkpoint"
VERSION = 2  # 1 has no ties, and biases for all neurons of a layer or none; so it is still written
UNFINISHED = ".writing-"  # begins the names of files under way; the writer's number follows
LARGEST_FILE = 200_000_000  # bytes


@dataclass
class Checkpoint:
    """What a file held: the model, and the optimizer ready to go on (None if it had none)."""

    model: Module
    optimizer: Optimizer | None


def save(model: Module, path: str | os.PathLike[str], optimizer: Optimizer | None = None) -> None:
    """Write `model` to `path`, with the state of `optimizer` if one is given.

    The file is written beside its place and then moved there, so `path` always holds a whole
    file. Raises ValueError when the optimizer moves other parameters than the model's or is of a
    kind that `load` could not make, OSError when the file cannot be written.
    """
    parameters = model.parameters()
    if optimizer is not None and list(map(id, optimizer.parameters)) != list(map(id, parameters)):
        raise ValueError("the optimizer does not belong to this model")
    if optimizer is not None and saved_kinds().get(optimizer.name) is not type(optimizer):
        raise ValueError(
            f"an optimizer of the kind {type(optimizer).__name__} cannot be saved: save the model "
            "alone, and keep what the optimizer's state_dict() gives"
        )
    described = _describe_model(model)
    content = {
        "format": FORMAT,
        "version": _version_of(described),
        "model": described,
        "optimizer": None if optimizer is None else _describe_optimizer(optimizer),
    }
    write_atomically(path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def load(path: str | os.PathLike[str], into: Module | None = None) -> Module:
    """The model in the file at `path`: a new one, or `into` with the file's weights.

    Raises CheckpointError (a ValueError) that says what is wrong and where, OSError when the file
    cannot be read. `into` is changed only when everything is right.
    """
    return load_checkpoint(path, into).model


def load_checkpoint(
    path: str | os.PathLike[str],
    into: Module | None = None,
    opener: Callable[[str, int], int] | None = None,
) -> Checkpoint:
    """As `load`, with the optimizer; the file is opened with `opener`, as by `open`."""
    with open(path, "rb", opener=opener) as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise CheckpointError(f"the file is larger than {LARGEST_FILE // 1_000_000} MB")
    try:
        top = Place(json.loads(content.decode("utf-8")), "")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CheckpointError(f"this is no text file in UTF-8 (line {line})") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise CheckpointError(f"this is no JSON file ({place})") from None
    except (ValueError, RecursionError):  # thousands of brackets, or of digits
        raise CheckpointError("this is no JSON file that could be read") from None
    if top.entry("format").text() != FORMAT:
        raise CheckpointError(f"this is no {FORMAT}")
    version = top.entry("version").whole(1)
    if version > VERSION:
        raise CheckpointError(f"it has version {version}; this program reads up to {VERSION}")
    place = top.entry("model")
    described = place.entry("layers", None)
    if described is not None:
        model: Module = _build(described, place.entry("ties", None))
        values = [parameter.data for parameter in model.parameters()]
    elif into is None:
        kind = place.entry("class").text()
        raise CheckpointError(
            f"it holds the weights of a {kind}: say which model to load them into"
        )
    else:
        model = into
        values = []
    if into is not None:
        values = _values_for(into, model, place)
        model = into
    optimizer = _optimizer(top.entry("optimizer"), model)
    for parameter, value in zip(model.parameters(), values, strict=True):
        parameter.data = value
    return Checkpoint(model, optimizer)


def write_atomically(path: str | os.PathLike[str], text: str) -> None:
    """Put `text` into the file at `path`, whole or not at all, keeping its permissions.

    Raises OSError where that cannot be, also for a file that may not be written: a new one is put
    in its place, which the permissions of the folder alone would allow.
    """
    target = os.path.realpath(path)
    try:
        mode = os.stat(target).st_mode & 0o7777
        if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), target)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    folder = os.path.dirname(target)
    _sweep(folder)
    handle, beside = tempfile.mkstemp(dir=folder, prefix=f"{UNFINISHED}{os.getpid()}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode)
        os.replace(beside, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def _sweep(folder: str) -> None:
    """Remove what writers left unfinished that are no more: killed, or out of power."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            owner = entry.name.removeprefix(UNFINISHED).partition("-")[0]
            if entry.name.startswith(UNFINISHED) and owner.isdecimal() and not _alive(int(owner)):
                os.unlink(entry.path)


def _alive(process: int) -> bool:
    """Whether a process runs; also where that cannot be known."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def _number(value: float) -> float | str:
    """As JSON has it; repr, which json writes, comes back to the last bit. JSON has no nan."""
    return value if isfinite(value) else repr(value)


def _version_of(described: Mapping[str, Any]) -> int:
    """The first version of the format that can hold such a model."""
    biases = [layer.get("biases") or [] for layer in described.get("layers", ())]
    return 2 if "ties" in described or any(None in found for found in biases) else 1


def _describe_model(model: Module) -> dict[str, Any]:
    if type(model) is not Sequential or not all(map(_is_known, model)):
        named = {path: _number(tensor.data) for path, tensor in model.named_parameters()}
        return {"class": type(model).__name__, "parameters": named}
    layers: list[dict[str, Any]] = []
    first: dict[int, int] = {}
    for number, layer in enumerate(model):
        if id(layer) in first:  # the same weights a second time
            layers.append({"type": "same", "as": first[id(layer)]})
            continue
        first[id(layer)] = number
        layers.append(_describe_layer(layer))
    ties = _ties(model)
    return {"layers": layers, "ties": ties} if ties else {"layers": layers}


def _is_known(layer: Module) -> bool:
    """Whether the layer is all that its description says, and nothing more."""
    if type(layer) is Linear:
        neurons = layer.neurons
        return len(neurons) == layer.output_size and all(
            type(neuron) is Neuron and neuron.no_of_input == layer.input_size and _is_known(neuron)
            for neuron in neurons
        )
    if type(layer) is Neuron:
        parameters = [*layer.weight, *([] if layer.bias is None else [layer.bias])]
        leaves = all(type(tensor) is Tensor and tensor._op == "" for tensor in parameters)
        return leaves and len(layer.weight) == layer.no_of_input
    return isinstance(layer, Layer) and LAYERS.get(layer.name) is type(layer)


Slot = tuple[Neuron, int]  # where a parameter stands: the place of a weight, or -1 for the bias


def _slots(model: Sequential) -> dict[str, Slot]:
    """Every place for a parameter by its path; a layer that is used twice has each place once."""
    found: dict[str, Slot] = {}
    seen: set[int] = set()
    for number, layer in enumerate(model):
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        neurons = layer.neurons if isinstance(layer, Linear) else [layer]
        for unit, neuron in enumerate(neurons):
            if isinstance(neuron, Neuron):
                path = f"{number}.neurons.{unit}" if isinstance(layer, Linear) else f"{number}"
                for place in range(len(neuron.weight)):
                    found[f"{path}.weight.{place}"] = neuron, place
                if neuron.bias is not None:
                    found[f"{path}.bias"] = neuron, -1
    return found


def _in_slot(slot: Slot) -> Tensor:
    neuron, place = slot
    held = neuron.bias if place < 0 else neuron.weight[place]
    assert held is not None
    return held


def _ties(model: Sequential) -> dict[str, str]:
    """The path of each place that holds the same tensor as one before it, with that one's path."""
    first: dict[int, str] = {}
    ties: dict[str, str] = {}
    for path, slot in _slots(model).items():
        other = first.setdefault(id(_in_slot(slot)), path)
        if other != path:
            ties[path] = other
    return ties


def _tie(model: Sequential, ties: Place) -> None:
    """Put one tensor in all the places that are tied."""
    slots = _slots(model)
    for path, other in ties.mapping().items():
        first = other.text()
        for wanted in (path, first):
            if wanted not in slots:
                raise CheckpointError(f"{other.name}: there is no parameter {wanted!r}")
        tensor, (neuron, place) = _in_slot(slots[first]), slots[path]
        if place < 0:
            neuron.bias = tensor
        else:
            weight = list(neuron.weight)
            weight[place] = tensor
            neuron.weight = Leaves(weight)


def _describe_layer(layer: Module) -> dict[str, Any]:
    if type(layer) is Linear:
        neurons = layer.neurons
        biases = [None if neuron.bias is None else _number(neuron.bias.data) for neuron in neurons]
        return {
            "type": "linear",
            "inputs": layer.input_size,
            "outputs": layer.output_size,
            "weights": [[_number(w.data) for w in neuron.weight] for neuron in neurons],
            "biases": None if set(biases) == {None} else biases,
        }
    if type(layer) is Neuron:
        return {
            "type": "neuron",
            "inputs": layer.no_of_input,
            "nonlin": layer.nonlin,
            "weights": [_number(weight.data) for weight in layer.weight],
            "bias": None if layer.bias is None else _number(layer.bias.data),
        }
    assert isinstance(layer, Layer)
    settings = {name: _number(getattr(layer, name)) for name in layer.settings}
    return {"type": layer.name, **settings}


def _build(place: Place, ties: Place | None) -> Sequential:
    layers: list[Module] = []
    for number, entry in enumerate(place.entries()):
        if entry.entry("type").text() == "same":
            layers.append(layers[entry.entry("as").whole(0, number - 1)])
        else:
            layers.append(_build_layer(entry))
    try:
        network = Sequential(*layers)
    except ValueError as error:
        raise CheckpointError(f"{place.name}: {error}") from None
    if ties is not None:
        _tie(network, ties)
    return network


def _build_layer(entry: Place) -> Module:
    kind = entry.entry("type").text()
    if kind == "linear":
        inputs, outputs = entry.entry("inputs").whole(1), entry.entry("outputs").whole(1)
        rows = entry.entry("weights").entries(outputs)
        weights = [row.numbers(inputs) for row in rows]
        biases = entry.entry("biases").optional_numbers(outputs)
        linear = Linear(inputs, outputs, init="zeros")
        for neuron, row, bias in zip(linear.neurons, weights, biases, strict=True):
            _fill(neuron, row, bias)
        return linear
    if kind == "neuron":
        inputs = entry.entry("inputs").whole(1)
        own = entry.entry("weights").numbers(inputs)
        bias_place = entry.entry("bias")
        bias = None if bias_place.value is None else bias_place.number()
        neuron = Neuron(inputs, entry.entry("nonlin").flag(), init="zeros")
        _fill(neuron, own, bias)
        return neuron
    if kind not in LAYERS:
        raise CheckpointError(f"{entry.name}.type: there is no layer {kind!r}")
    settings = {name: _setting(LAYERS[kind], name, entry) for name in LAYERS[kind].settings}
    try:
        return LAYERS[kind](**settings)
    except ValueError as error:
        raise CheckpointError(f"{entry.name}: {error}") from None


def _setting(kind: type[Layer], name: str, entry: Place) -> float:
    """What the file says for an argument of the layer: a flag where its default is one."""
    is_flag = isinstance(signature(kind).parameters[name].default, bool)
    place: Place = entry.entry(name)
    return place.flag() if is_flag else place.number()


def _fill(neuron: Neuron, weights: list[float], bias: float | None) -> None:
    for parameter, value in zip(neuron.weight, weights, strict=True):
        parameter.data = value
    if neuron.bias is not None:
        neuron.bias = None if bias is None else Tensor(bias)


def _values_for(into: Module, built: Module, place: Place) -> list[float]:
    """The file's value for each parameter of `into`; the names must be the same."""
    if built is into:
        saved = place.entry("parameters").mapping()
        found: Mapping[str, float] = {name: entry.number() for name, entry in saved.items()}
    else:
        found = {name: parameter.data for name, parameter in built.named_parameters()}
    wanted = dict(into.named_parameters())
    for name in [*wanted, *found]:
        if name not in found or name not in wanted:
            lacking = "the file" if name not in found else "the model"
            raise CheckpointError(f"{lacking} has no parameter {name!r}")
    return [found[name] for name in wanted]


def _describe_optimizer(optimizer: Optimizer) -> dict[str, Any]:
    saved = optimizer.state_dict()
    slots = {slot: list(map(_number, values)) for slot, values in saved["state"].items()}
    return {**saved, "state": slots}


def _optimizer(place: Place, model: Module) -> Optimizer | None:
    if place.value is None:
        return None
    kinds = saved_kinds()
    kind = place.entry("type").text()
    if kind not in kinds:
        raise CheckpointError(f"{place.name}.type: there is no optimizer {kind!r}")
    settings = place.entry("settings")
    chosen: dict[str, Any] = {
        name: settings.entry(name).number() for name in kinds[kind].setting_names
    }
    try:
        optimizer = kinds[kind](model, **chosen)
    except ValueError as error:
        raise CheckpointError(f"{settings.name}: {error}") from None
    count = len(optimizer.parameters)
    state = place.entry("state")
    optimizer.state = {slot: state.entry(slot).numbers(count) for slot in optimizer.slots}
    optimizer.steps = place.entry("steps").whole(0)
    return optimizer
