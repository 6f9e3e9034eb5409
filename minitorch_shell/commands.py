"""One line about each command, statement word, option and setting, for completion and help.

Which words there are is said by the grammar alone; a test compares the two.
"""

from __future__ import annotations

from typing import NamedTuple


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

# Options: default as it is written ("" where there is none), and what it is.
OPTIONS: dict[str, tuple[str, str]] = {
    "epochs": ("100", "passes over the data; of a generated set, batches"),
    "lr": ("the optimizer's", "the learning rate"),
    "batch": ("32", "rows a step; `all` is the full set"),
    "optimizer": ("sgd", "how steps are made"),
    "loss": ("mse", "what is made small"),
    "until": ("", "stop at this loss"),
    "every": ("10 reports", "print a line every so many epochs"),
    "validate": ("", "a data set, or a share, watched beside the training loss"),
    "momentum": ("0.9", "how much of the last step is kept"),
    "beta1": ("0.9", "how long adam remembers gradients"),
    "beta2": ("0.999", "how long adam remembers their squares"),
    "l2": ("0", "pull of the weights to 0"),
    "init": ("default", "how the first weights are drawn"),
    "seed": ("", "a stream of random numbers of its own"),
    "bias": ("", "added to the hidden biases"),
}

SETTINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "digits": ("significant digits of printed numbers; 17 shows all", ("4", "6", "17")),
    "engine": ("how train computes", ("auto", "eager", "compiled")),
    "preview": ("the value of an expression while it is typed", ("on", "off")),
}
