"""Random programs that mostly make sense: values of the right kinds, names that are bound.

What there is to be written is read from the catalogue: each predefined name with its arguments,
each option with its words, each setting, each command. A row that is added there is met without a
line here, as far as the names of its arguments say what they take; `KINDS` knows those.
"""

from collections.abc import Callable
from random import Random

from grammar.vocabulary import vocabulary
from minitorch_shell.catalogue.builtins import BUILTINS, Builtin, Parameter
from minitorch_shell.catalogue.commands import COMMANDS, EXPORT_FORMS
from minitorch_shell.catalogue.options import ARGUMENT_WORDS, OPTIONS, SETTINGS, known_options

# By the name of a parameter, the kind of value that it takes.
KINDS = {
    "x": "scalar", "xs": "vector", "a": "scalar", "b": "scalar", "n": "rows", "stop": "count",
    "step": "one", "data": "data", "net": "net", "layer": "linear", "share": "share",
    "prediction": "probability", "target": "bit", "path": "path", "in": "width", "out": "width",
    "hidden": "widths", "bias": "flag", "p": "share", "slope": "scalar", "threshold": "share",
    "noise": "share", "factor": "share", "turns": "one", "intercept": "scalar",
    "classes": "classes",
    "lr": "share", "momentum": "share", "beta1": "share", "beta2": "share", "epsilon": "share",
    "strings": "strings", "between": "text", "columns": "columns", "weights": "odds", "v": "one",
    "digits": "one",
    "l2": "small", "inputs": "word", "labels": "word", "skip": "column", "scale": "flag",
}  # fmt: skip
# Where a function wants something else by the same name.
SPECIAL = {
    ("append", "xs"): "vector", ("dot", "a"): "vector3", ("dot", "b"): "vector3",
    ("zip", "xs"): "vector", ("copy", "a"): "copied", ("max", "xs"): "scalar",
    ("min", "xs"): "scalar", ("len", "xs"): "sized", ("range", "n"): "count",
    ("random", "n"): "count", ("normal", "n"): "count", ("transpose", "a"): "matrix",
    ("concat", "xs"): "vector", ("enumerate", "xs"): "vector", ("sort", "xs"): "vector3",
    ("choice", "xs"): "vector3", ("index", "xs"): "numbers", ("text", "a"): "any",
    ("table", "rows"): "matrix", ("lines", "path"): "program",
    ("csv", "target"): "column", ("majority", "n"): "odd", ("parity", "n"): "bits",
    ("cross_entropy", "prediction"): "vector3", ("cross_entropy", "target"): "class",
    ("load", "path"): "saved", ("csv", "path"): "table",
}  # fmt: skip
ELEMENTWISE = [name for name, row in BUILTINS.items()
               if [p.name for p in row.parameters] == ["x"]]  # fmt: skip
DATA = {"majority": (5, 1), "parity": (3, 1), "xor": (2, 1), "moons": (2, 1), "circles": (2, 1),
        "spirals": (2, 1), "blobs": (2, 3), "sine": (1, 1), "line": (1, 1)}  # fmt: skip
ACTIVATIONS = ("relu", "sigmoid", "tanh", "leaky_relu", "leaky_relu(slope=0.2)", "dropout(0.2)")
FILES = {"saved": '"net.json"', "table": '"data.csv"', "program": '"other.mt"'}


