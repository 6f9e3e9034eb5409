"""The table of predefined names: functions, layers, losses, optimizers, data sets, constants.

Help, completion, highlighting, the check of arguments, the reference page and the interpreter all
read this table. An entry's example is run in the tests and must print what it says. The
implementation is named, not imported, so that reading the table costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from grammar.problem import OWN

Group = Literal["function", "layer", "loss", "optimizer", "data", "constant"]


@dataclass(frozen=True)
class Parameter:
    name: str
    default: str | None = None  # as it is written; None where a value must be given
    many: bool = False  # `xs...`: any number of values, at least one


@dataclass(frozen=True)
class Builtin:
    """One predefined name.

    `signature` is as one calls it, `example` a program and `output` what it prints, line by line,
    `where` the implementation as module:attribute, `.module` being one of the library. One of a
    group in `MADE_BY_NAME` is made by calling that with the name. A `sessional` one gets the
    session before its arguments.
    """

    name: str
    group: Group
    signature: str
    doc: str
    example: str
    output: str
    where: str
    sessional: bool = False

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What stands between the brackets of the signature."""
        inner = re.search(r"\((.*)\)", self.signature)
        if inner is None or not inner.group(1):
            return ()
        found = []
        for part in inner.group(1).split(", "):
            name, _, default = part.partition("=")
            many = name.endswith("...")
            found.append(Parameter(name.removesuffix("..."), default or None, many))
        return tuple(found)

    @property
    def callable(self) -> bool:
        return self.group != "constant"

    @property
    def pure(self) -> bool:
        """Whether a call draws no random number, reads no file and writes nothing.

        It can then be made again, to look ahead or to find out what went wrong.
        """
        if self.sessional:
            return False
        return self.on_values or self.group in ("function", "loss")

    @property
    def on_values(self) -> bool:
        """Whether it is a layer whose name is a function of values too, as `relu` is."""
        return self.group == "layer" and self.parameters[0].name in ("x", "xs")


# Groups whose members the engine knows by name, so that a row of this table is all they need here.
MADE_BY_NAME = frozenset(["layer", "loss", "optimizer"])

# Names of Python that an implementation must not hide from its own module.
_SPELLED = {
    "abs": "absolute",
    "enumerate": "enumerated",
    "len": "length",
    "max": "maximum",
    "min": "minimum",
    "random": "uniform",
    "range": "counts",
    "round": "rounded",
    "sum": "total",
    "zip": "zipped",
}


def _function(module: str, sessional: bool = False) -> Callable[[str, str, str, str, str], Builtin]:
    """What makes rows of functions that are implemented in `module` of the library."""

    def row(name: str, signature: str, doc: str, example: str, output: str) -> Builtin:
        where = f".{module}:{_SPELLED.get(name, name)}"
        return Builtin(name, "function", signature, doc, example, output, where, sessional)

    return row


_one = _function("elementwise")
_many = _function("lists")
_net = _function("networks")
_on_net = _function("networks", sessional=True)
_on_data = _function("data", sessional=True)
_place = _function("places")
_text = _function("texts")
_sessional_text = _function("texts", sessional=True)
_drawn = _function("random_numbers", sessional=True)


def _loss(name: str, doc: str, example: str, output: str) -> Builtin:
    signature, where = f"{name}(prediction, target)", ".losses:loss"
    return Builtin(name, "loss", signature, doc, example, output, where)


def _layer(name: str, signature: str, doc: str, example: str, output: str) -> Builtin:
    where = ".layers:layer"
    return Builtin(name, "layer", signature, doc, example, output, where)


def _data(name: str, signature: str, doc: str, example: str, output: str) -> Builtin:
    """A set of engine/datasets.py, or one with an implementation of its own in the library."""
    where = f".data:{name}"
    return Builtin(name, "data", signature, doc, example, output, where, sessional=True)


def _optimizer(name: str, signature: str, doc: str) -> Builtin:
    example = f"w = 1\nopt = {name}([w], lr=0.1)\nbackward w^2\nstep opt\nw < 1"
    where = ".optimizers:optimizer"
    return Builtin(name, "optimizer", signature, doc, example, "true", where)


