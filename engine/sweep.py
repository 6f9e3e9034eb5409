"""The orders in which graphs are gone through: depth first, with a stack of their own."""

from collections.abc import Container
from typing import Any


def children_first(output: Any, known: Container[int] = (), last_first: bool = False) -> list[Any]:
    """Everything `output` was made from and itself, each once, children before their parents.

    The first child's side comes before the second's, or, `last_first`, the other way round as in
    `sweep_order`; constants and leaves are included. What is `known` by its id is left out, with
    all that only it was made from.
    """
    order: list[Any] = []
    visited: set[int] = set()
    stack: list[tuple[Any, bool]] = [(output, False)]
    while stack:
        tensor, children_done = stack.pop()
        if children_done:
            order.append(tensor)
        elif id(tensor) not in visited and id(tensor) not in known:
            visited.add(id(tensor))
            stack.append((tensor, True))
            children = tensor._prev if last_first else reversed(tensor._prev)
            stack.extend((child, False) for child in children)
    return order


def sweep_order(output: Any, plain: Any) -> list[Any]:
    """The nodes under `output` and itself, children first, leaves left out; gradients zeroed.

    Read backwards, a node comes before its children, and the first child's side before the
    second's. `plain` is the class of the nodes of one operation; any other is asked where to go
    on. A mark in each node, the sweep that came by last, saves a set of those visited.
    """
    sweep = object()
    order: list[Any] = []
    stack = [output] if output._first is not None else []
    pop, done = stack.pop, order.append
    while stack:
        out = pop()
        if out is None:  # all below the node under it is done
            done(pop())
            continue
        if type(out) is not plain:
            if out._sweep is not sweep:
                below = out._visit(sweep)
                if below:
                    stack += (out, None, *below)
                else:
                    done(out)
            continue
        if out._sweep is sweep:
            continue
        # What `_visit` does, spelled out: most nodes come by here.
        out._sweep = sweep
        out._grad = 0.0
        first, second = out._first, out._second
        into_first = first._first is not None and first._sweep is not sweep
        if second is not None and second._first is not None and second._sweep is not sweep:
            stack += (out, None, first, second) if into_first else (out, None, second)
        elif into_first:
            stack += (out, None, first)
        else:
            done(out)
    return order
