"""The least-squares floor: how far down an affine network can get."""

from __future__ import annotations

import math
from typing import Any


def least_squares_floor(rows: Any) -> float:
    """The smallest mean squared error that any affine function reaches on the rows.

    Solves the normal equations by Gaussian elimination; directions without information are skipped.
    """
    table = [[1.0, *map(float, inputs)] for inputs, _ in rows]
    targets = [float(target) for _, target in rows]
    width, count = len(table[0]), len(table)
    system = [
        [math.fsum(row[i] * row[j] for row in table) for j in range(width)]
        + [math.fsum(row[i] * y for row, y in zip(table, targets, strict=True))]
        for i in range(width)
    ]
    solution = [0.0] * width
    pivots = []
    for column in range(width):
        free = [i for i in range(width) if i not in pivots]
        pivot = max(free, key=lambda i: abs(system[i][column]))
        if abs(system[pivot][column]) < 1e-9 * count:
            continue
        pivots.append(pivot)
        for i in range(width):
            if i != pivot:
                factor = system[i][column] / system[pivot][column]
                system[i] = [a - factor * b for a, b in zip(system[i], system[pivot], strict=True)]
        solution[column] = pivot + 1.0  # remembered as the row that solves this column
    weights = [
        system[int(at) - 1][width] / system[int(at) - 1][column] if at else 0.0
        for column, at in enumerate(solution)
    ]
    errors = [
        (math.fsum(w * x for w, x in zip(weights, row, strict=True)) - y) ** 2
        for row, y in zip(table, targets, strict=True)
    ]
    return math.fsum(errors) / count