class Typed:
    """One program; `bound` has the names of each kind."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.pick = random.choice
        self.bound: dict[str, list[str]] = {}
        self.counter = 0
        self.loops = 0
        self.nested = 0

    # ------------------------------------------------------------ names

    def names(self, kind: str) -> list[str]:
        return self.bound.setdefault(kind, [])

    def new(self, kind: str, letter: str) -> str:
        """A new name, or within a block an old one: the block may never run."""
        known = self.names(kind)
        if self.nested or (known and self.random.random() < 0.3):
            return self.pick(known) if known else "unused"
        self.counter += 1
        name = self.pick((f"{letter}{self.counter}", f"{letter}{self.counter}", f"θ{self.counter}"))
        known.append(name)
        return name

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    # ------------------------------------------------------------ values

    def value(self, kind: str, depth: int = 2) -> str:
        """An expression of a kind."""
        return str(getattr(self, f"_{kind}")(depth))

    def number(self) -> str:
        return self.pick(("0", "1", "2", "3", "0.5", "-1", "1e-3", ".25", "-2.5", "1e3", "pi"))

    def _scalar(self, depth: int) -> str:
        leaves = [*self.names("scalar"), self.number()]
        if depth <= 0:
            return self.pick(leaves)
        a, b = self.value("scalar", depth - 1), self.value("scalar", depth - 1)
        ways: list[Callable[[], str]] = [
            lambda: self.pick(leaves),
            lambda: f"{a} {self.pick('+-*')} {b}",
            lambda: f"({a} {self.pick('+-*/')} {b})",
            lambda: f"{a} / {self.pick(('2', '0.5', 'pi'))}",
            lambda: f"({a})^{self.pick('23')}",
            lambda: f"({a})**2",
            lambda: f"-({a})",
            lambda: f"+{self.pick(leaves)}".replace("+-", "-"),
            lambda: f"{self.pick(ELEMENTWISE)}({a})",
            lambda: f"({a} if {self.value('flag', depth - 1)} else {b})",
            lambda: f"sum({self.value('vector', depth - 1)})",
            lambda: f"mean({self.value('vector', depth - 1)})",
            lambda: f"{self.value('vector3', depth - 1)} @ {self.value('vector3', depth - 1)}",
            lambda: f"{self.value('vector3', 0)}[{self.pick(('0', '1', '-1', '2'))}]",
            lambda: f"sum(k^2 for k in {self.value('vector', depth - 1)} if k > {a})",
            lambda: f"len({self.value('sized', depth - 1)})",
            lambda: self.graded(),
            lambda: self.applied(),
            lambda: self.run_net(),
            lambda: self.call(self.pick(SCALAR_BUILTINS), depth - 1),
        ]
        return self.pick(ways)()

    def graded(self) -> str:
        return f"grad {self.pick(self.names('scalar') or ['1'])}"

    def applied(self) -> str:
        functions = self.names("function")
        prime = self.pick(("", "", "", "'", "''"))
        return f"{self.pick(functions)}{prime}({self.value('scalar', 0)})" if functions else "2"

    def run_net(self) -> str:
        """A network of two inputs and one output on two numbers."""
        nets = self.names("net")
        if not nets:
            return "3"
        a, b = self.value("scalar", 0), self.value("scalar", 0)
        return f"{self.pick(nets)}({self.pick((f'{a}, {b}', f'[{a}, {b}]'))})"

    def _count(self, depth: int) -> str:
        return self.pick(("0", "1", "2", "3", "4", *self.names("count")))

    def _flag(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(("true", "false", *self.names("flag")))
        a, b = self.value("scalar", depth - 1), self.value("scalar", depth - 1)
        p, q = self.value("flag", depth - 1), self.value("flag", depth - 1)
        return self.pick((
            f"{a} {self.pick(('<', '<=', '>', '>=', '==', '!='))} {b}", f"not {p}", f"{p} and {q}",
            f"({p} or {q})", f"close({a}, {b})", f"{a} < {b} < 3", "true",
            f"{self.value('vector', 0)} == {self.value('vector', 0)}",
        )).replace("not (", "not (")  # fmt: skip

    def _vector(self, depth: int) -> str:
        if depth <= 0:
            return self.pick((*self.names("vector3"), "[1, 2, 3]", "range(3)"))
        return self.pick((
            self.value("vector3", depth), self.value("vector3", depth),
            f"[k * 2 for k in {self.value('vector3', depth - 1)} if k != 7]",
            f"{self.value('vector3', depth - 1)}[{self.pick((':', '1:', ':2', '0:2'))}]",
            f"[a - b for a, b in zip({self.value('vector3', 0)}, {self.value('vector3', 0)})]",
            f"[i + j for i in range(2) for j in {self.value('vector3', 0)}]",
            "[i for i in range(3) if i > 0 if i < 9]",
            f"append({self.value('vector3', 0)}, {self.value('scalar', 0)})", "range(1, 9, 2)",
        ))  # fmt: skip

    def _vector3(self, depth: int) -> str:
        leaves = (*self.names("vector3"), "[1, 2, 3]", "[0.5, -1, pi]")
        if depth <= 0:
            return self.pick(leaves)
        a = self.value("scalar", depth - 1)
        return self.pick((
            *leaves, f"[{a}, {self.value('scalar', 0)}, 1]", f"({self.pick(leaves)} + {a})",
            f"({self.pick(leaves)} * {self.pick(leaves)})", f"{self.pick(ELEMENTWISE)}([1, 2, 3])",
            f"softmax({self.pick(leaves)})", f"(-{self.pick(leaves)})", "range(3)",
            f"([[1, 0, 2], [0, 1, 0], [1, 1, 1]] @ {self.pick(leaves)})",
        ))  # fmt: skip

    def _sized(self, depth: int) -> str:
        return self.pick((self.value("vector", 0), '"text"', self.value("data", 0), "[]",
                          *self.names("net")))  # fmt: skip

    def _copied(self, depth: int) -> str:
        return self.pick((self.value("vector", 0), *self.names("net")))

    def _text(self, depth: int) -> str:
        return self.pick(('"a b"', '"\\n\\t\\"\\\\"', '""', '"θ"', *self.names("text")))

    def _any(self, depth: int) -> str:
        kinds = ("scalar", "scalar", "vector", "flag", "text", "data", "count", "net", "linear")
        return self.value(self.pick(kinds), depth)

    def _one(self, depth: int) -> str:
        return self.pick("12")

    def _rows(self, depth: int) -> str:
        return self.pick(("9", "12", "20", "n=12"[2:]))

    def _odd(self, depth: int) -> str:
        return self.pick("357")

    def _bits(self, depth: int) -> str:
        return self.pick("234")

    def _bit(self, depth: int) -> str:
        return self.pick(("0", "1", "-1"))

    def _class(self, depth: int) -> str:
        return self.pick("012")

    def _classes(self, depth: int) -> str:
        return self.pick("23")

    def _share(self, depth: int) -> str:
        return self.pick(("0.1", "0.5", "0.25", "1/4"))

    def _small(self, depth: int) -> str:
        return self.pick(("0", "1e-3", "0.01"))

    def _probability(self, depth: int) -> str:
        return self.pick(("0.5", "0.9", "0.1", "sigmoid(1)"))

    def _width(self, depth: int) -> str:
        return self.pick("1234")

    def _widths(self, depth: int) -> str:
        return self.pick(("[3]", "[2, 4]", "[]"))

    def _column(self, depth: int) -> str:
        return self.pick(('"a"', '"b"', "0", "1", "none"))

    def _path(self, depth: int) -> str:
        return self.pick(tuple(FILES.values()))

    def _program(self, depth: int) -> str:
        return FILES["program"]

    def _matrix(self, depth: int) -> str:
        return self.pick(
            ("[[1, 2], [3, 4]]", f"[[{self.value('scalar', 0)}, 1], [2, 3]]", "[[1, 2]]")
        )

    def _numbers(self, depth: int) -> str:
        return self.pick(("[3, 1, 2]", "range(3)"))

    def _strings(self, depth: int) -> str:
        return self.pick(('["a", "b"]', '["", "\\n", "θ"]', "[]"))

    def _columns(self, depth: int) -> str:
        return self.pick(('["lr", "loss"]', '["a", ""]'))

    def _odds(self, depth: int) -> str:
        return self.pick(("[1, 0, 2]", "[0.5, 0.25, 0.25]"))

    def _saved(self, depth: int) -> str:
        return FILES["saved"]

    def _table(self, depth: int) -> str:
        return FILES["table"]

    def _net(self, depth: int) -> str:
        return self.pick(self.names("net") or ["mlp(2, [3], 1)"])

    def _linear(self, depth: int) -> str:
        nets = [f"{net}[0]" for net in self.names("net")]
        return self.pick((*nets, "linear(2,3)", "neuron(2)"))

    def _data(self, depth: int) -> str:
        """A set of two inputs and one target."""
        calls = [self.call(BUILTINS[name], 0, optional=0.4)
                 for name, shape in DATA.items() if shape == (2, 1)]  # fmt: skip
        own = "[[[0, 0], 0], [[0, 1], 1], [[1, 0], 1]]"
        return self.pick((*self.names("data"), "xor", "moons", self.pick(calls), own))

    # ------------------------------------------------------------ calls

    def kind_of(self, row: Builtin, parameter: Parameter) -> str:
        special = SPECIAL.get((row.name, parameter.name))
        return special or KINDS.get(parameter.name, "scalar")

    def argument(self, row: Builtin, parameter: Parameter, depth: int) -> str:
        kind = self.kind_of(row, parameter)
        if kind == "word" or (parameter.name in ARGUMENT_WORDS and kind != "column"
                              and row.group == "data"):  # fmt: skip
            return self.pick(tuple(ARGUMENT_WORDS[parameter.name]) or ('"a"',))
        return self.value(kind, depth)

    def call(self, row: Builtin, depth: int, optional: float = 0.3) -> str:
        """A call with all that must be given, and some of what may be."""
        given = []
        named = False
        for parameter in row.parameters:
            if parameter.many:
                given += [self.argument(row, parameter, depth) for _ in range(2)]
            elif parameter.default is None:
                given.append(self.argument(row, parameter, depth))
            elif self.chance(optional):
                word = parameter.name in ARGUMENT_WORDS
                named = named or word or self.chance(0.7)
                text = self.argument(row, parameter, depth)
                given.append(f"{parameter.name}={text}" if named else text)
            else:
                named = True
        if not given and row.group == "data" and self.chance(0.5):
            return row.name
        comma = "," if given and self.chance(0.05) else ""
        return f"{row.name}({', '.join(given)}{comma})"

    # ------------------------------------------------------------ networks

    def row_of(self, inputs: int = 2, outputs: int = 1) -> str:
        """A row of layers, perhaps with holes and with a network of two inputs in it."""
        width = self.random.randint(1, 4)
        hole = self.pick((str(width), str(width), "?"))
        way = self.random.randrange(6)
        end = f"linear({width},{outputs})"
        if way == 0:
            return f"linear({inputs},{width}) {self.pick(ACTIVATIONS)} linear(?,{outputs})"
        if way == 1:
            return f"mlp({inputs}, [{width}], {outputs}) {self.pick(ACTIVATIONS)}"
        if way == 2 and inputs == 2 and self.names("net"):
            return f"{self.pick(self.names('net'))} tanh linear(1,{outputs})"
        if way == 3:
            return f"neuron({inputs}) linear(1,{outputs}{self.pick((', bias=false', ''))})"
        if way == 4:
            return f"(linear({inputs},{hole}) {self.pick(ACTIVATIONS)}\n {end})"
        return f"linear({inputs},{hole}) {self.pick(ACTIVATIONS)} {end}"

    def options(self, command: str) -> str:
        """Options of train, test or with, each with a value that it takes."""
        rows = [OPTIONS[name] for name in known_options(command)]
        chosen = self.random.sample(rows, min(len(rows), self.random.randint(0, 2)))
        given = {}
        for row in chosen:
            if row.words is not None:
                words = tuple(row.words())
                # Most losses want targets and outputs of their own.
                given[row.name] = "mse" if "mse" in words and self.chance(0.7) else self.pick(words)
            else:
                given[row.name] = OPTION_VALUES.get(row.name, lambda _, r=row: f"{r.usual:g}")(self)
        if command == "train" and "epochs" not in given:
            given["epochs"] = self.pick("123")
        separator = self.pick((" ", ", "))
        if "optimizer" not in given and {"beta1", "beta2"} & given.keys():
            given["optimizer"] = "adam"
        if command == "with" and not given:
            given["seed"] = "3"
        return separator.join(f"{name}={value}" for name, value in given.items())

    # ------------------------------------------------------------ statements

    def statement(self, depth: int = 2) -> str:
        if depth > 0 and self.chance(0.16):
            return self.block_statement(depth - 1)
        if self.chance(0.4):
            word = self.pick(vocabulary().commands)
            maker = COMMAND_MAKERS.get(word)
            return maker(self) if maker else COMMANDS[word].example
        return self.pick(SIMPLE)(self)

    def block(self, depth: int) -> str:
        self.nested += 1
        parts = [self.statement(depth) for _ in range(self.random.randint(0, 3))]
        if self.loops and self.chance(0.2):
            parts.append(f"if {self.value('flag', 1)} {{ {self.pick(('break', 'continue'))} }}")
        self.nested -= 1
        inner = self.pick(("; ", "\n")).join(parts)
        return self.pick((f"{{ {inner} }}", f"{{\n{inner}\n}}"))

    def loop_block(self, depth: int) -> str:
        self.loops += 1
        text = self.block(depth)
        self.loops -= 1
        return text

    def block_statement(self, depth: int) -> str:
        way = self.random.randrange(6)
        if way == 0:
            return f"repeat {self.pick('0123')} {self.loop_block(depth)}"
        if way == 1:
            return f"for k in {self.value('vector', 1)} {self.loop_block(depth)}"
        if way == 2:
            return f"for u, v in {self.value('data', 0)} {{ print u; break }}"
        if way == 3:
            n = self.names("leaf")
            if not n:
                return f"while false {self.loop_block(depth)}"
            name = self.pick(n)
            body = self.loop_block(depth)[1:]
            return f"{name} := 3\nwhile {name} > 0 {{ {name} := {name} - 1; {body}"
        branches = [f"if {self.value('flag', 1)} {self.block(depth)}"
                    for _ in range(self.random.choice((1, 1, 2, 3)))]  # fmt: skip
        text = " else ".join(branches)
        if self.chance(0.5):
            text += self.pick((" else ", "\nelse ", " # no\n else ")) + self.block(depth)
        return text

    def program(self) -> str:
        lines = [maker(self) for maker in START if self.chance(0.7)]
        lines += [self.statement() for _ in range(self.random.randint(1, 9))]
        end = self.pick(("\n", "\n", "\n", "\r\n", "  # said\n", ";\n", "; "))
        return self.pick(("", "", "", "\n", "; ")) + end.join(lines) + self.pick(("", "\n"))


SCALAR_BUILTINS = [BUILTINS[name] for name in
                   ("max", "min", "mse", "bce", "hinge", "cross_entropy", "dot",
                    "binary_round", "value", "abs") if name in BUILTINS]  # fmt: skip
OPTION_VALUES: dict[str, Callable[[Typed], str]] = {
    "epochs": lambda t: t.pick(("1", "2", "3")),
    "lr": lambda t: t.pick(("0.1", "1e-3", "0.5", "1e200")),
    "until": lambda t: t.pick(("0.1", "1e9")),
    "every": lambda t: t.pick(("1", "2")),
    "validate": lambda t: t.pick(("0.25", "xor", "moons(12)")),
    "batch": lambda t: t.pick(("1", "4", "all")),
    "seed": lambda t: t.pick("123"),
    "bias": lambda t: t.pick(("0", "0.3")),
    "l2": lambda t: t.pick(("0", "0.01")),
}
LEAVES = ("2", "-3", "0.5", "1e-3", "7", "1/2", "2*pi")


def _bind_leaf(t: Typed) -> str:
    value = t.pick(LEAVES)
    name = t.new("scalar", "a")
    if name not in t.names("leaf"):
        t.names("leaf").append(name)
    return f"{name} = {value}"


def _bind_scalar(t: Typed) -> str:
    value = t.value("scalar", 3)
    name = t.new("scalar", "s")
    t.bound["leaf"] = [leaf for leaf in t.names("leaf") if leaf != name]
    return f"{name} = {value}"


def _bind(kind: str, letter: str) -> Callable[[Typed], str]:
    def make(t: Typed) -> str:
        value = t.value(kind, 2)
        return f"{t.new(kind, letter)} = {value}"

    return make


def _bind_vector(t: Typed) -> str:
    numbers = ", ".join(t.number() for _ in range(3))
    name = t.new("vector3", "v")
    if name not in t.names("vectorleaf"):
        t.names("vectorleaf").append(name)
    return f"{name} = [{numbers}]"


def _bind_net(t: Typed) -> str:
    row = t.row_of()
    if t.chance(0.3):
        row += f" with {t.options('with')}"
    return f"{t.new('net', 'net')} = {row}"


def _bind_optimizer(t: Typed) -> str:
    rows = [row for row in BUILTINS.values() if row.group == "optimizer"]
    call = t.call(t.pick(rows), 1)
    return f"{t.new('optimizer', 'o')} = {call}"


def _define(t: Typed) -> str:
    inner = t.value("scalar", 2)
    name = t.new("function", "f")
    guarded = f"v = u + 1; if v > 0 {{ return v * {inner} }}; v"
    return t.pick((
        f"{name}(u) = u^2 + {inner}",
        f"{name}(u) = u * {inner} - u",
        f"{name}(u) = sum([u, 1, {inner}])",
        f"{name}(u) = {{ {guarded} }}",
        f"{name}(u) = v * 2 where v = {inner}",
        f"{name}(u) = v + w + u where v = u^2, w = v * {inner}, q = w",
        f"{name}(u) = net(u) where net = linear(1, 2) relu linear(2, 1)",
    ))  # fmt: skip


def _define_row(t: Typed) -> str:
    row = f"{t.new('maker', 'm')}(w) = linear(2,w) {t.pick(ACTIVATIONS)} linear(w,1)"
    return row + t.pick(("", "", " with seed=1", " with seed=1 where p = w"))


def _unpack(t: Typed) -> str:
    way = t.random.randrange(3)
    if way == 0:
        known = t.names("scalar")
        a, b = (t.pick(known), t.pick(known)) if known else ("p", "q")
        t.bound["leaf"] = [leaf for leaf in t.names("leaf") if leaf not in (a, b)]
        return f"{a}, {b} = [{t.value('scalar', 1)}, {t.value('scalar', 1)}]"
    if way == 1:
        return f"inputs, wanted = sample({t.value('data', 0)})"
    return f"part, rest = split({t.value('data', 0)}, {t.value('share')})"


def _augment(t: Typed) -> str:
    known = t.names("scalar")
    if not known:
        return _bind_leaf(t)
    name = t.pick(known)
    t.bound["leaf"] = [leaf for leaf in t.names("leaf") if leaf != name]
    return f"{name} {t.pick(('+=', '-=', '*=', '/='))} {t.value('scalar', 1)}"


def _update(t: Typed) -> str:
    if t.names("vectorleaf") and t.chance(0.4):
        name = t.pick(t.names("vectorleaf"))
        return t.pick((f"{name}[{t.pick('012')}] := {t.value('scalar', 1)}",
                       f"{name} := {t.value('vector3', 1)}",
                       f"{name} := {name} - 0.1 * {t.value('vector3', 0)}"))  # fmt: skip
    if not t.names("leaf"):
        return _bind_leaf(t)
    name = t.pick(t.names("leaf"))
    return t.pick((f"{name} := {t.value('scalar', 1)}", f"{name} := {name} - 0.1 * grad {name}"))


def _update_parameters(t: Typed) -> str:
    return f"for p in params({t.value('net')}) {{ p := p - 0.1 * grad p }}"


def _builtin(t: Typed) -> str:
    """Any predefined name, by its signature; a layer as it stands in a row."""
    row = t.pick(tuple(BUILTINS.values()))
    if not row.callable:
        return row.name
    call = t.call(row, 1, optional=0.5)
    if row.group == "layer" and not row.on_values:
        return f"{call} {t.pick(('relu', 'tanh'))}"
    if row.group == "data" and t.chance(0.5):
        return f"{t.pick(('show', 'len'))} ({call})"
    return call


def _expression(t: Typed) -> str:
    return t.value("any", 3)


def _several(t: Typed) -> str:
    return f"several, others = [{t.value('any', 1)}, {t.value('any', 1)}]"


def _net_parts(t: Typed) -> str:
    net = t.value("net")
    return t.pick((f"({net})[0:1]" if "(" in net else f"{net}[0:1]", f"params({net})",
                   f"weights({t.value('linear')})", f"biases({t.value('linear')})",
                   f"accuracy({net}, {t.value('data', 0)})", f"{net} relu",
                   f"{t.row_of()} with {t.options('with')}",
                   f"neuron(2) with {t.options('with')}",
                   f"copy({net})"))  # fmt: skip


def _example(t: Typed) -> str:
    rows = [row.example for row in (*BUILTINS.values(), *COMMANDS.values()) if row.example]
    return t.pick(rows) if not t.nested else "1"


def _by_hand(t: Typed) -> str:
    leaf = t.pick(t.names("leaf") or ["w"])
    start = "" if leaf != "w" else "w = 1\n"
    return (f"{start}hand = {t.pick(('sgd', 'momentum', 'adam'))}([{leaf}], lr=0.1)\n"
            f"backward ({leaf} - 2)^2\nstep hand")  # fmt: skip


SIMPLE: list[Callable[[Typed], str]] = [
    _bind_leaf, _bind_leaf, _bind_scalar, _bind_scalar, _bind_vector, _bind_net, _bind_optimizer,
    _bind("flag", "b"), _bind("text", "t"), _bind("data", "d"), _bind("count", "c"), _define,
    _define_row, _unpack, _augment, _update, _update_parameters, _builtin, _builtin, _expression,
    _several, _net_parts, _example, _by_hand,
]  # fmt: skip
START = (_bind_leaf, _bind_leaf, _bind_vector, _bind_net, _define)


def _train(t: Typed) -> str:
    net = t.value("net")
    data = t.value("data", 0)
    if t.names("net") and len(t.names("net")) == 1 and t.chance(0.3) and "net" in t.names("net"):
        return f"train {data} {t.options('train')}"
    return f"train {net} on {data}{t.pick((' ', ', '))}{t.options('train')}"


def _help(t: Typed) -> str:
    topic = t.pick((*BUILTINS, *COMMANDS, "MT201", "MT317", "", "digits", "nothing"))
    return t.pick((f"help {topic}", f"{t.pick(tuple(BUILTINS))}?"))


def _del(t: Typed) -> str:
    known = t.names("text") + t.names("count")
    if t.nested or not known:
        return "zero"
    if t.random.random() < 0.3:
        return "gone_a, gone_b, gone_c = [1, 2, 3]\ndel gone_a, gone_b, gone_c"
    return f"del {known.pop()}"


def _import(t: Typed) -> str:
    return f"import {FILES['program']}"


def _save(t: Typed) -> str:
    return f"save {t.value('net')} to {t.pick((FILES['saved'], chr(34) + 'other.json' + chr(34)))}"


def _set(t: Typed) -> str:
    name = t.pick(tuple(SETTINGS))
    return f"set {name}={t.pick(SETTINGS[name].values)}"


# Of each command word; a command without a line here is written as its example.
COMMAND_MAKERS: dict[str, Callable[[Typed], str]] = {
    "backward": lambda t: f"backward {t.pick(t.names('leaf') or ['x'])} * ({t.value('scalar', 2)})"
                          if t.names("leaf") else f"x = 3\nbackward x^2 * {t.value('scalar', 1)}",
    "zero": lambda t: t.pick(("zero", f"zero {t.value('net')}",
                              f"zero {', '.join(t.names('leaf')) or '[1]'}")),
    "print": lambda t: t.pick((f"print {t.value('any', 2)}", "print",
                               f"print {t.value('text')}, {t.value('any', 1)}")),
    "show": lambda t: t.pick((f"show {t.value('any', 1)}", f"show {t.row_of()}",
                              f"show compiled {t.value('net')}",
                              f"show compiled {t.value('net')} tanh")),
    "train": _train,
    "test": lambda t: f"test {t.value('net')} on {t.value('data', 0)} {t.options('test')}".rstrip(),
    "step": lambda t: f"step {t.pick(t.names('optimizer') or ['sgd(mlp(1, [], 1))'])}"
                      + t.pick(("", " lr=0.05", " lr=0.05 lr=0.1")),
    "seed": lambda t: f"seed {t.pick(('1', '42', '0', 'random'))}",
    "save": _save,
    "export": lambda t: f'export {t.value("net")} to "net.py"'
                        + t.pick(("", *(f" as {form}" for form in EXPORT_FORMS))),
    "import": _import,
    "set": _set,
    "time": lambda t: f"time {t.pick((_expression, _bind_scalar, _augment))(t)}",
    "assert": lambda t: t.pick(("assert 1 < 2", f"assert {t.value('flag', 1)} or true",
                                f'assert 2 == 2, "{t.counter}"')),
    "del": _del,
    "vars": lambda t: "vars",
    "help": _help,
    "undo": lambda t: t.pick(("undo", "undo", "undo 2", "undo to 1")) if not t.nested else "vars",
    "redo": lambda t: t.pick(("undo\nredo", "undo\nredo 1")) if not t.nested else "vars",
    "history": lambda t: t.pick(("history", 'history to "past.mt"')) if not t.nested else "vars",
}  # fmt: skip


def typed(random: Random) -> str:
    """A program that mostly runs to its end."""
    return Typed(random).program()
