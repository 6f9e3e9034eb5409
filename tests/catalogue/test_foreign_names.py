"""Names of Python and PyTorch: the help says what the language has instead, and it works."""

import re

import pytest

from grammar.mistakes.foreign_names import FOREIGN
from grammar.parser import parse
from grammar.source import Source
from grammar.vocabulary import vocabulary
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.checks.resolver import problems_of
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector


def help_on(text):
    [problem] = problems_of(Source("<command>", text))
    assert problem.code == "MT201"
    return problem.help[0], problem.fix and problem.fix.text


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("int(3.5)", "`round(x)`"),
        ("float(3)", "a float already"),
        ("print str(3)", 'print "x is", x'),
        ("bool(1)", "`x != 0`"),
        ("x = input()", "`x = 2`"),
        ("x = 1; type(x)", "`show x`"),
        ("x = list(1)", "`[1, 2, 3]`"),
        ("x = dict()", "a name of its own"),
        ("s = set(1)", "`[1, 2]`"),
        ("x = Tensor(2)", "`x = 2`"),
        ("x = Value(2)", "`x = 2`"),
        ("x = tensor(2)", "`x = 2`"),
        ("w = Parameter(2)", "`w = 0.5`"),
        ("zero_grad", "`zero`"),
        ("zero_grad()", "`zero`"),
        ("optimizer", "optimizer=adam"),
        ("nn", "nothing has to be imported"),
        ("torch", "nothing has to be imported"),
        ("np", "nothing has to be imported"),
        ("net = Sequential(linear(2,3), relu)", "`net = linear(2,3) relu linear(3,1)`"),
        ("y = pow(2, 3)", "`x^2`"),
        ("f(x) = return x", "`f(x) = x^2`"),
        ("f(x) = x^2; derivative(f, 2)", "`backward y`"),
        ("x = 2; diff(x)", "`grad x`"),
        ("clear", "Ctrl-L"),
        ("cls()", "Ctrl-L"),
        ("reset", "`zero`"),
        ("print losses", "`train` binds it"),
        ("loss = 2; print losses", "`train` binds it"),
        ("x = 1 + ls", "`vars` is a command"),
    ],
)
def test_the_way_of_the_language_is_told(text, advice):
    help, fix = help_on(text)
    assert advice in help
    assert fix is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("net = Linear(2,3)", "linear"),
        ("net = linear(2,3) ReLU", "relu"),
        ("l = MSELoss(1, 2)", "mse"),
        ("w = 1; opt = SGD([w])", "sgd"),
        ("w = 1; opt = Adam([w])", "adam"),
        ("x = arange(3)", "range"),
        ("x = 2; delete x", "del"),
        ("ls", "vars"),
        ("who", "vars"),
        ("whos", "vars"),
    ],
)
def test_the_same_thing_under_another_name_is_offered(text, meant):
    assert help_on(text) == (f"did you mean `{meant}`?", meant)


def test_a_name_of_the_program_that_is_nearly_the_same_comes_first():
    assert help_on("inputs = 2; input + 1") == ("did you mean `inputs`?", "inputs")
    assert help_on("fits = 2; fit + 1")[1] == "fits"


def test_foreign_names_are_free():
    collector = Collector()
    assert Interpreter(collector).run(Source("", "tensor = 2; list = [tensor]; list"))


@pytest.mark.parametrize("name", FOREIGN)
def test_each_entry_is_a_name_there_is_or_a_sentence_whose_examples_parse(name):
    meant = FOREIGN[name]
    assert name not in BUILTINS
    if meant.isidentifier():
        assert meant in (*BUILTINS, *vocabulary().commands, "true", "false")
        return
    words = {*vocabulary().commands, ":="}
    for example in re.findall(r"`([^`]+)`", meant):
        if example not in words:
            parse(Source("", example.replace("...", "")))
