"""A deep picture of a session: everything a program could ever see of it, down to the last bit."""

from typing import Any

from engine.graph import topological_order
from engine.module import Module
from engine.optim import Optimizer
from engine.randomness import default_stream
from engine.tensor import Tensor
from minitorch_shell.session.session import Session
from minitorch_shell.values.network import Network

STATE = (
    "sweeps", "swept", "swept_by", "made_at", "hidden", "overflows", "recorded", "kept",
)  # fmt: skip


class Portrait:
    """Two are equal when nothing tells the moments apart; objects count by identity.

    It keeps the objects it has seen alive, so that no later one can have the same identity.
    """

    def __init__(self, session: Session) -> None:
        self.alive: list[Any] = []
        self.seen: dict[int, Any] = {}
        names = session.user_names()
        self.picture: dict[str, Any] = {
            "names": [(name, self.of(value)) for name, value in names.items()],
            "optimizers": [(self.of(k), self.of(o)) for k, o in session.optimizers.items()],
            "seed": session.seed,
            "random": session.random.getstate(),
            "engine's random": default_stream().getstate(),
            "settings": {
                name: getattr(session.settings, name) for name in session.settings.__slots__
            },
            "sets": {name: self.of(s.drawn) for name, s in session.data_sources.items()},
            "marks": {name: self.of(getattr(session.marks, name)) for name in STATE},
        }
        self.picture["objects"] = self.seen

    def of(self, value: Any) -> Any:
        if isinstance(value, bool | int | str | None):
            return value
        if isinstance(value, float):
            return value.hex()
        if isinstance(value, set):
            return sorted(value)
        key = id(value)
        if key not in self.seen:
            self.alive.append(value)
            self.seen[key] = type(value).__name__
            self.seen[key] = self.content(value)
        return key

    def content(self, value: Any) -> Any:
        if isinstance(value, Tensor):
            for tensor in topological_order(value):
                if id(tensor) not in self.seen or tensor is value:
                    self.alive.append(tensor)
                    self.seen[id(tensor)] = self.tensor(tensor)
            return self.seen[id(value)]
        if isinstance(value, list | tuple):
            return [type(value).__name__, *map(self.of, value)]
        if isinstance(value, dict):
            return [(name, self.of(entry)) for name, entry in value.items()]
        if isinstance(value, Network):
            return self.of(value.module)
        if isinstance(value, Module):
            parts = vars(value) | {"training": value.training}  # of the class until it is set
            return [(name, self.of(parts[name])) for name in sorted(parts)]
        if isinstance(value, Optimizer):
            state = {slot: [x.hex() for x in numbers] for slot, numbers in value.state.items()}
            return value.settings, value.steps, state, [self.of(p) for p in value.parameters]
        if hasattr(value, "getstate"):
            return value.getstate()
        return type(value).__name__  # functions, data sets: nothing in them ever changes

    @staticmethod
    def tensor(tensor: Tensor) -> Any:
        made_from = [id(child) for child in tensor._prev]
        slopes = list(map(repr, tensor._derivatives))
        return tensor.data.hex(), tensor.grad.hex(), tensor._op, made_from, slopes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Portrait) and self.picture == other.picture

    __hash__ = None  # type: ignore[assignment]

    def differences(self, other: "Portrait") -> list[str]:
        """What differs, for the message of a failing test."""
        found = []
        for part, mine in self.picture.items():
            theirs = other.picture[part]
            if mine != theirs and isinstance(mine, dict):
                keys = mine.keys() | theirs.keys()
                found += [
                    f"{part}[{key}]: {mine.get(key)} | {theirs.get(key)}"
                    for key in keys
                    if mine.get(key) != theirs.get(key)
                ]
            elif mine != theirs:
                found.append(f"{part}: {str(mine)[:300]} | {str(theirs)[:300]}")
        return found


def assert_same(session: Session, before: Portrait) -> None:
    now = Portrait(session)
    assert now == before, "\n".join(before.differences(now))
