"""The grammar as the language reference has it: words, precedence, line ends, examples."""

import pytest

from grammar import syntax as s
from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source
from grammar.vocabulary import vocabulary


def statements(text):
    return parse(Source("", text)).statements


def expression(text):
    (statement,) = statements(text)
    assert isinstance(statement, s.ExpressionStatement)
    return statement.value


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("word", vocabulary().commands)
@pytest.mark.parametrize("rest", ["= 3", "+= 3", "-= 3", "*= 3", "/= 3", ":= 3", "== 3", "!= 3"])
def test_a_command_word_before_an_assignment_or_comparison_is_a_name(word, rest):
    (statement,) = statements(f"{word} {rest}")
    names = {node.name for node in s.walk(statement) if isinstance(node, s.Name)}
    assert names == {word}


@pytest.mark.parametrize("word", vocabulary().commands)
def test_a_command_word_elsewhere_is_a_name(word):
    for text in (f"x = {word}", f"{word} * 2", f"{word} < 2", f"{word}, x = f(1)", f"f({word}=1)"):
        assert any(
            word in (getattr(node, "name", ""), getattr(node, "topic", ""))
            for node in s.walk(parse(Source("", text)))
        ), text


@pytest.mark.parametrize("word", [*vocabulary().context, "random", "iffy", "format", "trained"])
def test_context_words_and_words_that_begin_like_others_are_names(word):
    assert statements(f"{word} = 1; x = {word} + 1; print {word}")[0].targets[0].name == word


@pytest.mark.parametrize("word", vocabulary().reserved)
def test_reserved_words_cannot_be_bound(word):
    with pytest.raises(SyntaxProblem):
        statements(f"{word} = 3")


def test_words_of_commands_may_be_networks_and_data():
    assert statements("train on on on")[0].network.name == "on"
    assert statements('save to to "f"')[0].operands[0].name == "to"
    assert [type(part) for part in statements("show compiled")[0].operands] == [s.Name]
    assert [type(part) for part in statements("show compiled net")[0].operands] == [s.Word, s.Name]


def test_names_of_any_script_in_one_form():
    composed, decomposed = "größe", "gro\u0308ße"
    assert statements(decomposed + " = 3")[0].targets[0].name == composed
    assert expression("θ * α").left.name == "θ"
    assert expression("名前_2").name == "名前_2"


# ---------------------------------------------------------------- numbers, strings, comments


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2.0),
        ("3.5", 3.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-6", 1e-6),
        ("1E3", 1000.0),
        ("2.5e+2", 250.0),
        ("1_000", 1000.0),
        ("1_0.2_5", 10.25),
        ("007", 7.0),
    ],
)
def test_numbers(text, value):
    assert expression(text) == s.Number((0, 0), value)


def test_strings_know_four_escapes():
    assert expression(r'"a\n\t\"\\ # θ {"').value == 'a\n\t"\\ # θ {'


def test_comments_end_with_the_line():
    tree = statements("# one\nx = 1 # two ( [ {\n# three\nx # four")
    assert [type(statement) for statement in tree] == [s.Bind, s.ExpressionStatement]


# ---------------------------------------------------------------- line ends


@pytest.mark.parametrize(
    "text",
    [
        "x = (1 +\n2)",
        "x = (1\n+ 2\n)",
        "x = [1,\n 2\n,3]",
        "x =\n1",
        "x = 1 +\n\n# note\n2",
        "print 1,\n2",
        "x = a and\nb",
        "x = not\nb",
        "x :=\n1",
        "x = 2 ^\n3",
        "x = f(\n1\n)",
        "net = (linear(1,2)\n  relu\n  linear(2,1))",
        "if a {\nb\n}\nelse {\nc\n}",
        "if a { b }\n\n# note\n  else if c { d }\n else { e }",
        "x = 1\r\n",
        "repeat 2 { x; y }",
        "repeat 2 {\n\n x\n\n}",
        "\n\n; ;x;\n",
    ],
)
def test_these_lines_are_one_statement(text):
    assert len(statements(text)) == 1


@pytest.mark.parametrize("text", ["x\ny", "x;y", "x;\ny", "x\r\ny", "x # note\ny", ""])
def test_separators(text):
    assert len(statements(text)) == (2 if text else 0)


def test_a_separator_is_needed_behind_a_block():
    assert len(statements("repeat 2 { x }; y")) == 2
    with pytest.raises(SyntaxProblem):
        statements("repeat 2 { x } y")


def test_a_sign_at_the_start_of_a_line_begins_a_statement():
    assert len(statements("x\n-y")) == 2
    assert len(statements("x\n(y)")) == 2
    assert len(statements("x\n[y]")) == 2


