"""Samples of what `python -m benchmarks.seed_claims` counts, and the numbers it explains."""

from fractions import Fraction

import pytest

import engine
from benchmarks.seed_claims import (
    CLAIMED_LOSS,
    FIRST_LINES,
    TABLES,
    least_squares_floor,
    run_recipe,
)
from engine import datasets, nn
from engine.evaluation import evaluate
from engine.randomness import DEFAULT_SEED
from engine.training import train

SIGNED = TABLES["claimed"][2]


def test_the_floor_of_affine_networks_is_exact() -> None:
    assert least_squares_floor(datasets.majority().rows()) == Fraction(19, 256)
    assert least_squares_floor(datasets.xor().rows()) == Fraction(1, 4)
    assert least_squares_floor(datasets.line(7, 2, 1, noise=0).rows()) < Fraction(1, 10**30)


def test_an_affine_network_comes_near_its_floor_and_not_below() -> None:
    engine.seed(DEFAULT_SEED)
    net = nn.Sequential(nn.Linear(5, 4), nn.Linear(4, 1))
    train(net, datasets.majority(), epochs=500)
    assert 19 / 256 <= evaluate(net, datasets.majority()).loss < 19 / 256 + 0.02


def test_the_first_training_at_the_default_seed_gets_all_rows_right() -> None:
    engine.seed(DEFAULT_SEED)
    layers = [nn.Linear(5, 4), nn.Linear(4, 8), nn.Linear(8, 4), nn.Linear(4, 1)]
    first, second, third, last = layers
    net = nn.Sequential(first, nn.Relu(), second, nn.Relu(), third, nn.Relu(), last)
    train(net, datasets.majority(), epochs=500)
    assert evaluate(net, datasets.majority()).correct == 32


@pytest.mark.slow
def test_the_recipe_reaches_the_claimed_loss() -> None:
    reached = [min(run_recipe(SIGNED, seed)[0].losses) <= CLAIMED_LOSS for seed in range(200, 205)]
    assert sum(reached) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("recipe", FIRST_LINES, ids=lambda recipe: recipe.line)
def test_the_first_line_of_every_set_learns_it(recipe) -> None:
    assert sum(run_recipe(recipe, seed)[1] >= 0.9 for seed in range(300, 304)) >= 3


@pytest.mark.campaign
@pytest.mark.parametrize("recipe", FIRST_LINES, ids=lambda recipe: recipe.line)
def test_the_first_line_learns_its_set_for_nearly_every_seed(recipe) -> None:
    assert sum(run_recipe(recipe, seed)[1] >= 0.9 for seed in range(400, 500)) >= 95
