"""`f'(a)`: derivatives of functions, through the command line."""

import json

import pytest
from command import minitorch

from minitorch_shell.command_line.cli import run


def printed(program: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a program prints; it must not fail."""
    status = run(["-c", program])
    captured = capsys.readouterr()
    assert status == 0, captured.err
    return captured.out.rstrip("\n")


@pytest.mark.parametrize(
    ("program", "output"),
    [
        ("f(x) = x^3; f'(2)", "12.0"),
        ("f(x) = x^3; f''(2)", "12.0"),
        ("f(x) = x^3; print f'''(2), f''''(2), f'''''(2)", "6.0 0.0 0.0"),
        ("f(x) = x^3; f' (2) + 2*f''(1)^2", "84.0"),
        ("x = 2; f(t) = t^3; y = f'(x); backward y; grad x", "12.0"),
        ("x = 2; f(t) = t^3; backward f'(x); grad x", "12.0"),
        ("print sin'(0), cos''(0), exp'''(0), log'(4), sqrt'(4)", "1.0 -1.0 1.0 0.25 0.25"),
        ("print relu'(3), relu'(0), relu'(-1), abs'(0), abs'(-2)", "1.0 0.0 0.0 0.0 -1.0"),
        ("print tanh''(0.5) == -2*tanh(0.5)*(1 - tanh(0.5)^2)", "true"),
        # by the parameter alone, whatever else the function uses
        ("x = 2; f(t) = t*x; print f'(x); backward f'(x); grad x", "2.0\n1.0"),
        ("w = 5; f(t) = w*t^2; backward f'(3); grad w", "6.0"),
        ("x = 3; f(x) = x^2; print f'(x), f'(1)", "6.0 2.0"),
        # derivatives within derivatives
        ("f(x) = x^3; g(x) = x*f'(x); g'(2)", "36.0"),
        ("f(x) = x^4; g = f'; print g(1), g'(1), g''(1)", "4.0 12.0 24.0"),
        ("n(x) = x - f(x)/f'(x); f(x) = x^2 - 2; x = 1; repeat 6 { x := n(x) }; x", "1.41421"),
        ("f(n) = 1 if n < 1 else n*f(n - 1); f'(3)", "11.0"),
        # of a network
        ("net = linear(1,1); net'(3) == weights(net[0])[0][0]", "true"),
        (
            "net = linear(1,3) tanh linear(3,1)\n"
            "close(net''(0.5), (net'(0.501) - net'(0.499))/0.002)",
            "true",
        ),
        ("net = relu; net'(2)", "1.0"),
        # what it is
        ("f(x) = x^3; f'", "f': the derivative of f(x) = x^3"),
        ("sin''", "sin'': the derivative of order 2 of sin"),
        (
            "f(x) = x^2; g = f'; help g",
            "`g` is a function of this session\n    f': the derivative of f(x) = x^2",
        ),
        ("f(x) = x^2; g = f'; f = 3; show g\ng(2)", "f': the derivative of f(x) = x^2\n4.0"),
        ("f(x) = 3; f'(2)", "0.0"),
        ("f(x) = 3*x; g = f'(2); backward g^2; grad g", "6.0"),
        # of numbers alone a number, which makes a leaf
        ("f(x) = x^3; g = f'(2); g := 5; g", "5.0"),
        ("f(x) = value(x)^2; f'(2)", "0.0"),
        ("f(x) = x^2; [f'(k) for k in range(3)]", "[0.0, 2.0, 4.0]"),
        ("f(x) = x^2; sum(f'(k) for k in range(3))", "6.0"),
        ("f(x) = x^2; f'(len([1, 2]))", "4.0"),
        ("f(x) = x^2 # f'\nf'(2) # 'text'", "4.0"),
        ("θ2(x) = x^2\nθ2'(2)", "4.0"),
    ],
)
def test_values(program: str, output: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(program, capsys) == output


def test_a_derivative_is_bound_shown_undone_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    program = "f(x) = x^3; x = 2; y = f'(x)\ny = 1\nundo\nbackward y\nprint y, grad x\nshow y"
    shown = printed(program, capsys)
    assert shown.startswith("12.0 12.0\ny\nvalue      12.0\n")
    assert "g     function  f': the derivative of f(x) = x^3" in printed(
        "f(x) = x^3; g = f'; vars", capsys
    )


def test_the_graph_and_its_gradients_stay(capsys: pytest.CaptureFixture[str]) -> None:
    program = "f(x) = x^2; x = 3; z = f(x); backward z; y = f'(x)\nprint grad x, grad z, z"
    assert printed(program, capsys) == "6.0 1.0 9.0"


def test_a_derivative_where_the_value_is_nan_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-c", "f(x) = sqrt(x)\nprint f'(-1)"]) == 0
    assert capsys.readouterr().out == "nan\n"


@pytest.mark.parametrize(
    ("program", "code", "words"),
    [
        ("f(a, b) = a*b\nf'(2)", "MT204", "`f` takes 2 values"),
        ("f() = 2\nf''(2)", "MT204", "`f` takes 0 values"),
        ("dot'(2)", "MT204", "`dot` takes 2 values"),
        ("f(x) = x^2\nf'(1, 2)", "MT204", "`f'` takes 1 value, here are 2"),
        ("f(x) = x^2\nf'()", "MT204", "here are 0"),
        ("pi'(2)", "MT312", "`pi` is a number"),
        ("linear'(2)", "MT312", "`linear` is a layer"),
        ("adam'(2)", "MT312", "`adam` is an optimizer"),
        ("g(x) = hh'(x)", "MT201", "there is no `hh` here"),
        ("f(x) = x\ny = f'(2", "MT102", "not closed"),
        ("y = 'f'", "MT106", "double quotes"),
    ],
)
def test_check_tells(
    program: str, code: str, words: str, capsys: pytest.CaptureFixture[str], tmp_path
) -> None:
    file = tmp_path / "program.mt"
    file.write_text(program, encoding="utf-8")
    assert run(["--check", "--format=json", str(file)]) == 1
    [problem] = [
        record["data"]
        for record in map(json.loads, capsys.readouterr().out.splitlines())
        if record["kind"] == "error"
    ]
    assert problem["code"] == code
    assert words in problem["message"]


def test_check_passes_what_runs(capsys: pytest.CaptureFixture[str], tmp_path) -> None:
    file = tmp_path / "program.mt"
    file.write_text("f(x) = x^2\ng = f'\nprint g'(2), relu'(1), leaky_relu'(-1)\n")
    assert run(["--check", str(file)]) == 0
    assert run([str(file)]) == 0
    assert capsys.readouterr().out.endswith("2.0 1.0 0.01\n")


def test_a_derivative_in_the_place_of_a_number_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-c", "f(x) = x^2\nprint f' + 1"]) == 1
    assert "`+` cannot combine a function and a number" in capsys.readouterr().err


def test_deep_recursion_through_derivatives_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-c", "f(n) = n if n < 1 else f'(n - 1)*n\nf(5000)"]) == 1
    assert "MT703" in capsys.readouterr().err


def test_a_function_that_changes_what_it_computed_with_says_so() -> None:
    text = "w = 2\nf(x) = {{ y = (w*x)^2; w := w + 1; y }}\nprint f{}(w)"
    for signs in ("'", "''"):
        done = minitorch("-c", text.format(signs))
        assert (done.returncode, done.stdout) == (1, "")
        assert "error[MT407]: `f` has no derivative here: it changes a leaf" in done.stderr
