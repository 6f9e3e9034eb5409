"""One line about each command, statement word, option and setting, for completion and help.

Which words there are is said by the grammar alone; a test compares the two.
"""

from __future__ import annotations

from typing import NamedTuple

from grammar.vocabulary import vocabulary


class Command(NamedTuple):
    """A word that begins a statement: how it is written, and what it does."""

    form: str
    doc: str


COMMANDS: dict[str, Command] = {
    "backward": Command("backward z", "run the chain rule back from z: gradients of all below it"),
    "zero": Command("zero net", "set gradients to 0: of all, or of what is named"),
    "grad": Command("grad x", "the gradient of x after a backward"),
    "check": Command("check z", "compare each gradient under z with a central difference"),
    "explain": Command("explain z", "z in words: each step with its numbers and derivative"),
    "watch": Command("watch backward z", "the backward sweep, one node at a time"),
    "graph": Command("graph z", "draw the graph of z with values and gradients"),
    "print": Command("print a, b", "print values with a space between"),
    "show": Command("show z", "the long form of a value, a network or a data set"),
    "plot": Command("plot losses", "draw lists, functions, data or a decision boundary"),
    "train": Command("train net on data epochs=100", "fit a network to data"),
    "test": Command("test net on data", "loss, accuracy and predictions of a network on data"),
    "doctor": Command("doctor net on data", "examine a network that does not learn"),
    "step": Command("step opt", "one step of an optimizer, as made by sgd, momentum or adam"),
    "seed": Command("seed 42", "start the random numbers at a seed"),
    "save": Command('save net to "net.json"', "write a network to a file"),
    "export": Command('export net to "net.py"', "write a network as stand-alone Python"),
    "import": Command('import "other.mt"', "run a file in this session"),
    "set": Command("set digits=4", "change a setting"),
    "time": Command("time backward z", "run a statement and tell how long it took"),
    "assert": Command("assert close(a, b)", "stop with an error unless a condition holds"),
    "ask": Command('ask "What is grad x?" is grad x', "let the reader answer first"),
    "del": Command("del x", "forget a name"),
    "vars": Command("vars", "all names with their values"),
    "help": Command("help train", "about the language, a command, a function or an error code"),
    "undo": Command("undo 3", "take back the last statement, or the last three"),
    "redo": Command("redo", "do again what undo took back"),
    "history": Command("history", "the statements so far, which undo can take back"),
    "if": Command("if c { ... } else { ... }", "run a block when a condition holds"),
    "for": Command("for x in xs { ... }", "run a block for each element"),
    "while": Command("while c { ... }", "run a block as long as a condition holds"),
    "repeat": Command("repeat 10 { ... }", "run a block a number of times"),
    "break": Command("break", "leave the loop"),
    "continue": Command("continue", "go on with the next turn of the loop"),
    "else": Command("else { ... }", "the block to run when the condition does not hold"),
}

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
    "with": "options of the network: init=, seed=, bias=",
}


NET = "net = linear(2,4) relu linear(4,1) with seed=1"


EXAMPLES: dict[str, tuple[str, str]] = {
    "backward": ("x = 2; y = 3\nz = x*y + y\nbackward z\ngrad x", "3.0"),
    "zero": ("x = 2\nbackward x^2\nzero x\ngrad x", "0.0"),
    "grad": ("x = 3\nbackward x^2\ngrad x", "6.0"),
    "print": ('x = 2\nprint "x is", x', "x is 2.0"),
    "show": ("net = linear(2,1)\nshow net",
             "     layer        inputs → outputs  parameters\n"
             "[0]  linear(2,1)  2 → 1             3\n3 parameters in all"),
    "train": (f"{NET}\ntrain xor epochs=2 lr=0.05",
              "epoch 1/2  loss ...\nepoch 2/2  loss ...\ntrained net on xor: 2 epochs, ..."),
    "test": (f"{NET}\ntest xor", "tested net on xor: 4 rows, loss ..."),
    "step": ("w = 1\nopt = sgd([w], lr=0.1)\nbackward w^2\nstep opt\nw", "0.8"),
    "seed": ("seed 42\na = sample(moons)\nseed 42\na == sample(moons)", "true"),
    "save": (f'{NET}\nsave net to "net.json"\nagain = load("net.json")\nagain(1, 0) == net(1, 0)',
             "true"),
    "export": (f'{NET}\nexport net to "net.py"', ""),
    "import": ('import "other.mt"', ""),
    "set": ("set digits=3\npi", "3.14"),
    "time": ("x = 2\ntime backward x^2", "took ..."),
    "assert": ('assert close(0.1 + 0.2, 0.3), "nearly equal"', ""),
    "del": ("sum = 5\ndel sum\nsum([1, 2])", "3.0"),
    "vars": ("x = 2\nvars", "name  kind    value  gradient\nx     tensor  2.0    0.0"),
    "help": ("help len", "len(xs)..."),
    "undo": ("x = 2\nx := 5\nundo\nx", "2.0"),
    "redo": ("x = 2\nx := 5\nundo\nredo\nx", "5.0"),
    "history": ("x = 2\nx := 5\nhistory", "..."),
    "if": ('x = 2\nif x > 1 { print "large" } else { print "small" }', "large"),
    "else": ('x = 0\nif x > 1 { print "large" } else { print "small" }', "small"),
    "for": ("for k in range(3) { print k }", "0\n1\n2"),
    "while": ("n = 3\nwhile n > 1 { n := n - 1 }\nn", "1.0"),
    "repeat": ('repeat 2 { print "again" }', "again\nagain"),
    "break": ("for k in range(9) { if k == 2 { break }; print k }", "0\n1"),
    "continue": ("for k in range(3) { if k == 1 { continue }; print k }", "0\n2"),
}  # fmt: skip


def known_words() -> list[str]:
    """Commands and statement words of this version, in the order of the table."""
    words = vocabulary()
    return [word for word in COMMANDS if word in words.commands or word in words.reserved]
