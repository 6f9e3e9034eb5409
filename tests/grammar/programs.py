"""Random programs: a hypothesis strategy of syntax trees, and the text they stand for."""

import random

from hypothesis import strategies as st

from grammar import syntax as s
from grammar.source import Span
from grammar.vocabulary import vocabulary

NOWHERE = Span(0, 0)
# A command word is a name inside expressions; there the random programs use some.
NAMES = ["x", "y", "w2", "loss", "θ", "net", "iffy", "step", "random", "to_", "größe"]
LEVELS = {"+": 5, "-": 5, "*": 6, "/": 6, "@": 6, "%": 6}


def node(kind, *parts, **named):
    return st.builds(kind, st.just(NOWHERE), *parts, **named)


names = node(s.Name, st.sampled_from(NAMES))
# `step(x) = ...` and `step[0] := ...` would be commands.
derivatives = node(s.Derivative, names.filter(lambda n: n.name != "step"), st.integers(1, 3))
no_commands = node(s.Name, st.sampled_from([name for name in NAMES if name != "step"]))
numbers = node(s.Number, st.floats(0, 1e300, allow_nan=False) | st.integers(0, 99).map(float))
strings = node(s.String, st.text(st.sampled_from('abc "\\\n\tθ#{'), max_size=5))
atoms = names | derivatives | numbers | strings | node(s.Boolean, st.booleans())


def keyword(values):
    return st.builds(s.Keyword, st.just(NOWHERE), st.sampled_from(NAMES), st.just(NOWHERE), values)


def _larger(inner):
    def clauses():
        more = node(s.IfClause, inner) | node(s.ForClause, targets, inner)
        first = node(s.ForClause, targets, inner)
        return st.builds(lambda a, b: [a, *b], first, st.lists(more, max_size=2))

    callee = names | derivatives | node(s.Call, names, st.lists(inner, max_size=1), st.just([]))
    arguments = st.lists(inner | node(s.Hole), max_size=3)
    bare = node(s.Comprehension, inner, clauses(), st.just(True)).map(lambda c: [c])
    return st.one_of(
        node(s.ListOf, st.lists(inner, max_size=3)),
        node(s.Comprehension, inner, clauses()),
        node(s.Call, callee, arguments | bare, st.just([])),
        node(s.Call, callee, arguments, st.lists(keyword(inner), max_size=2)),
        node(s.Index, names | inner, inner),
        node(s.Slice, names, st.none() | inner, st.none() | inner),
        node(s.Unary, st.sampled_from("+-"), inner),
        node(s.Binary, st.sampled_from("+-*/@^"), inner, inner, st.just(NOWHERE)),
        st.integers(1, 3).flatmap(
            lambda n: node(
                s.Compare,
                st.lists(inner, min_size=n + 1, max_size=n + 1),
                st.lists(
                    st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), min_size=n, max_size=n
                ),
            )
        ),
        node(
            s.Compare,
            st.tuples(inner, inner).map(list),
            st.sampled_from(["in", "not in"]).map(lambda sign: [sign]),
        ),
        node(s.Logic, st.sampled_from(["and", "or"]), inner, inner),
        node(s.Not, inner),
        node(s.Choice, inner, inner, inner),
        node(s.Grad, inner),
    )


patterns = node(s.Pattern, st.lists(names, min_size=2, max_size=3))
targets = st.lists(names, min_size=1, max_size=3) | st.tuples(names, patterns).map(list)
expressions = st.recursive(atoms, _larger, max_leaves=8)
layers = st.one_of(
    names,
    node(s.Call, names, st.lists(atoms | node(s.Hole), max_size=2), st.just([])),
    node(s.Index, names, numbers),
)
rows = node(s.Row, st.lists(layers, min_size=2, max_size=4))
options = st.lists(keyword(expressions), max_size=3)
values = expressions | rows
right_sides = values | node(s.With, rows | layers, st.lists(keyword(atoms), min_size=1, max_size=2))
plain_path = node(s.String, st.just("f.json"))
words = node(s.Word, st.sampled_from(NAMES))
# A bare name behind `set x =` is a word.
settings = expressions.map(lambda e: s.Word(NOWHERE, e.name) if isinstance(e, s.Name) else e)


