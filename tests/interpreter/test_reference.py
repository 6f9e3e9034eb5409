"""The language reference, line by line: what programs print, through the command line."""

from pathlib import Path

import pytest
from command import ROOT

from minitorch_shell.command_line.cli import run


def printed(program: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a program prints; it must not fail, and notes are not looked at."""
    status = run(["-c", program])
    captured = capsys.readouterr()
    assert status == 0, captured.err
    return captured.out.rstrip("\n")


def notes(program: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a program that does not fail says on standard error."""
    assert run(["-c", program]) == 0
    return capsys.readouterr().err


PRINTS = [
    # a first look
    ("x = 2; y = 3; z = x*y + y\nbackward z\ngrad x", "3.0"),
    # words
    ("x = 2 # a comment\nx", "2.0"),
    ("a = [1,\n  2]\na", "[1.0, 2.0]"),
    ("b = 1 +\n 2\nb", "3.0"),
    ("if 2 < 1 { 1 }\nelse { 2 }", "2.0"),
    ("if 2 < 1 { 1 } else if 3 < 1 { 2 } else { 3 }", "3.0"),
    ("print 2, 3.5, .5, 1e-6, 1_000", "2.0 3.5 0.5 1e-06 1000.0"),
    ("len([1, 2, 3, 4, 5])", "5"),
    ("len([1, 2]) + len([3]) * 2 - 1 * len([4])", "3"),
    ("n = len([1, 2]) + len([3]) * len([4, 5]); n", "4"),
    (r'print "a\tb\"c\\"', 'a\tb"c\\'),
    ('print "one\\ntwo"', "one\ntwo"),
    ("print true, false, pi", "true false 3.14159"),
    ("θ = 2; θ", "2.0"),
    ("step = 0.1; step == 0.1", "true"),
    ("train, test = split(xor, 0.5); len(train)", "2"),
    ("sum = 3; print sum; del sum; sum([1, 2])", "3.0\n3.0"),
    ("repeat 3.0 { print 1 }", "1.0\n1.0\n1.0"),
    # values
    ("x = 2; y = x; backward y*y; grad x", "4.0"),
    ("w = [1, 2]; backward w[0]*w[1]; grad w", "[2.0, 1.0]"),
    ("w = [[1, 2], [3]]; backward w[1][0]; grad w", "[[0.0, 0.0], [1.0]]"),
    ("a = 2*pi; backward a*a; close(grad a, 4*pi)", "true"),
    ("[1, 2] + [3, 4]", "[4.0, 6.0]"),
    ("[1, 2] * 2 - 1", "[1.0, 3.0]"),
    ("6 / [1, 2]", "[6.0, 3.0]"),
    ("[1, 2] @ [3, 4]", "11.0"),
    ("[[1, 2], [3, 4]] @ [1, 1]", "[3.0, 7.0]"),
    ("W = [[1, 2], [3, 4]]; x = [1, 1]; backward (W @ x)[1]; grad x", "[3.0, 4.0]"),
    ("[1, 2] == [1, 2]", "true"),
    ("1 < 2 < 3", "true"),
    ("1 < 3 < 2", "false"),
    ("1 == 1 != 2", "true"),
    ("not 1 > 2 and (1 > 2 or 2 > 1)", "true"),
    # how values print
    ("print 3, -20, 0.07421875, 1e-6, 123456, 1234567", "3.0 -20.0 0.0742188 1e-06 123456.0 1.23457e+06"),
    ("print 0/0, 1/0, -1/0", "nan inf -inf"),
    ("set digits=17; 0.1 + 0.2", "0.30000000000000004"),
    ("set digits=3; pi", "3.14"),
    ('print [1, true, "a"]', "[1.0, true, a]"),
    ("f(x) = x^2 + 3*x\nf", "f(x) = x^2 + 3*x"),
    ("linear(5,4) relu linear(4,1)", "linear(5,4) relu linear(4,1): 29 parameters"),
    ("moons", "moons: 100 rows, 2 inputs, 1 target"),
    # expressions
    ("-2^2", "-4.0"),
    ("2^3^2", "512.0"),
    ("2**3", "8.0"),
    ("2^-1", "0.5"),
    ("(-8)^(1/3)", "nan"),
    ("0^0", "1.0"),
    ("x = 3; n = 2; backward x^n; grad x", "6.0"),
    ("x = 2; n = 3; backward x^n; close(grad n, 8*log(2))", "true"),
    ("x = 3; backward x^2; grad x^2", "36.0"),
    ("x = 3; grad x", "0.0"),
    ("1 if 2 > 1 else 3", "1.0"),
    ("xs = [1, 2, 3]; print xs[0], xs[-1], xs[0:2], xs[1:], xs[:]", "1.0 3.0 [1.0, 2.0] [2.0, 3.0] [1.0, 2.0, 3.0]"),
    ("[a^2 for a in [1, 2, 3] if a > 1]", "[4.0, 9.0]"),
    ("[a*b for a, b in zip([1, 2], [3, 4])]", "[3.0, 8.0]"),
    ("sum(p^2 for p in [1, 2])", "5.0"),
    ("[x + y for x in [1, 2] for y in [10, 20]]", "[11.0, 21.0, 12.0, 22.0]"),
    ("a = 3; a_detached = value(a*a); a_detached", "9.0"),
    ("xs = append([1], 2); len(xs)", "2"),
    ("range(2, 5)", "[2, 3, 4]"),
    ("round(2.5)", "2.0"),
    ("x = 2.4; backward binary_round(x)*x; grad x", "1.0"),
    ("max(1, 5, 3); min([4, 2])", "5.0\n2.0"),
    ("exp([0, 0])", "[1.0, 1.0]"),
    # binding and updating
    ("a, b = [1, 2]; print a, b", "1.0 2.0"),
    ("total = 0; for x in [1, 2, 3] { total += x }; total", "6.0"),
    ("a = 6; a -= 2; a *= 3; a /= 4; a", "3.0"),
    ("w = 1; w := 5; w", "5.0"),
    ("w = 2; backward w*w; w := w - 0.1 * grad w; print w, grad w", "1.6 4.0"),
    ("xs = [1, 2]; xs[1] := 7; xs", "[1.0, 7.0]"),
    ("xs = [1, 2]; xs := [3, 4]; xs", "[3.0, 4.0]"),
    ("w = 2; z = w*w; w := 5; z", "4.0"),
    ("w = 2; backward w*w; w = w - 0.1*grad w; backward w*w; print w, grad w", "1.6 3.2"),
    ("f(x) = x^2 + 3*x\nf(2)", "10.0"),
    ("f(x) = a*x\na = 3\nf(2)", "6.0"),
    ("f(n) = 1 if n < 1 else n*f(n - 1)\nf(5)", "120.0"),
    ("f(n) = 0 if n < 1 else f(n - 1)\nf(900)", "0.0"),
    ("block(n) = linear(n, n) relu\nnet = block(3) linear(3, 1)\nnet", "linear(3,3) relu linear(3,1): 16 parameters"),
    # control
    ("k = 0; while k < 3 { k += 1 }; k", "3.0"),
    ("for x in range(10) { if x == 2 { continue }; if x > 3 { break }; print x }", "0\n1\n3"),
    ("for x, y in xor { print x, y }", "[0.0, 0.0] 0.0\n[0.0, 1.0] 1.0\n[1.0, 0.0] 1.0\n[1.0, 1.0] 0.0"),
    ("for k in range(2) { last = k }; print k, last", "1 1"),
    # gradients accumulate in leaves and are fresh in between
    ("x = 3; z = x*x; backward z; backward z; grad x", "12.0"),
    ("x = 3; z = x*x; backward z; zero; backward z; grad x", "6.0"),
    ("x = 3; y = 2; backward x*y; zero x; print grad x, grad y", "0.0 3.0"),
    # networks
    ("net = linear(5,?) relu linear(4,1)\nnet(1, 0, 1, 1, 0) == net([1, 0, 1, 1, 0])", "true"),
    ("net = linear(2,3)\nlen(net(1, 2))", "3"),
    ("net = linear(5,4) relu linear(4,1)\nprint net[0], net[0:2]", "linear(5,4): 24 parameters linear(5,4) relu: 24 parameters"),
    ("net = linear(2,2) relu; part = net[0:1]; params(part)[0] := 9; value(params(net)[0])", "9.0"),
    ("encoder = linear(3,2) relu\ndecoder = linear(2,3)\nauto = encoder decoder\nauto", "linear(3,2) relu linear(2,3): 17 parameters"),
    ("a = linear(2,1) with seed=7\nb = linear(2,1) with seed=7\na(1, 2) == b(1, 2)", "true"),
    ("net = linear(3,2) relu linear(2,1) with init=zeros bias=0.3\nprint biases(net[0]), net(1, 2, 3)", "[0.3, 0.3] 0.0"),
    ("mlp(2, [16, 16], 1)", "linear(2,16) relu linear(16,16) relu linear(16,1): 337 parameters"),
    ("net = (linear(2,3)\n  relu\n  linear(3,1))\nlen(net)", "3"),
    ("net = linear(2,2) softmax\nclose(sum(net(1, 2)), 1)", "true"),
    ("net = neuron(2) with seed=1\nnet(0, 0) >= 0", "true"),
    ("linear(5,4,bias=false)", "linear(5,4,bias=false): 20 parameters"),
    ("a = linear(2,1); b = copy(a); params(b)[0] := 9; params(a)[0] == 9", "false"),
    ("net = linear(1,9) dropout(0.5) linear(9,1); net(1) == net(1)", "true"),
    # data
    ("x, y = sample(majority); print len(x), y == 0 or y == 1", "5 true"),
    ("d = majority(n=3, inputs=signed); d[0]", "[[-1.0, -1.0, -1.0], 0.0]"),
    ("part, rest = split(moons, 0.8); print len(part), len(rest)", "80 20"),
    ("d = moons(n=4, noise=0, labels=signed); sum([y for x, y in d])", "0.0"),
    ("len(parity)", "8"),
    ("len(majority(n=11))", "1000"),
    # the rest
    ("assert 1 < 2", ""),
    ('assert 1 < 2, "message"', ""),
    ("seed 42; a = sample(majority); seed 42; b = sample(majority); a == b", "true"),
    ("x = 2; del x; x = 3; x", "3.0"),
]  # fmt: skip


@pytest.mark.parametrize(("program", "output"), PRINTS)
def test_what_programs_print(program: str, output: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(program, capsys) == output


NOTES = [
    ("sum = 3; sum = 4", "note[MT207]: sum now hides the built-in function"),
    ("x = 2; grad x", "grad x is 0 because no `backward` has run since x was made"),
    ("w = 2; w = w - 0.1*w", "`w` is no longer a leaf"),
    ("net = linear(5,?) relu linear(4,1)", "? = 4"),
]


@pytest.mark.parametrize(("program", "note"), NOTES)
def test_notes(program: str, note: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = notes(program, capsys)
    assert said.count(note) == 1


def test_a_note_of_hiding_is_given_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert notes("sum = 1; sum = 2; sum = 3", capsys).count("hides") == 1


FAILS = [
    ("x = 2\nif x { 1 }", "MT309", "!= 0"),
    ("w = 1; z = w*2; z := 3", "MT402", "not a leaf"),
    ("repeat 2.5 { }", "MT308", "2.5"),
    ("[1, 2] + [1, 2, 3]", "MT304", "2 and 3"),
    ("f(n) = f(n + 1)\nf(1)", "MT703", "1,000"),
    ("a, b = [1, 2, 3]", "MT311", "3"),
    ("[1][3]", "MT310", "0 to 0"),
    ("assert 1 > 2", "MT313", "does not hold"),
    ('assert 1 > 2, "told you"', "MT313", "told you"),
    ("if = 3", "MT109", "reserved"),
    ("net = linear(2,1); train net on majority", "MT504", "5"),
    ("train majority", "MT506", "net = linear"),
    ("net = linear(5,1); train majority epoch=5", "MT205", "did you mean `epochs`"),
    ("net = linear(5,1); train majority optimizer=sdg", "MT206", "sgd"),
    ("x = 2; x.grad", "MT107", "grad x"),
    ("2x", "MT108", "did you mean `*`?"),
]


@pytest.mark.parametrize(("program", "code", "hint"), FAILS)
def test_what_fails(program: str, code: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-c", program]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"error[{code}]")
    assert hint in said


MOONS = """\
seed 1337
data = moons(n=100, noise=0.1, labels=signed)
net = linear(2,16) relu linear(16,16) relu linear(16,1)
for k in range(STEPS) {
    zero net
    loss = mean([relu(1 - y*net(x)) for x, y in data]) + 1e-4 * sum([p^2 for p in params(net)])
    backward loss
    for p in params(net) { p := p - (1 - 0.9*k/100) * grad p }
}
print loss, accuracy(net, data)
"""


@pytest.mark.slow
def test_the_moons_program_of_the_first_page(capsys: pytest.CaptureFixture[str]) -> None:
    loss, accuracy = map(float, printed(MOONS.replace("STEPS", "100"), capsys).split())
    assert loss < 0.15
    assert accuracy >= 0.95


TRAINING = "net = linear(5,4) relu linear(4,1); "


def test_options_of_train(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(TRAINING + "train net on majority, epochs=4, every=2, lr=0.1", capsys)
    assert [line.split()[1] for line in lines.splitlines()[:-1]] == ["1/4", "2/4", "4/4"]
    program = "train majority epochs=50 until=10 every=100"
    assert ": 1 epoch," in printed(TRAINING + program, capsys)
    for extra in ("optimizer=adam beta1=0.8 l2=0.01", "optimizer=momentum momentum=0.5",
                  "batch=all", "batch=7", "validate=0.25", "validate=majority",
                  "loss=mse"):  # fmt: skip
        out = printed(TRAINING + f"train majority epochs=3 {extra}; len(losses)", capsys)
        assert out.splitlines()[-1] == "3"
        assert ("validation" in out) == ("validate" in extra)


def test_a_second_train_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Two times 20 epochs of Adam on fixed rows end where 40 do."""
    data = "net = linear(2,4) tanh linear(4,1) with seed=3; "
    once = data + "train xor epochs=40 optimizer=adam every=100; set digits=17; params(net)"
    first = "train xor epochs=20 optimizer=adam every=100; "
    twice = data + first + first + "set digits=17; params(net)"
    assert printed(once, capsys).splitlines()[-1] == printed(twice, capsys).splitlines()[-1]


def test_engines_give_the_same_bits(capsys: pytest.CaptureFixture[str]) -> None:
    program = "set engine={}; set digits=17; " + TRAINING
    program += "train majority epochs=20 every=1; params(net)"
    outputs = [printed(program.replace("{}", engine), capsys) for engine in ("eager", "compiled")]
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize("example", sorted(ROOT.glob("examples/*.mt")), ids=lambda path: path.stem)
@pytest.mark.slow
def test_every_example_is_the_same_on_both_engines(
    example: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(example.parent)
    text = "set digits=17\n" + example.read_text(encoding="utf-8")
    outputs = [printed(f"set engine={engine}\n{text}", capsys) for engine in ("eager", "compiled")]
    assert outputs[0] == outputs[1]


def test_a_weight_changed_between_two_runs_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    program = (
        "net = linear(1,1) with init=zeros; d = [[[0], 0]]; "
        "train net on d epochs=1 lr=0.1 every=9; biases(net)[0] := 3; "
        "train net on d epochs=1 lr=0.1 every=9; print losses, biases(net)"
    )
    losses, biases = printed(program, capsys).splitlines()[-1].split("] [")
    assert losses == "[9.0"
    assert float(biases.rstrip("]")) == pytest.approx(3 - 0.1 * 6)


def test_divergence_is_told_and_the_weights_stay_finite(capsys: pytest.CaptureFixture[str]) -> None:
    program = TRAINING + "train majority epochs=200 lr=1e6; sum(params(net)) < 1e300"
    assert run(["-c", program]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1] == "true"
    assert "note[MT511]: training diverged: at epoch" in captured.err


@pytest.mark.slow
def test_an_affine_network_hears_of_its_floor(capsys: pytest.CaptureFixture[str]) -> None:
    said = notes("net = linear(5,4) linear(4,1); train majority epochs=200", capsys)
    assert "the network is affine" in said
    assert "0.0742188" in said


def test_test_shows_rows_and_confusion(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed("net = linear(2,1) with init=zeros bias=0\ntest xor", capsys).splitlines()
    assert out[0] == "tested net on xor: 4 rows, loss 0.5 (mse), accuracy 2/4"
    assert out[2].split() == ["inputs", "target", "prediction"]
    assert out[-2].split() == ["target", "0", "2", "0"]
    assert out[-1].split() == ["target", "1", "2", "0"]


def test_by_hand_with_an_optimizer(capsys: pytest.CaptureFixture[str]) -> None:
    program = """
net = linear(5,4) relu linear(4,1) with seed=5
opt = adam(net, lr=0.02)
first = value(mean([mse(net(x), y) for x, y in majority]))
repeat 100 {
    zero net
    backward mean([mse(net(x), y) for x, y in majority])
    step opt
}
value(mean([mse(net(x), y) for x, y in majority])) < 0.5 * first
"""
    assert printed(program, capsys) == "true"


def test_the_same_script_prints_the_same_text(capsys: pytest.CaptureFixture[str]) -> None:
    program = TRAINING + "train majority epochs=20; moons[0]; sample(moons); test majority"
    assert printed(program, capsys) == printed(program, capsys)


def test_the_compiled_code_of_a_network_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    program = "net = linear(2,2) relu linear(2,1); show compiled net"
    code = printed(program, capsys)
    compile(code, "shown", "exec")
    for part in ("# forward", "# backward", "# update", "h1_0 = b1_0 + w1_0_0 * x0 + w1_0_1 * x1"):
        assert part in code
    adam = printed(
        "net = linear(1,1); train line epochs=1 optimizer=adam; show compiled net", capsys
    )
    assert "sqrt" in adam
