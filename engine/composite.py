"""Nodes that are several operations in one: quicker than a graph of plain nodes, and no less true.

A neuron's sum of products (engine/fused.py) is such a node. A subclass of `Composite` has slots of
its own for what it was computed from, and says:

    _parts          its operands behind `_first`
    _derivatives    one local derivative for each operand
    _push           hand the gradient on to the operands; not asked where `_by_first` is None
    _visit          get ready for a sweep, and say where it goes on
    _unfold         the same in plain nodes, for whoever wants to look inside
    _evaluate       the value for other operands, for the gradient check

Of these `_push` and `_visit` can stay as they are in `Tensor`, which has them from the operands
and derivatives; a subclass writes its own to be quick.
"""

from collections.abc import Sequence
from itertools import chain

from engine.tensor import Tensor


class Composite(Tensor):
    """Base of all nodes that are several operations in one. `_first` is the first operand."""

    __slots__ = ()

    def _parts(self) -> tuple[Sequence[Tensor], ...]:
        """The operands behind the first, in sequences that nodes may share and nobody changes."""
        raise NotImplementedError

    @property
    def _prev(self) -> tuple[Tensor, ...]:
        assert self._first is not None
        return (self._first, *chain.from_iterable(self._parts()))

    def _unfold(self, operands: Sequence[Tensor]) -> Tensor:
        """Plain nodes on these operands, with the numbers of this one, gradients included."""
        raise NotImplementedError

    def _evaluate(self, operands: Sequence[float]) -> float:
        """The value that these operands would give."""
        raise NotImplementedError
