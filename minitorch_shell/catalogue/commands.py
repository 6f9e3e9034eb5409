"""The commands and statement words: one row says all about each.

Which words there are is said by the grammar alone; a test compares the two. Help, completion, the
check of statements, the compiler and the journal read the rows; the examples are run in the tests.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from grammar.vocabulary import vocabulary

# What stands behind a command word, as far as completion and messages need to know.
Following = Literal["", "value", "data", "name", "file", "setting", "topic"]


class Command(NamedTuple):
    """A word that begins a statement: how it is written, and what it does.

    `where` is the function that does it, as module:function of `minitorch_shell/commands`; "" for
    what the compiler does itself, and for what this version does not have. The function gets the
    session and then each operand; with `node` the number of its node stands between them. One that
    is not `counted` makes no entry in the history. `example` is a program, `output` what it prints
    line by line, where `...` stands for anything.
    """

    form: str
    doc: str
    where: str = ""
    followed_by: Following = ""
    node: bool = False
    counted: bool = True
    example: str = ""
    output: str = ""


NET = "net = linear(2,4) relu linear(4,1) with seed=1"

COMMANDS: dict[str, Command] = {
    "backward": Command(
        "backward z",
        "run the chain rule back from z: gradients of all below it",
        where="gradients:backward",
        followed_by="value",
        example="x = 2; y = 3\nz = x*y + y\nbackward z\ngrad x",
        output="3.0",
    ),
    "zero": Command(
        "zero net",
        "set gradients to 0: of all, or of what is named",
        where="gradients:zero",
        followed_by="value",
        example="x = 2\nbackward x^2\nzero x\ngrad x",
        output="0.0",
    ),
    "grad": Command(
        "grad x",
        "the gradient of x after a backward; `grad a, b` shows several with their names",
        where="gradients:show_gradients",
        node=True,
        example="x = 3\nbackward x^2\ngrad x",
        output="6.0",
    ),
    "check": Command("check z", "compare each gradient under z with a central difference"),
    "explain": Command("explain z", "z in words: each step with its numbers and derivative"),
    "watch": Command("watch backward z", "the backward sweep, one node at a time"),
    "graph": Command(
        "graph z", "draw the graph of z with values and gradients", followed_by="file"
    ),
    "print": Command(
        "print a, b",
        "print values with a space between",
        where="printing:print_values",
        followed_by="value",
        example='x = 2\nprint "x is", x',
        output="x is 2.0",
    ),
    "show": Command(
        "show z",
        "the long form of a value, a network or a data set",
        where="showing:show",
        followed_by="value",
        node=True,
        example="net = linear(2,1)\nshow net",
        output="     layer        inputs → outputs  parameters\n"
        "[0]  linear(2,1)  2 → 1             3\n3 parameters in all",
    ),
    "plot": Command(
        "plot losses", "draw lists, functions, data or a decision boundary", followed_by="file"
    ),
    "train": Command(
        "train net on data epochs=100",
        "fit a network to data",
        where="training:train_statement",
        followed_by="data",
        node=True,
        example=NET + "\ntrain xor epochs=2 lr=0.05",
        output="epoch 1/2  loss ...\nepoch 2/2  loss ...\ntrained net on xor: 2 epochs, ...",
    ),
    "test": Command(
        "test net on data",
        "loss, accuracy and predictions of a network on data",
        where="testing:test_statement",
        followed_by="data",
        node=True,
        example=NET + "\ntest xor",
        output="tested net on xor: 4 rows, loss ...",
    ),
    "doctor": Command("doctor net on data", "examine a network that does not learn"),
    "step": Command(
        "step opt",
        "one step of an optimizer, as made by sgd, momentum or adam; lr= for another rate",
        where="gradients:step",
        followed_by="value",
        example="w = 1\nopt = sgd([w], lr=0.1)\nbackward w^2\nstep opt\nw",
        output="0.8",
    ),
    "seed": Command(
        "seed 42",
        "start the random numbers at a seed",
        where="settings:seed",
        node=True,
        example="seed 42\na = sample(moons)\nseed 42\na == sample(moons)",
        output="true",
    ),
    "save": Command(
        'save net to "net.json"',
        "write a network to a file",
        where="saving:save",
        followed_by="file",
        example=NET
        + '\nsave net to "net.json"\nagain = load("net.json")\nagain(1, 0) == net(1, 0)',
        output="true",
    ),
    "export": Command(
        'export net to "net.py"',
        "write a network as stand-alone Python",
        where="saving:export",
        followed_by="file",
        example=NET + '\nexport net to "net.py"',
    ),
    "import": Command(
        'import "other.mt"',
        "run a file in this session",
        followed_by="file",
        example='import "other.mt"',
    ),
    "set": Command(
        "set digits=4",
        "change a setting",
        where="settings:set_setting",
        followed_by="setting",
        node=True,
        example="set digits=3\npi",
        output="3.14",
    ),
    "time": Command(
        "time backward z",
        "run a statement and tell how long it took",
        example="x = 2\ntime backward x^2",
        output="took ...",
    ),
    "assert": Command(
        "assert close(a, b)",
        "stop with an error unless a condition holds",
        example='assert close(0.1 + 0.2, 0.3), "nearly equal"',
    ),
    "ask": Command('ask "What is grad x?" is grad x', "let the reader answer first"),
    "del": Command(
        "del x",
        "forget a name",
        where="names:delete",
        followed_by="name",
        node=True,
        example="sum = 5\ndel sum\nsum([1, 2])",
        output="3.0",
    ),
    "vars": Command(
        "vars",
        "all names with their values",
        where="showing:show_names",
        example="x = 2\nvars",
        output="name  kind    value  gradient\nx     tensor  2.0    0.0",
    ),
    "help": Command(
        "help train",
        "about the language, a command, a function or an error code",
        where="helping:show_help",
        followed_by="topic",
        counted=False,
        example="help len",
        output="len(xs)...",
    ),
    "undo": Command(
        "undo 3",
        "take back the last change, the last three, `undo train`, `undo to 12` of history",
        where="history:undo",
        counted=False,
        example="x = 2\nx := 5\nundo\nx",
        output="2.0",
    ),
    "redo": Command(
        "redo",
        "do again what undo took back",
        where="history:redo",
        counted=False,
        example="x = 2\nx := 5\nundo\nredo\nx",
        output="5.0",
    ),
    "history": Command(
        "history",
        'the statements so far; `history to "session.mt"` writes them as a program',
        where="history:history",
        counted=False,
        example="x = 2\nx := 5\nhistory",
        output="...",
    ),
    "if": Command(
        "if c { ... } else { ... }",
        "run a block when a condition holds",
        example='x = 2\nif x > 1 { print "large" } else { print "small" }',
        output="large",
    ),
    "for": Command(
        "for x in xs { ... }",
        "run a block for each element",
        example="for k in range(3) { print k }",
        output="0\n1\n2",
    ),
    "while": Command(
        "while c { ... }",
        "run a block as long as a condition holds",
        example="n = 3\nwhile n > 1 { n := n - 1 }\nn",
        output="1.0",
    ),
    "repeat": Command(
        "repeat 10 { ... }",
        "run a block a number of times",
        example='repeat 2 { print "again" }',
        output="again\nagain",
    ),
    "break": Command(
        "break",
        "leave the loop",
        example="for k in range(9) { if k == 2 { break }; print k }",
        output="0\n1",
    ),
    "continue": Command(
        "continue",
        "go on with the next turn of the loop",
        example="for k in range(3) { if k == 1 { continue }; print k }",
        output="0\n2",
    ),
    "return": Command(
        "return a",
        "leave the block of a function with a value",
        followed_by="value",
        example="larger(a, b) = {\n    if a > b { return a }\n    b\n}\nlarger(2, 3)",
        output="3.0",
    ),
    "else": Command(
        "else { ... }",
        "the block to run when the condition does not hold",
        example='x = 0\nif x > 1 { print "large" } else { print "small" }',
        output="small",
    ),
}

EXPORT_FORMS = ("python", "pytorch")  # of `export ... as`

WORDS: dict[str, str] = {
    "and": "true when both sides are",
    "or": "true when one side is",
    "not": "true when the condition is false",
    "true": "a boolean",
    "false": "a boolean",
    "in": "what the loop goes through",
    "on": "the data comes next",
    "to": "the file name comes next",
    "as": "the form comes next",
    "from": "the range comes next",
    "at": "the point of the tangent comes next",
    "is": "the answer comes next",
    "compiled": "the program that train runs for it",
    "where": "names of the function's own: `where m = mean(xs)`",
    "with": "options of the network: init=, seed=, bias=",
}


def followed_by(word: str) -> Following:
    """What stands behind a command; "" for other words."""
    return COMMANDS[word].followed_by if word in COMMANDS else ""


def known_words() -> list[str]:
    """Commands and statement words of this version, in the order of the table."""
    words = vocabulary()
    return [word for word in COMMANDS if word in words.commands or word in words.reserved]
