"""Tensors without a value: what compiled training runs a model on to see what it computes.

The engine itself need not know what stands in for a number. It reads `_data` as ever, and where
that raises `NoValue` it hands the operation over to whoever raised it.
"""

from collections.abc import Sequence
from typing import Any


class NoValue(Exception):  # noqa: N818 - the engine answers it; else it becomes a decision
    """The value of a tensor was asked for that stands for any number.

    Its recorder writes down operations of engine/rules.py and `dots` of engine/fused.py. When the
    engine asks for those, the question is forgiven: nobody has decided anything by the value.
    """

    def __init__(self, recorder: Any) -> None:
        super().__init__("a value is looked at, compared or converted")
        self.recorder = recorder

    def operation(self, name: str, first: Any, second: Any = None) -> Any:
        self.recorder.forgive(self)
        return self.recorder.operation(name, first, second)

    def dots(self, neurons: Sequence[Any], inputs: Sequence[Any], relu: bool) -> list[Any]:
        self.recorder.forgive(self)
        return self.recorder.dots(neurons, inputs, relu)  # type: ignore[no-any-return]
