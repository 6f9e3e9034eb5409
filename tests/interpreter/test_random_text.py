"""Whatever is typed: errors are clean, never a traceback, a fault or a word of the parser's."""

import os
import random

import pytest
from problem_programs import FOLDER, text_of
from random_text import GENERATORS, UNCLEAN

from grammar.source import Source
from minitorch_shell.catalogue.errors import entry
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.interpreter.limits import LimitReached, Limits
from minitorch_shell.results.records import Problem

LIMITS = Limits(seconds=3.0)


def problems_of_run(text):
    results = []
    interpreter = Interpreter(results.append)
    interpreter.session.access.safe_folder = str(FOLDER)
    try:
        with LIMITS.watching():
            interpreter.run(Source("random.mt", text))
    except LimitReached as reached:
        results.append(LIMITS.problem(reached, interpreter.session.units))
    return [result for result in results if isinstance(result, Problem)]


def check(count, seed):
    stream = random.Random(seed)
    before = os.getcwd()
    os.chdir(FOLDER)
    try:
        for _ in range(count):
            text = stream.choice(GENERATORS)(stream)
            problems = problems_of_run(text)
            said = text_of(problems)
            messages = "\n".join(f"{p.message}\n{p.label}\n{p.help}" for p in problems)
            assert "MT900" not in said, (text, said)
            assert not UNCLEAN.search(messages.replace(text, "")), (text, said)
            assert all(entry(problem.code) for problem in problems), (text, said)
            assert all(p.message and (p.place or p.severity == "note") for p in problems), text
    finally:
        os.chdir(before)


def test_random_programs_give_clean_errors():
    check(150, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 6))
def test_many_random_programs_give_clean_errors(seed):
    check(500, seed)


@pytest.mark.campaign
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("seed", range(100, 110))
def test_a_campaign_of_random_programs(seed):
    check(2_500, seed)