TABLE: tuple[Builtin, ...] = (
    # ------------------------------------------------------------ of one number
    _one("exp", "exp(x)", "e to the power x; of a list, element by element", "exp(0)", "1.0"),
    _one("log", "log(x)", "the natural logarithm; -inf at 0, nan below", "log(1)", "0.0"),
    _one("sqrt", "sqrt(x)", "the square root; nan below 0", "sqrt(9)", "3.0"),
    _one("sin", "sin(x)", "the sine of an angle in radians", "sin(pi/2)", "1.0"),
    _one("cos", "cos(x)", "the cosine of an angle in radians", "cos(0)", "1.0"),
    _one("abs", "abs(x)", "the absolute value; its slope at 0 is 0", "abs(-3)", "3.0"),
    _one("softplus", "softplus(x)", "log(1 + exp(x)), a smooth relu", "softplus(0)", "0.693147"),
    _one("round", "round(x)", "the nearest whole number; carries no gradient", "round(2.7)", "3.0"),
    _one("floor", "floor(x)", "the next whole number downwards; carries no gradient",
         "floor(-2.5)", "-3.0"),
    _one("ceil", "ceil(x)", "the next whole number upwards; carries no gradient",
         "ceil(2.1)", "3.0"),
    _one(
        "binary_round",
        "binary_round(x, threshold=0.5)",
        "1 from the threshold on, else 0; carries no gradient",
        "binary_round(0.7)",
        "1.0",
    ),
    _one("value", "value(a)", "the number of a tensor, detached from its graph",
       "x = 2\nvalue(x*x)", "4.0"),
    # ------------------------------------------------------------ of several
    _many("max", "max(xs...)", "the largest of its values, or of one list", "max(1, 5, 3)", "5.0"),
    _many("min", "min(xs...)", "the smallest of its values, or of one list", "min([4, 2])", "2.0"),
    _many("sum", "sum(xs)", "the sum of a list", "sum([1, 2, 3])", "6.0"),
    _many("mean", "mean(xs)", "the mean of a list", "mean([1, 2, 3])", "2.0"),
    _many("dot", "dot(a, b)", "the dot product of two lists", "dot([1, 2], [3, 4])", "11.0"),
    _many("len", "len(xs)", "how many elements a list, data set or network has",
       "len([1, 2])", "2"),
    _many("range", "range(n, stop=none, step=none)",
       "the counts 0 .. n-1; or from n up to, without, stop", "range(3)", "[0, 1, 2]"),
    _many("zip", "zip(xs...)", "pairs of elements that stand at the same place",
       "zip([1, 2], [3, 4])", "[[1.0, 3.0], [2.0, 4.0]]"),
    _place("enumerate", "enumerate(xs)",
           "pairs of place and element; of a list, data set or string",
           'for k, c in enumerate(["a", "b"]) { print k, c }', "0 a\n1 b"),
    _many("transpose", "transpose(a)", "the columns of a list of lists, each as a list",
          "transpose([[1, 2, 3], [4, 5, 6]])", "[[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]"),
    _many("concat", "concat(xs...)",
          "one list of the elements of several, or of one list of lists; strings, data sets too",
          "concat([1], [2, 3])", "[1.0, 2.0, 3.0]"),
    _place("argmax", "argmax(xs)", "the place of the largest number, the first of equals",
           "argmax([3, 7, 5])", "1"),
    _place("argmin", "argmin(xs)", "the place of the smallest number, the first of equals",
           "argmin([3, 7, 5])", "0"),
    _place("sort", "sort(xs)", "a new list in rising order; of numbers or strings",
           "sort([3, 1, 2])", "[1.0, 2.0, 3.0]"),
    _place("order", "order(xs)", "the places of the elements in rising order",
           "order([30, 10, 20])", "[1, 2, 0]"),
    _place("index", "index(xs, v)", "the first place of v in a list, or of a text in a string",
           "index([5, 6, 7], 6)", "1"),
    _many("append", "append(xs, a)", "a new list with a at its end",
       "append([1], 2)", "[1.0, 2.0]"),
    _many("copy", "copy(a)", "an independent copy of a network or a list",
       "a = [1]\nb = copy(a)\nb[0] := 5\na", "[1.0]"),
    _many("close", "close(a, b)", "whether two values are equal to within 1e-6, relatively",
       "close(0.1 + 0.2, 0.3)", "true"),
    _on_data("sample", "sample(data)", "one random row of a data set: inputs and target",
       "x, y = sample(majority)\nlen(x)", "5"),
    # ------------------------------------------------------------ random numbers
    _drawn("random", "random(n=none)",
           "a random number from 0 up to, without, 1; or a list of n of them",
           "x = random()\nprint 0 <= x, x < 1, len(random(3))", "true true 3"),
    _drawn("normal", "normal(n=none)",
           "a random number of mean 0 and standard deviation 1; or a list of n of them",
           "xs = normal(1000)\nprint abs(mean(xs)) < 0.1, len(xs)", "true 1000"),
    _drawn("choice", "choice(xs, weights=none)",
           "one element at random, each with the same chance or in proportion to its weight",
           'choice(["heads", "tails"], [0, 1])', "tails"),
    _drawn("shuffle", "shuffle(xs)", "the elements in random order, as a new list or data set",
           "sum(shuffle([1, 2, 3]))", "6.0"),
    # ------------------------------------------------------------ losses
    _loss("mse", "mean squared error", "mse([1, 2], [1, 4])", "2.0"),
    _loss("bce", "binary cross entropy of probabilities", "bce(0.5, 1)", "0.693147"),
    _loss("hinge", "max(0, 1 - target*prediction), targets -1 and +1", "hinge(0.5, 1)", "0.5"),
    _loss("cross_entropy", "-log of the probability of the right class",
          "cross_entropy([0, 0], 1)", "0.693147"),
    # ------------------------------------------------------------ networks
    _on_net("accuracy", "accuracy(net, data)", "the share of rows that a network gets right",
       "net = linear(2,1)\naccuracy(net, xor) <= 1", "true"),
    _net("params", "params(net)", "all parameters of a network, as a list of leaves",
       "len(params(linear(5,4)))", "24"),
    _net("weights", "weights(layer)", "the weights of a layer, one list for each neuron",
       "net = linear(2,3) relu\nlen(weights(net[0]))", "3"),
    _net("biases", "biases(layer)", "the biases of a layer, as a list",
       "len(biases(linear(2,3)))", "3"),
    _on_data("split", "split(data, share)", "two sets: a random share of the rows, and the rest",
       "part, rest = split(moons, 0.8)\nlen(part)", "80"),
    _on_net("load", "load(path)", "the network that `save` wrote to a file",
       'net = linear(2,1)\nsave net to "net.json"\nlen(params(load("net.json")))', "3"),
    # ------------------------------------------------------------ layers
    _layer("linear", "linear(in, out, bias=true)",
           "out weighted sums of in inputs, each with a bias", "net = linear(5,4)\nnet",
           "linear(5,4): 24 parameters"),
    _layer("neuron", "neuron(in)", "one weighted sum with a relu, as micrograd's Neuron",
           "net = neuron(3)\nnet", "neuron(3): 4 parameters"),
    _layer("relu", "relu(x)", "max(0, x); a layer, or a function of a number or list",
           "relu(-2)", "0.0"),
    _layer("leaky_relu", "leaky_relu(x, slope=0.01)",
           "x above 0, slope*x below; as a layer `leaky_relu` or `leaky_relu(slope=0.1)`",
           "leaky_relu(-2)", "-0.02"),
    _layer("sigmoid", "sigmoid(x)", "1 / (1 + exp(-x)); a layer, or a function",
           "sigmoid(0)", "0.5"),
    _layer("tanh", "tanh(x)", "the hyperbolic tangent; a layer, or a function",
           "tanh(0)", "0.0"),
    _layer("softmax", "softmax(xs)", "scores to probabilities; a layer, or a function of a list",
           "softmax([1, 1])", "[0.5, 0.5]"),
    _layer("dropout", "dropout(p)", "in training each number becomes 0 with probability p",
           "net = linear(2,4) dropout(0.5) linear(4,1)\nlen(net)", "3"),
    _layer("mlp", "mlp(in, hidden, out)", "linear layers with relu between them",
           "mlp(2, [16, 16], 1)",
           "linear(2,16) relu linear(16,16) relu linear(16,1): 337 parameters"),
    # ------------------------------------------------------------ optimizers
    _optimizer("sgd", "sgd(net, lr=0.1, momentum=0, l2=0)", "stochastic gradient descent"),
    _optimizer("momentum", "momentum(net, lr=0.02, momentum=0.9, l2=0)",
               "gradient descent with momentum"),
    _optimizer("adam", "adam(net, lr=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8, l2=0)",
               "Adam: steps of about lr for each weight"),
    # ------------------------------------------------------------ data sets
    _data("majority", "majority(n=5, inputs=binary, labels=binary)",
          "random n-bit rows; the target is the commoner bit (n odd)",
          "majority", "majority: 5 inputs, 1 target, fresh rows"),
    _data("parity", "parity(n=3, inputs=binary, labels=binary)",
          "random n-bit rows; the target says whether the number of ones is odd",
          "parity", "parity: 3 inputs, 1 target, fresh rows"),
    _data("xor", "xor(inputs=binary, labels=binary)", "the four rows of exclusive or",
          "xor[1]", "[[0.0, 1.0], 1.0]"),
    _data("moons", "moons(n=100, noise=0.1, labels=binary)",
          "two interleaved half circles", "moons", "moons: 100 rows, 2 inputs, 1 target"),
    _data("circles", "circles(n=100, noise=0.05, factor=0.5, labels=binary)",
          "a circle around another one", "len(circles)", "100"),
    _data("spirals", "spirals(n=100, noise=0.02, turns=1, labels=binary)",
          "two spiral arms around each other", "len(spirals(n=50))", "50"),
    _data("blobs", "blobs(n=100, classes=3, noise=0.5, labels=binary)",
          "round clouds, one a class", "len(blobs(60, 2))", "60"),
    _data("sine", "sine(n=100, noise=0.1)", "one period of a noisy sine", "len(sine)", "100"),
    _data("line", "line(n=100, slope=2, intercept=1, noise=0.1)", "a noisy straight line",
          "line", "line: 100 rows, 1 input, 1 target"),
    _data("digits", "digits()",
          "1,797 real handwritten digits, 8 by 8 pixels from 0 to 1, ten classes "
          "(E. Alpaydin, C. Kaynak: optdigits, UCI repository, CC BY 4.0)",
          "digits", "digits: 1,797 rows, 64 inputs, 1 target"),
    _data("iris", "iris()",
          "150 irises of three species, four measures in cm "
          "(R. A. Fisher: Iris, UCI repository, CC BY 4.0)",
          "iris[0]", "[[5.1, 3.5, 1.4, 0.2], 0.0]"),
    _data("csv", 'csv(path, target=none, skip=none, scale=false)',
          "the rows of a CSV file with a header", "", ""),
    # ------------------------------------------------------------ text
    _sessional_text("text", "text(a, digits=none)",
                    "a value as a string, as it is printed; with so many significant digits",
                    'x = 2/3\nprint "loss=" , text(x, digits=3)', "loss= 0.667"),
    _text("join", 'join(strings, between="")', "strings in one, with a text between them",
          'join(["a", "b", "c"], "-")', "a-b-c"),
    _text("table", "table(rows, columns=none)",
          "rows of cells that print as a table; in Markdown with `set tables=markdown`",
          'table([[0.1, 0.25], [1, 0.0625]], columns=["lr", "loss"])',
          "lr   loss\n0.1  0.25\n1.0  0.0625"),
    _sessional_text("lines", "lines(path)", "the lines of a text file, as a list of strings",
                    'for line in lines("other.mt") { print line }', "y = 3"),
    # ------------------------------------------------------------ constants
    Builtin("pi", "constant", "pi", "the ratio of a circle's circumference to its diameter",
            "pi", "3.14159", "math:pi"),
)  # fmt: skip

BUILTINS: dict[str, Builtin] = {builtin.name: builtin for builtin in TABLE}
GROUPS: dict[str, str] = {builtin.name: builtin.group for builtin in TABLE}
# By which values can be handed to some predefined name: `noise` of `moons(noise=0.1)`.
ARGUMENT_NAMES = frozenset(part.name for builtin in TABLE for part in builtin.parameters)


class _Groups(Mapping[str, str]):
    """It looks names up where they are bound: a copy would take time by their number."""

    def __init__(self, bound: Collection[str]) -> None:
        self.bound = bound

    def __getitem__(self, name: str) -> str:
        return OWN if name in self.bound else GROUPS[name]

    def __iter__(self) -> Iterator[str]:
        return iter({*self.bound, *GROUPS})

    def __len__(self) -> int:
        return len({*self.bound, *GROUPS})


def groups(bound: Collection[str]) -> Mapping[str, str]:
    """The group of each predefined name, `OWN` of those that are bound and may hide one."""
    return _Groups(bound)
