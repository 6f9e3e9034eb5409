"""Random sentences of the grammar itself: whatever the rules of minitorch.lark can derive.

They are right in form and meaningless for the rest. A rule that is added to the grammar is met by
them without a line here; a terminal that is no word and no sign needs one in `_samplers`.
"""

import re
from collections.abc import Callable
from functools import cache
from random import Random

from grammar.build_tables import lark

OPENING = """x = 2; y = -3; xs = [1, 2, 3]; W = [[1, 2], [3, 4]]; word = "text"; yes = true
net = linear(2,3) relu linear(3,1); f(a) = a^2 + x; opt = sgd(net, lr=0.1); d = xor; n = len(xs)
"""
NAMES = ("x", "y", "xs", "W", "word", "yes", "net", "f", "opt", "d", "n", "θ", "step", "relu",
         "linear", "xor", "sum", "pi", "adam", "epochs", "lr", "digits", "tanh", "mse")  # fmt: skip
NUMBERS = ("0", "1", "2", "3", ".5", "1e-6", "2.5", "1_0", "1e3", "7.")
STRINGS = ('"a"', '""', '"net.json"', '"data.csv"', '"other.mt"', '"\\n\\t\\"\\\\"', '"θ"')


class Grammar:
    """The compiled rules, each with the depth of the least tree below it."""

    def __init__(self) -> None:
        made = lark()
        self.rules: dict[str, list[tuple[str, ...]]] = {}
        for rule in made.parser.parser_conf.rules:
            symbols = tuple(symbol.name for symbol in rule.expansion)
            self.rules.setdefault(rule.origin.name, []).append(symbols)
        self.patterns = {t.name: t.pattern for t in made.lexer_conf.terminals}
        self.depth: dict[str, int] = {}
        changed = True
        while changed:
            changed = False
            for origin, expansions in self.rules.items():
                least = min(map(self.depth_of, expansions))
                if least < self.depth.get(origin, 1_000):
                    self.depth[origin], changed = least, True

    def depth_of(self, symbols: tuple[str, ...]) -> int:
        below = [0 if symbol in self.patterns else self.depth.get(symbol, 1_000)
                 for symbol in symbols]  # fmt: skip
        return 1 + max(below, default=0)


@cache
def the_grammar() -> Grammar:
    return Grammar()


def _samplers(random: Random) -> dict[str, Callable[[], str]]:
    pick = random.choice
    return {
        "NAME": lambda: pick(NAMES),
        "NUMBER": lambda: pick(NUMBERS),
        "STRING": lambda: pick(STRINGS),
        "HEAD_END": lambda: ")",
        "HELP": lambda: pick(("help", "help train", "help MT203", "help relu", "help xyz")),
        "NAME_HELP": lambda: pick(("sum?", "train?", "xs?")),
        "AUGMENT": lambda: pick(("+=", "-=", "*=", "/=")),
        "COMPARE": lambda: pick(("==", "!=", "<", "<=", ">", ">=")),
        "SUM_OPERATOR": lambda: pick("+-"),
        "PRODUCT_OPERATOR": lambda: pick("*/@"),
        "POWER_OPERATOR": lambda: pick(("^", "**")),
        "PRIMES": lambda: pick(("'", "'", "''")),
        "_NEWLINE": lambda: pick(("\n", "\n", "\r\n", " # a comment ( [ {\n")),
    }


def _fixed(pattern: object) -> str:
    """The text of a terminal that is a word or a sign."""
    if type(pattern).__name__ == "PatternStr":
        return str(pattern.value)  # type: ignore[attr-defined]
    word = re.search(r"(?<![\\?\w])[a-z]+(?=\(\?)", pattern.value)  # type: ignore[attr-defined]
    if word is None:
        raise LookupError(f"no sampler for the terminal {pattern}")
    return word.group()


class Derivation:
    """One random derivation; behind `most` tokens it takes the shortest way out."""

    def __init__(self, random: Random, most: int) -> None:
        self.random = random
        self.most = most
        self.grammar = the_grammar()
        self.samplers = _samplers(random)
        self.tokens: list[str] = []

    def derive(self, symbol: str) -> None:
        if symbol in self.grammar.patterns:
            self.tokens.append(self.terminal(symbol))
            return
        for part in self.random.choice(self.alternatives(symbol)):
            self.derive(part)

    def alternatives(self, symbol: str) -> list[tuple[str, ...]]:
        """What the symbol may become: mostly the plain forms, or no expression would end."""
        every = self.grammar.rules[symbol]
        if len(self.tokens) < self.most and self.random.random() < 0.3:
            return every
        if len(self.tokens) < self.most and symbol in ("simple", "command", "statement"):
            return every
        short = min(map(self.grammar.depth_of, every))
        spare = 0 if len(self.tokens) >= self.most else 3
        return [e for e in every if self.grammar.depth_of(e) <= short + spare and len(e) < 3] or [
            e for e in every if self.grammar.depth_of(e) == short
        ]

    def terminal(self, name: str) -> str:
        if name in self.samplers:
            return self.samplers[name]()
        return _fixed(self.grammar.patterns[name])

    def text(self) -> str:
        said = ""
        for token in self.tokens:
            said += token + self.random.choice((" ", " ", " ", "  ", "\t"))
        return said


def sentence(random: Random) -> str:
    """A program of one to three statements, each a random sentence of the grammar."""
    lines = []
    for _ in range(random.choice((1, 1, 2, 3))):
        derivation = Derivation(random, random.randint(1, 40))
        derivation.derive("start" if random.random() < 0.15 else "statement")
        lines.append(derivation.text())
    return random.choice(("", OPENING, OPENING, OPENING)) + "\n".join(lines)