def command(word, operands):
    """A command with the operands of a strategy that gives lists or tuples of them."""
    return node(s.Command, st.just(word), operands.map(list))


simple = st.one_of(
    node(s.ExpressionStatement, values),
    node(s.Bind, targets, right_sides),
    node(s.Define, no_commands, st.lists(names, max_size=3), values),
    node(
        s.Define,
        no_commands,
        st.lists(names, max_size=3),
        right_sides,
        st.lists(node(s.Bind, targets, values), min_size=1, max_size=2),
    ),
    node(s.Return, st.none() | right_sides),
    node(
        s.BindElement,
        node(s.Index, no_commands, expressions)
        | node(s.Index, node(s.Index, no_commands, expressions), expressions),
        expressions,
        st.sampled_from(["", "+", "-", "*", "/"]),
    ),
    node(s.Augment, names, st.sampled_from("+-*/"), expressions),
    node(s.Update, names | node(s.Index, no_commands, expressions), expressions),
    node(s.Break),
    node(s.Continue),
    command("backward", st.tuples(expressions)),
    command("zero", st.lists(expressions, max_size=2)),
    command("print", st.lists(expressions, max_size=3)),
    node(s.Train, st.none() | layers, layers, options),
    node(s.Test, st.none() | layers, layers, options),
    command("show", st.tuples(values)),
    command("show", st.tuples(node(s.Word, st.just("compiled")), names)),
    command("seed", st.tuples(expressions | node(s.Word, st.just("random")))),
    command("step", st.lists(expressions, min_size=1, max_size=2)),
    node(
        s.Command,
        st.just("step"),
        st.lists(expressions, min_size=1, max_size=2),
        st.lists(keyword(expressions), max_size=2),
    ),
    command("grad", st.lists(names | node(s.Index, names, expressions), min_size=2, max_size=3)),
    command("undo", st.tuples(node(s.Word, st.just("train")))),
    command("undo", st.tuples(node(s.Word, st.just("to")), expressions)),
    command("history", st.tuples(plain_path)),
    command("save", st.tuples(expressions, plain_path)),
    command("export", st.tuples(expressions, plain_path) | st.tuples(names, plain_path, words)),
    node(s.Import, plain_path),
    command("set", st.tuples(words, settings)),
    node(s.Assert, expressions, st.none() | strings),
    command("del", st.lists(words, min_size=1, max_size=3)),
    command("vars", st.just(())),
    command("help", st.lists(node(s.Word, st.sampled_from(["train", "MT203"])), max_size=1)),
    command("undo", st.lists(numbers, max_size=1)),
    command("redo", st.lists(numbers, max_size=1)),
    command("history", st.just(())),
)


def _blocks(inner):
    block = node(s.Block, st.lists(inner, max_size=3))
    branch = st.tuples(expressions, block)
    return st.one_of(
        node(s.Repeat, expressions, block),
        node(s.For, targets, expressions, block),
        node(s.While, expressions, block),
        node(s.If, st.lists(branch, min_size=1, max_size=2), st.none() | block),
        node(s.Time, inner),
        node(s.Define, no_commands, st.lists(names, max_size=2), block),
    )


statements = st.recursive(simple, _blocks, max_leaves=4)
programs = st.lists(statements, max_size=4).map(lambda parts: s.Program(NOWHERE, parts))


# ---------------------------------------------------------------- text

CHOICE, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, PREFIX, POSTFIX, ATOM = range(12)


