"""What a run would certainly refuse, the check refuses before anything has run."""

import pytest

from grammar.source import Source
from minitorch_shell.interpreter import Collector, Interpreter
from minitorch_shell.results.records import Problem

NET = "net = linear(2,1)"
WRONG = {
    f"{NET}; train xor epochs=1 beta1=0.9": "MT205",
    f"{NET}; train xor momentum=0.9 optimizer=adam": "MT205",
    f'{NET}; train xor beta2=0.9 optimizer="momentum"': "MT205",
    f"{NET}; train xor loss=5": "MT206",
    f"{NET}; train xor optimizer=true": "MT206",
    f"{NET}; test xor loss=[1]": "MT206",
    "net = linear relu": "MT204",
    "net = relu dropout linear(2,1)": "MT204",
    "net = linear adam (5)": "MT204",
    "a, b = linear split(moons, 0.5)": "MT204",
    "net = linear(2,3) mse(1, 2)": "MT302",
    "net = linear(2,3) moons(5) relu": "MT302",
    "net = moons(5) linear(2,3)": "MT302",
    "y = mse(1, 2) mse(3, 4)": "MT108",
    "moons(5, n=5)": "MT204",
    "w = 1; o = sgd([w], 0.5, lr=0.5)": "MT204",
    "mse(1, prediction=2)": "MT204",
    "max(1, xs=2)": "MT204",
    "relu(x=2)": "MT204",
    "set nothing=3": "MT208",
    "x = 2; if x == 2 { undo }": "MT212",
    "x = 2; time redo": "MT212",
    "x = 2; undo len(sample(xor))": "MT308",
    "x = 2; undo [1 for a, b in moons][0]": "MT308",
    "x = 4; set digits=x": "MT208",
    "set engine=quick": "MT208",
}
RIGHT = (
    "x = 2; n = 1; x := 3; undo n; redo 2 - n; assert x == 3",
    'set engine=eager; set digits=3 + 1; set preview=off; set engine="auto"',
    "w = 1; o = sgd([w], 0.5); backward w^2; step o; assert w == 0",
    "w = 1; o = adam([w], 0.5, 0.8, epsilon=1e-3)",
    "leaky_relu(1, slope=0.5); leaky_relu(1, 0.5)",
    f"{NET}; train xor epochs=1 lr=0.1 momentum=0.5",
    f"{NET}; train xor epochs=1 optimizer=adam beta1=0.5 l2=0.1",
    f"{NET}; train xor epochs=1 optimizer=momentum momentum=0.1",
    f'{NET}; word = "adam"; train xor epochs=1',
    "linear = 3; y = linear + 1; net = relu neuron(2)",
    f"{NET}; both = copy(net) relu linear(1,1)",
    f"{NET}; f(linear) = linear * 2; f(3)",
    "net = linear(2,2) softmax; train blobs(20, 2) epochs=1; test blobs(20, 2) loss=cross_entropy",
)


def problems(program: str, run: bool) -> list[Problem]:
    found = Collector()
    interpreter = Interpreter(found)
    source = Source("t.mt", program)
    if run:
        # Statement by statement, as at the prompt: nothing is checked that has not run.
        for statement in program.split("; "):
            interpreter.run(Source("t.mt", statement))
    else:
        interpreter.check(source, strict=True)
    return [r for r in found.results if isinstance(r, Problem) and r.severity == "error"]


@pytest.mark.parametrize("program", WRONG)
def test_what_is_refused_is_refused_before_anything_runs(program: str) -> None:
    [problem] = problems(program, run=False)
    assert problem.code == WRONG[program]
    assert problem.help
    assert problem.place is not None


@pytest.mark.parametrize("program", RIGHT)
def test_what_runs_is_not_refused(program: str) -> None:
    assert problems(program, run=False) == []
    assert problems(program, run=True) == []
