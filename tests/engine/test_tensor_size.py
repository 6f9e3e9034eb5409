"""Big graphs: no recursion, no stack overflow when they are freed, nothing left behind."""

import gc
import subprocess
import sys

import pytest

from engine import SGD, Tensor, mlp, mse_loss
from engine.graph import topological_order

CHAIN = """
import sys
from engine import Tensor
limit = sys.getrecursionlimit()
x = Tensor(1.0)
out = x
for _ in range({count}):
    out = out + x
out.backward()
assert x.grad == {count} + 1.0, x.grad
del out
assert sys.getrecursionlimit() == limit
print("done")
"""

TREE = """
from engine import Tensor
leaves = [Tensor(0.5) for _ in range(2**{depth})]
level = leaves
while len(level) > 1:
    level = [a + b for a, b in zip(level[::2], level[1::2])]
level[0].backward()
assert level[0].data == 0.5 * 2**{depth}
assert all(leaf.grad == 1.0 for leaf in leaves)
del level, leaves
print("done")
"""


def prints_done(program: str) -> bool:
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    return (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, "done", "")


def test_a_chain_deeper_than_any_recursion_limit() -> None:
    assert prints_done(CHAIN.format(count=50_000))


@pytest.mark.slow
def test_a_chain_of_a_million_nodes_is_made_swept_and_freed() -> None:
    assert prints_done(CHAIN.format(count=1_000_000))


@pytest.mark.slow
def test_a_balanced_tree_of_a_million_nodes_is_made_swept_and_freed() -> None:
    assert prints_done(TREE.format(depth=19))


def test_walks_have_no_depth_limit_either() -> None:
    out = Tensor(1.0)
    for _ in range(20_000):
        out = -out
    assert len(topological_order(out)) == 20_001


def tensors_alive() -> int:
    return sum(issubclass(type(thing), Tensor) for thing in gc.get_objects())


def objects_after_training(steps: int) -> int:
    model = mlp(2, [4], 1)
    optimizer = SGD(model, lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        mse_loss(model([1.0, -1.0]), 1.0).backward()
        optimizer.step()
    return tensors_alive()


@pytest.mark.slow
def test_memory_does_not_grow_while_training_without_the_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        few = objects_after_training(10)
        few_objects = len(gc.get_objects())
        many = objects_after_training(1_000)
        many_objects = len(gc.get_objects())
    finally:
        gc.enable()
    assert many <= few
    assert many_objects - few_objects < 500