class Unparser:
    """Writes a tree as tokens; `random` chooses spaces, line ends and comments between them."""

    def __init__(self, noise=None):
        self.noise = noise

    def program(self, tree):
        return self.join([*self.separated(tree.statements)])

    def separated(self, parts):
        for part in parts:
            yield from self.statement(part)
            yield "\n"

    def join(self, tokens):
        """Tokens to text: one space between, or noise where it does not count."""
        text, depth, previous = "", 0, "\n"
        for token in tokens:
            text += self.space(depth, previous)
            text += token
            if token in ("(", "[", "{"):
                depth = depth + 1 if token != "{" else 0
            elif token in (")", "]"):
                depth -= 1
            previous = token
        return text

    def space(self, depth, previous):
        if self.noise is None:
            return " "
        wide = depth > 0 or previous in ("+", "-", "*", "=", ",", "and", ":=", "{", "\n")
        choices = [" ", "  ", "\t"] + (["\n", " # note ( [ {\n", "\r\n  "] if wide else [])
        return self.noise.choice(choices)

    def statement(self, n):
        e = self.expression
        match n:
            case s.ExpressionStatement():
                yield from self.value(n.value)
            case s.Bind():
                yield from [*self.commas(n.targets), "=", *self.value(n.value)]
            case s.Define():
                yield from [*e(s.Call(NOWHERE, n.name, n.parameters, [])), "="]
                yield from self.block(n.body) if isinstance(n.body, s.Block) else self.value(n.body)
                for at, bind in enumerate(n.where):
                    yield from ["," if at else "where", *self.commas(bind.targets), "="]
                    yield from self.value(bind.value)
            case s.Return():
                yield from ["return", *(self.value(n.value) if n.value is not None else [])]
            case s.BindElement():
                yield from [*e(n.target), n.operator + "=", *e(n.value)]
            case s.Augment():
                yield from [n.target.name, n.operator + "=", *e(n.value)]
            case s.Update():
                yield from [*e(n.target), ":=", *e(n.value)]
            case s.Train() | s.Test():
                yield type(n).__name__.lower()
                if n.network is not None:
                    yield from [*e(n.network), "on"]
                yield from e(n.data)
                for option in n.options:
                    yield from [option.name, "=", *e(option.value, SUM)]
            case s.Command(word="show", operands=[*words, value]):
                yield from ["show", *[word.text for word in words]]
                yield from e(value) if words else self.value(value)
            case s.Command(word="save" | "export", operands=[value, path, *form]):
                yield from [n.word, *e(value), "to", *e(path)]
                yield from ["as", form[0].text] if form else []
            case s.Command(word="set", operands=[setting, value]):
                yield from ["set", setting.text, "=", *e(value)]
            case s.Command(word="history", operands=[path]):
                yield from ["history", "to", *e(path)]
            case s.Command(word="undo", operands=[s.Word(text="to"), number]):
                yield from ["undo", "to", *e(number)]
            case s.Command(word="help", operands=[topic]):
                yield f"help {topic.text}"
            case s.Command():
                yield from [n.word, *self.commas(n.operands)]
                for option in n.options:
                    yield from [option.name, "=", *e(option.value, SUM)]
            case s.Import():
                yield from ["import", *e(n.path)]
            case s.Assert():
                message = [",", *e(n.message)] if n.message is not None else []
                yield from ["assert", *e(n.condition), *message]
            case s.Time():
                yield from ["time", *self.statement(n.statement)]
            case s.Repeat():
                yield from ["repeat", *e(n.count), *self.block(n.body)]
            case s.While():
                yield from ["while", *e(n.condition), *self.block(n.body)]
            case s.For():
                yield from ["for", *self.commas(n.targets), "in", *e(n.source)]
                yield from self.block(n.body)
            case s.If():
                for at, (condition, body) in enumerate(n.branches):
                    yield from ["else"] * (at > 0) + ["if", *e(condition), *self.block(body)]
                if n.otherwise is not None:
                    yield from ["else", *self.block(n.otherwise)]
            case _:
                yield {s.Break: "break", s.Continue: "continue"}.get(
                    type(n), type(n).__name__.lower()
                )

    def block(self, n):
        yield from ["{", *self.separated(n.statements), "}"]

    def commas(self, parts):
        for at, part in enumerate(parts):
            yield from [","] * (at > 0)
            yield from self.expression(part)

    def value(self, n):
        if isinstance(n, s.With):
            yield from [*self.value(n.network), "with"]
            for option in n.options:
                yield from [option.name, "=", *self.expression(option.value, SUM)]
        elif isinstance(n, s.Row):
            tokens = [token for element in n.elements for token in self.expression(element)]
            yield from self.guarded(tokens)
        else:
            yield from self.guarded(list(self.expression(n)))

    def guarded(self, tokens):
        """In brackets where a command word would begin a statement."""
        return ["(", *tokens, ")"] if tokens[0] in vocabulary().commands else tokens

    def expression(self, n, least=CHOICE):
        level, tokens = self.tokens(n)
        yield from ["(", *tokens, ")"] if level < least else tokens

    def tokens(self, n):
        e = self.expression
        match n:
            case s.Word():
                return ATOM, [n.text]
            case s.Pattern():
                return ATOM, ["(", *self.commas(n.targets), ")"]
            case s.Name():
                return ATOM, [n.name]
            case s.Derivative():
                return ATOM, [n.function.name + "'" * n.order]
            case s.Number():
                return ATOM, [repr(n.value)]
            case s.String():
                text = n.value.replace("\\", "\\\\").replace('"', '\\"')
                return ATOM, ['"' + text.replace("\n", "\\n").replace("\t", "\\t") + '"']
            case s.Boolean():
                return ATOM, ["true" if n.value else "false"]
            case s.Hole():
                return ATOM, ["?"]
            case s.ListOf():
                return ATOM, ["[", *self.commas(n.items), "]"]
            case s.Comprehension():
                inside = list(e(n.element))
                for clause in n.clauses:
                    if isinstance(clause, s.ForClause):
                        inside += ["for", *self.commas(clause.targets), "in", *e(clause.source, OR)]
                    else:
                        inside += ["if", *e(clause.condition, OR)]
                return ATOM, inside if n.bare else ["[", *inside, "]"]
            case s.Call():
                parts = [list(e(a)) for a in n.arguments]
                parts += [[k.name, "=", *e(k.value)] for k in n.keywords]
                inside = [token for part in parts for token in [",", *part]][1:]
                return POSTFIX, [*e(n.function, POSTFIX), "(", *inside, ")"]
            case s.Index():
                return POSTFIX, [*e(n.base, POSTFIX), "[", *e(n.index), "]"]
            case s.Slice():
                start, stop = (list(e(p)) if p else [] for p in (n.start, n.stop))
                return POSTFIX, [*e(n.base, POSTFIX), "[", *start, ":", *stop, "]"]
            case s.Grad():
                return PREFIX, ["grad", *e(n.operand, PREFIX)]
            case s.Unary():
                return SIGN, [n.operator, *e(n.operand, SIGN)]
            case s.Binary(operator="^"):
                return POWER, [*e(n.left, PREFIX), "^", *e(n.right, SIGN)]
            case s.Binary():
                level = LEVELS[n.operator]
                return level, [*e(n.left, level), n.operator, *e(n.right, level + 1)]
            case s.Compare():
                tokens = list(e(n.operands[0], SUM))
                for operator, operand in zip(n.operators, n.operands[1:], strict=True):
                    tokens += [*operator.split(), *e(operand, SUM)]
                return COMPARE, tokens
            case s.Not():
                return NOT, ["not", *e(n.operand, NOT)]
            case s.Logic():
                level = AND if n.operator == "and" else OR
                return level, [*e(n.left, level), n.operator, *e(n.right, level + 1)]
            case s.Choice():
                return CHOICE, [
                    *[*e(n.then, OR), "if", *e(n.condition, OR)],
                    *["else", *e(n.otherwise)],
                ]
        raise TypeError(n)


def unparse(tree, seed=None):
    """The text of a program; with a seed, with random white space and comments."""
    return Unparser(None if seed is None else random.Random(seed)).program(tree)
