"""The order of a backward sweep: a topological sort, depth first, with a stack of its own."""

from typing import Any


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