# ---------------------------------------------------------------- precedence


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a + b*c", "a + (b*c)"),
        ("a - b - c", "(a - b) - c"),
        ("a / b * c @ d", "((a / b) * c) @ d"),
        ("-x^2", "-(x^2)"),
        ("-a*b", "(-a)*b"),
        ("a^b^c", "a^(b^c)"),
        ("a**b", "a^b"),
        ("2^-1", "2^(-1)"),
        ("a^-b^c", "a^(-(b^c))"),
        ("- -a", "-(-a)"),
        ("grad a^2", "(grad a)^2"),
        ("grad f(x)[0]", "grad (f(x)[0])"),
        ("-grad a", "-(grad a)"),
        ("w - 0.1*grad w", "w - (0.1*(grad w))"),
        ("a < b + 1", "a < (b + 1)"),
        ("not a == b", "not (a == b)"),
        ("not a and b", "(not a) and b"),
        ("a or b and c", "a or (b and c)"),
        ("a and b or c", "(a and b) or c"),
        ("a or b if c or d else e or f", "(a or b) if (c or d) else (e or f)"),
        ("a if b else c if d else e", "a if b else (c if d else e)"),
        ("f(a)(b)[c]", "((f(a))(b))[c]"),
        ("[x for x in a or b if c and d]", "[x for x in (a or b) if (c and d)]"),
    ],
)
def test_precedence(text, same):
    assert expression(text) == expression(same)


def test_comparisons_chain():
    chain = expression("a < b <= c")
    assert chain.operators == ["<", "<="]
    assert expression("(a < b) <= c") != chain


# ---------------------------------------------------------------- examples

EXAMPLES = r'''
x = 2; y = 3; z = x*y + y      # statements end at ; or at the end of the line
backward z
grad x                         # 3.0
net = linear(5,4) relu linear(4,1)
train majority epochs=500 lr=1e-6
seed 1337
data = moons(n=100, noise=0.1, labels=signed)
for p in params(net) { p := p - (1 - 0.9*k/100) * grad p }
loss = mean([relu(1 - y*net(x)) for x, y in data]) + 1e-4 * sum([p^2 for p in params(net)])
print loss, accuracy(net, data)
step = 0.1
train, test = split(d, 0.8)
del sum
x != 0 and a < b < c
a if c else b
sum(p^2 for p in ps)
[a for x, y in xs if c]
w := w - 0.1*grad w
w[0] := 3
w[1:3] := [1, 2]
a, b = sample(majority)
total += loss
f(x) = x^2 + 3*x
f(x) = linear(2,3) relu
repeat n { x }
while c { if a { break } else { continue } }
if c { x } else if d { y } else { z }
zero
zero x, y
zero net
encoder = linear(4,2) relu
auto = encoder decoder
net = linear(5,?) relu linear(4,1)
net(1, 0, 1, 1, 0)
net([1, 0, 1, 1, 0])
net[0]
net[0:2]
net[:2]
net[1:]
show net
net = linear(5,4) relu linear(4,1) with init=kaiming seed=7
net = linear(5,4) relu linear(4,1) with init=kaiming, seed=7, bias=0.3
mlp(2, [16, 16], 1)
d = csv("file.csv", target="column", skip=[1], scale=true)
d = [[[0,0],0],[[0,1],1]]
train net on moons(n=50) epochs=10, batch=all, optimizer=adam until=1e-3 validate=0.2
train net on [[[0,0],0],[[0,1],1]] loss=bce
opt = sgd(net, lr=0.1)
x, y = sample(majority)
backward loss
step opt
test majority
test net on data
print a, b, "text"
print
save net to "net.json"
net = load("net.json")
export net to "net.py"
export net to "net.py" as pytorch
import "other.mt"
vars
del x
del x, y
seed 42
seed random
set digits=4
set preview=off
time backward loss
time repeat 3 { x }
assert loss < 0.1
assert loss < 0.1, "message"
help
help train
help MT203
net?
undo
undo 3
redo
history
'''.strip().splitlines()  # fmt: skip


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_of_the_reference_parse(text):
    parse(Source("", text))
    parse(Source("", text + "\r\n"))


def test_the_first_program_of_the_reference():
    program = parse(
        Source(
            "",
            """
seed 1337
data = moons(n=100, noise=0.1, labels=signed)
net = linear(2,16) relu linear(16,16) relu linear(16,1)
for k in range(100) {
    zero net
    loss = mean([relu(1 - y*net(x)) for x, y in data]) + 1e-4 * sum([p^2 for p in params(net)])
    backward loss
    for p in params(net) { p := p - (1 - 0.9*k/100) * grad p }
}
print loss, accuracy(net, data)
""",
        )
    )
    kinds = [getattr(one, "word", type(one)) for one in program.statements]
    assert kinds == ["seed", s.Bind, s.Bind, s.For, "print"]


def test_line_ends_of_windows_change_nothing():
    text = "\n".join(EXAMPLES)
    assert parse(Source("", text)) == parse(Source("", text.replace("\n", "\r\n")))


def test_a_row_is_layers_side_by_side():
    (bind,) = statements("net = a linear(2, 3)[0] relu with seed=3")
    assert isinstance(bind.value, s.With)
    assert [type(element) for element in bind.value.network.elements] == [s.Name, s.Index, s.Name]
    assert isinstance(expression("f (x)"), s.Call)
