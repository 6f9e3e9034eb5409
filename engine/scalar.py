"""What counts as a number, and how something that holds one compares and converts."""

from math import inf


def as_float(value: object) -> float | None:
    """`value` as a float, None where it is no number (a truth value is none either)."""
    if isinstance(value, float):
        return float(value)
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        return None
    try:
        return float(value)
    except OverflowError:  # an int beyond the floats
        return inf if value > 0 else -inf  # type: ignore[operator]
    except TypeError:  # an array, say
        return None


class Comparable:
    """Compares and converts like its value; but each is a key of its own in dicts and sets.

    So it is in PyTorch, and so that equal tensors of a graph are not taken for one another.
    """

    __slots__ = ()
    _data: float

    def __eq__(self, other: object) -> bool:
        return self._data == (other._data if isinstance(other, Comparable) else other)

    def __lt__(self, other: "Comparable | float") -> bool:
        return self._data < (other._data if isinstance(other, Comparable) else other)

    def __le__(self, other: "Comparable | float") -> bool:
        return self._data <= (other._data if isinstance(other, Comparable) else other)

    def __gt__(self, other: "Comparable | float") -> bool:
        return self._data > (other._data if isinstance(other, Comparable) else other)

    def __ge__(self, other: "Comparable | float") -> bool:
        return self._data >= (other._data if isinstance(other, Comparable) else other)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return self._data != 0.0

    def __int__(self) -> int:
        return int(self._data)

    def __format__(self, form: str) -> str:
        return format(self._data, form) if form else str(self)

    def item(self) -> float:
        """The value, detached from the graph."""
        return self._data


def is_number(value: object) -> bool:
    """Whether it stands for one number, NumPy's included: something that is no sequence."""
    if isinstance(value, _KINDS):
        return True
    return not hasattr(value, "__len__") and as_float(value) is not None


_KINDS = (Comparable, float, int)
