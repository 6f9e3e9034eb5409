"""Random texts: characters, words in any order, broken programs, values of odd kinds."""

import re

from problem_programs import PROGRAMS

from grammar.vocabulary import vocabulary
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.catalogue.commands import COMMANDS
from minitorch_shell.catalogue.errors import entries

# What no message may say: words of Python's, of the parser's.
UNCLEAN = re.compile(
    r"Token\(|Expected one of|Traceback|__anon|\b_?[A-Z]{3,}_[A-Z]+\b|\b(?:LPAR|RPAR|LSQB|RSQB"
    r"|LBRACE|RBRACE|NEWLINE|NoneType|object at 0x|has no attribute|positional argument"
    r"|is not iterable|has no len|object of type|expected numbers, got|__\w+__|Value\(data)"
)
# `while` is left out, and large counts: most random loops do not end.
WORDS = [w for w in (*vocabulary().reserved, *vocabulary().commands, *vocabulary().context)
         if w != "while"]  # fmt: skip
SIGNS = [*list("+-*/^@=<>()[]{},;:?\n ."), "==", ":=", "+=", "**", "\n", "\n", " ", " ", "=", "("]
NAMES = ["x", "y", "f", "net", "xs", "loss", "opt", "data", "w", "θ"]
VALUES = [
    "0",
    "1",
    "2",
    "3",
    "2.5",
    "-1",
    "1e-6",
    ".5",
    '"a"',
    '"',
    "true",
    "[1, 2]",
    "x",
    "epochs=2",
]
LETTERS = "abxyz θé€0123456789.+-*/^@=<>()[]{},;:?!\"'#\\\n\t_~$%&|`²×−½ "


def corpus():
    """Programs that run, or fail in a way of their own."""
    texts = [program.read_text(encoding="utf-8") for program in PROGRAMS]
    texts += [row.right for row in entries()] + [row.example for row in COMMANDS.values()]
    texts += [builtin.example for builtin in BUILTINS.values()]
    return [text for text in texts if text and "while" not in text and len(text) < 400]


CORPUS = corpus()
PIECE = re.compile(r"\w+|\s+|\"[^\"\n]*\"|[^\w\s]")


def random_text(stream):
    return "".join(stream.choice(LETTERS) for _ in range(stream.randrange(1, 40)))


def soup(stream):
    pools = [WORDS, SIGNS, SIGNS, NAMES, NAMES, VALUES, list(BUILTINS)]
    pieces = [stream.choice(stream.choice(pools)) for _ in range(stream.randrange(1, 25))]
    return stream.choice(["", " "]).join(pieces)


def broken(stream):
    """A program of the corpus with a few pieces removed, doubled, swapped or replaced."""
    pieces = PIECE.findall(stream.choice(CORPUS))
    if stream.random() < 0.3:
        pieces += ["\n", *PIECE.findall(stream.choice(CORPUS))]
    for _ in range(stream.randrange(1, 4)):
        if not pieces:
            break
        at = stream.randrange(len(pieces))
        change = stream.randrange(5)
        if change == 0:
            del pieces[at]
        elif change == 1:
            pieces.insert(at, pieces[stream.randrange(len(pieces))])
        elif change == 2:
            other = stream.randrange(len(pieces))
            pieces[at], pieces[other] = pieces[other], pieces[at]
        elif change == 3:
            pieces[at] = stream.choice([*NAMES, *VALUES, *SIGNS, *WORDS])
        else:
            pieces[at : at + 1] = [" ", stream.choice(list(BUILTINS)), " "]
    return "".join(pieces)


OPENING = """x = 2; y = -3; xs = [1, 2, 3]; W = [[1, 2], [3, 4]]; word = "text"; yes = true
net = linear(2,3) relu linear(3,1); f(a) = a^2 + x; opt = sgd(net, lr=0.1); d = xor; n = len(xs)
"""
ATOMS = ["x", "y", "xs", "W", "word", "yes", "net", "f", "opt", "d", "n", "2", "0", "1.5", "[]",
         "[x, [y]]", "majority", "relu", "linear", "pi", "net[0]", "xor", "-1"]  # fmt: skip
FORMS = ["{0} + {1}", "{0} * {1}", "{0} / {1}", "{0} - {1}", "{0} @ {1}", "{0} ^ {1}", "-{0}",
         "{0} < {1}", "{0} == {1}", "{0} and {1}", "not {0}", "grad {0}", "{0}[{1}]", "{0}[{1}:]",
         "{0}({1})", "{0}()", "[{0}, {1}]", "[{0} for a in {1}]", "[a * b for a, b in {0}]",
         "({0} if {1} else {0})", "({0})"]  # fmt: skip
STATEMENTS = ["{0}", "print {0}, {1}", "z = {0}", "a, b = {0}", "x := {0}", "xs := {0}", "x += {0}",
              "backward {0}", "zero {0}", "show {0}", "step {0}", "seed {0}", "del x", "vars",
              "repeat {0} {{ x = {1} }}", "for k in {0} {{ print k }}", "if {0} {{ {1} }}",
              "for a, b in {0} {{ a }}", "train {0} epochs=1", "train net on {0} epochs=2",
              "train net on d epochs=2 lr={0}", "train net on d epochs=1 batch={0}",
              "train net on d epochs=1 validate={0}", "test net on {0}", "test {0}", "net[{0}] net",
              "train net on d epochs=1 momentum={0} optimizer=momentum", "assert {0}, {1}",
              "g(a) = {0}; g({1})", "net = linear(2,{0}) relu", "net = mlp({0}, {1}, 1)",
              "m = linear(2,1) with bias={0}", "m = linear(2,1) with seed={0}", "save {0} to {1}",
              "set digits={0}", "time print {0}", "x[{0}] := {1}", "xs[{0}] := {1}", "undo {0}",
              "export net to {0}", "import {0}", "show compiled {0}",
              "train net on d epochs=1 until={0} every={1}"]  # fmt: skip


def expression(stream, depth=2):
    if depth == 0 or stream.random() < 0.3:
        return stream.choice(ATOMS)
    if stream.random() < 0.5:
        return call(stream, depth)
    inner = [expression(stream, depth - 1) for _ in range(2)]
    return stream.choice(FORMS).format(*inner)


def call(stream, depth):
    """A call with a number of values that fits, of kinds that need not."""
    builtin = stream.choice([b for b in BUILTINS.values() if b.callable])
    needed = [p for p in builtin.parameters if p.default is None]
    given = [expression(stream, depth - 1) for _ in needed]
    for parameter in builtin.parameters[len(needed) :]:
        if stream.random() < 0.2:
            given.append(f"{parameter.name}={expression(stream, depth - 1)}")
    return f"{builtin.name}({', '.join(given)})"


def odd_kinds(stream):
    """A program that parses, with values of all kinds in all places."""
    lines = [
        stream.choice(STATEMENTS).format(expression(stream), expression(stream))
        for _ in range(stream.choice([1, 1, 1, 2, 3]))
    ]
    return OPENING + "\n".join(lines)


GENERATORS = [random_text, soup, broken, broken, odd_kinds, odd_kinds]
