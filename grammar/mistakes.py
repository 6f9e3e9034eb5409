"""What is wrong with a text that does not parse, in the learner's words.

The parser only knows which token it could not take. `diagnose` looks at the text around that place
for the slips that people coming from the whiteboard, Python and PyTorch really make, and falls
back on saying what could have stood there.
"""

from __future__ import annotations

from typing import NamedTuple

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from grammar.scan import CLOSER, CONTINUES, OPENER, Piece, scan
from grammar.source import Source, Span
from grammar.vocabulary import vocabulary

RESERVED = frozenset(vocabulary().reserved)

_LOOK_ALIKES = {
    "−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "∗": "*", "÷": "/", "∕": "/",
    "“": '"', "”": '"', "„": '"', "≤": "<=", "≥": ">=", "≠": "!=", "←": ":=", "²": "^2", "³": "^3",
}  # fmt: skip

# Words and signs of other languages, and what they are called here.
_FOREIGN_HELP = {
    "def": "define a function like this: `f(x) = x^2 + 1`",
    "lambda": "define a function with a name: `f(x) = x^2 + 1`",
    "return": "a function is one expression: `f(x) = x^2 + 1`",
    "class": "a network is a row of layers: `net = linear(5,4) relu linear(4,1)`",
    "from": 'files are brought in with `import "other.mt"`',
    "pass": "an empty block is just `{ }`",
}
_FOREIGN_SIGNS = {
    "&": ("&&", "and", "and"),
    "|": ("||", "or", "or"),
    "!": ("!", "not ", "not"),
}


class Fix(NamedTuple):
    """A proposed replacement; the text with it parses (or gets further)."""

    span: Span
    text: str


class SyntaxProblem(Exception):  # noqa: N818 (it is the problem itself, as data)
    """A text that is not a program: a code (MT1xx, MT7xx), what, where, what to write instead.

    `related` are further places, each with its label; `fix` is a replacement to offer.
    """

    def __init__(
        self,
        code: str,
        message: str,
        place: Span,
        label: str = "",
        help: str = "",
        related: list[tuple[Span, str]] | None = None,
        fix: Fix | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place
        self.label = label
        self.help = help
        self.related = related or []
        self.fix = fix


def diagnose(source: Source, unexpected: UnexpectedInput) -> SyntaxProblem:
    """The mistake behind the parser's complaint."""
    context = _Context(source, unexpected)
    for look in (_strange_text, _brackets, _foreign, _operators, _words, _assignment, _missing):
        mistake = look(context)
        if mistake is not None:
            return mistake
    return _unexpected(context)


class _Context:
    """The pieces around the place where the parser stopped."""

    def __init__(self, source: Source, unexpected: UnexpectedInput) -> None:
        self.text = source.text
        everything = list(scan(source.text))
        self.pieces = [p for p in everything if p.kind not in ("space", "comment", "newline")]
        self.everything = [p for p in everything if p.kind not in ("space", "comment")]
        self.accepts: frozenset[str] = frozenset()
        self.offset = len(self.text)
        at_end = False
        if isinstance(unexpected, UnexpectedToken):
            at_end = unexpected.token.type == "$END"
            if not at_end and unexpected.token.start_pos is not None:
                self.offset = unexpected.token.start_pos
            if unexpected.interactive_parser is not None:
                self.accepts = frozenset(
                    unexpected.interactive_parser.accepts()  # type: ignore[no-untyped-call]
                )
        elif isinstance(unexpected, UnexpectedCharacters):
            self.offset = unexpected.pos_in_stream or 0
        before = [p for p in self.pieces if p.start < self.offset]
        after = [p for p in self.everything if p.start >= self.offset]
        self.previous = before[-1] if before else None
        self.before_previous = before[-2] if len(before) > 1 else None
        self.current = None if at_end or not after else after[0]
        rest = [p for p in after[1:] if p.kind != "newline"]
        self.next = rest[0] if rest else None
        self.line_pieces = [
            p for p in before if source.position(p.start).line == source.position(self.offset).line
        ]

    @property
    def at_line_end(self) -> bool:
        """Whether the statement just ends where more was needed."""
        return self.current is None or self.current.kind == "newline" or self.current.text in ";}"

    def spot(self) -> Span:
        """The place to mark: the piece that was not expected, else just behind the last one."""
        if self.current is not None and self.current.kind != "newline":
            return Span(self.current.start, self.current.end)
        if self.previous is not None:
            return Span(self.previous.end, self.previous.end + 1)
        return Span(0, 1)


def _span(piece: Piece) -> Span:
    return Span(piece.start, piece.end)


def _strange_text(context: _Context) -> SyntaxProblem | None:
    """Strings that do not end and characters that the language does not have."""
    for piece in context.pieces:
        if piece.start > context.offset:
            return None
        if piece.kind == "unclosed":
            return SyntaxProblem(
                "MT104",
                "this string does not end",
                _span(piece),
                "it begins here",
                'close it with `"` on the same line',
            )
        if piece.kind != "other":
            continue
        return _strange_character(context, piece)
    return None


def _strange_character(context: _Context, piece: Piece) -> SyntaxProblem:
    character, place = piece.text, _span(piece)
    following = next((p for p in context.pieces if p.start >= piece.end), None)
    if character in _LOOK_ALIKES:
        good = _LOOK_ALIKES[character]
        return SyntaxProblem(
            "MT105",
            f"`{character}` is not a sign of the language",
            place,
            f"looks like `{good}`",
            f"did you mean `{good}`?",
            fix=Fix(place, good),
        )
    if character == "'":
        closing = context.text.find("'", piece.end)
        line_end = context.text.find("\n", piece.end)
        if closing >= 0 and (line_end < 0 or closing < line_end):
            inner = context.text[piece.end : closing]
            whole = Span(piece.start, closing + 1)
            return SyntaxProblem(
                "MT106",
                "strings are written with double quotes",
                whole,
                "single quotes",
                f'write `"{inner}"`',
                fix=Fix(whole, f'"{inner}"'),
            )
        return SyntaxProblem(
            "MT106", "strings are written with double quotes", place, "a single quote", 'use `"`'
        )
    if character == ".":
        return _dot(context, piece, following)
    if character in _FOREIGN_SIGNS:
        sign, good, word = _FOREIGN_SIGNS[character]
        width = 2 if sign != "!" and context.text[piece.start : piece.start + 2] == sign else 1
        whole = Span(piece.start, piece.start + width)
        return SyntaxProblem(
            "MT113",
            f"`{context.text[whole.start : whole.end]}` is not an operator here",
            whole,
            "from another language",
            f"write `{word}`",
            fix=Fix(whole, good),
        )
    if character == "%":
        return SyntaxProblem(
            "MT113",
            "there is no `%` operator",
            place,
            "no remainder operator",
            "the remainder of a by b is `a - b*round(a/b - 0.5)`",
        )
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return SyntaxProblem(
        "MT105",
        f"the character `{shown}` has no meaning here",
        place,
        "unknown character",
        "remove it, or put it between double quotes if it is text",
    )


def _dot(context: _Context, piece: Piece, following: Piece | None) -> SyntaxProblem:
    owner = next((p for p in reversed(context.pieces) if p.end == piece.start), None)
    if owner is not None and owner.kind == "word" and following and following.start == piece.end:
        whole = Span(owner.start, following.end)
        method = following.text
        good = {"grad": f"grad {owner.text}", "data": f"value({owner.text})"}.get(method)
        if method == "backward":
            good = f"backward {owner.text}"
            call = context.text[following.end : following.end + 2]
            whole = Span(whole.start, whole.end + 2) if call == "()" else whole
        if good:
            return SyntaxProblem(
                "MT107",
                f"`.{method}` is written another way here",
                whole,
                "Python's form",
                f"did you mean `{good}`?",
                fix=Fix(whole, good),
            )
        return SyntaxProblem(
            "MT107",
            "values have no attributes, there is no `.` here",
            whole,
            "Python's form",
            f"did you mean `{method}({owner.text})`?",
        )
    return SyntaxProblem(
        "MT105", "a `.` belongs inside a number", _span(piece), "stands alone", "write `0.5`"
    )


def _brackets(context: _Context) -> SyntaxProblem | None:
    """A closing bracket too many, or one too few before the parser gave up."""
    opened: list[Piece] = []
    for piece in context.pieces:
        if piece.start > context.offset and context.current is not None:
            break
        if piece.kind == "open":
            opened.append(piece)
        elif piece.kind == "close":
            if not opened:
                return SyntaxProblem(
                    "MT103",
                    f"this `{piece.text}` closes nothing",
                    _span(piece),
                    f"no `{OPENER[piece.text]}` is open",
                    f"remove it, or open a `{OPENER[piece.text]}` before it",
                    fix=Fix(_span(piece), ""),
                )
            if CLOSER[opened[-1].text] != piece.text:
                wanted = CLOSER[opened[-1].text]
                return SyntaxProblem(
                    "MT103",
                    f"`{opened[-1].text}` is closed by `{piece.text}`",
                    _span(piece),
                    f"`{wanted}` was expected",
                    f"close the inner bracket first with `{wanted}`",
                    related=[(_span(opened[-1]), "opened here")],
                )
            opened.pop()
    if not opened:
        return None
    inner = opened[-1]
    new_line = "\n" in context.text[inner.start : context.offset]
    unclosed_round = inner.text != "{" and new_line
    if context.current is None or unclosed_round:
        return SyntaxProblem(
            "MT102",
            f"this `{inner.text}` is not closed",
            _span(inner),
            "opened here",
            f"add the missing `{CLOSER[inner.text]}`",
        )
    return None


def _foreign(context: _Context) -> SyntaxProblem | None:
    """Words and forms of Python."""
    for piece in (context.current, context.previous):
        if piece is not None and piece.text == "elif":
            return SyntaxProblem(
                "MT113",
                "`elif` is written `else if` here",
                _span(piece),
                "Python's form",
                "write `else if`",
                fix=Fix(_span(piece), "else if"),
            )
    first = context.line_pieces[0] if context.line_pieces else context.current
    if first is not None and first.text in _FOREIGN_HELP:
        return SyntaxProblem(
            "MT113",
            f"there is no `{first.text}` in the language",
            _span(first),
            "Python's form",
            _FOREIGN_HELP[first.text],
        )
    if context.current is not None and context.current.text == ":":
        head = next(
            (p.text for p in context.line_pieces if p.text in ("for", "if", "while", "else")), None
        )
        if head:
            return SyntaxProblem(
                "MT113",
                "a block stands in braces, without a colon",
                context.spot(),
                "Python's form",
                f"write `{head} ... {{ ... }}`",
            )
    return None


def _operators(context: _Context) -> SyntaxProblem | None:
    """Operators of other languages, and two operators in a row."""
    current, previous = context.current, context.previous
    if current is None or previous is None or current.kind != "operator":
        return None
    together = previous.text + current.text
    if previous.end == current.start and together == "//":
        whole = Span(previous.start, current.end)
        return SyntaxProblem(
            "MT113",
            "there is no `//` operator",
            whole,
            "Python's form",
            "write `round(a / b - 0.5)` for whole division; comments begin with `#`",
        )
    if previous.text in CONTINUES and current.text in CONTINUES:
        return SyntaxProblem(
            "MT112",
            f"a value is missing between `{previous.text}` and `{current.text}`",
            Span(previous.start, current.end),
            "two operators in a row",
            "write a value between them, or remove one",
        )
    return None


def _words(context: _Context) -> SyntaxProblem | None:
    """A missing `*`, and reserved words used as names."""
    current, previous = context.current, context.previous
    if current is None:
        return None
    binds = current.text in ("=", ":=", "+=", "-=", "*=", "/=")
    if binds and previous is not None and previous.text in RESERVED:
        return SyntaxProblem(
            "MT109",
            f"`{previous.text}` is a reserved word",
            _span(previous),
            "cannot be a name",
            f"choose another name, such as `{previous.text}_`",
            fix=Fix(_span(previous), f"{previous.text}_"),
        )
    if previous is not None and previous.kind in ("number", "close") and previous.text != "}":
        starts_value = current.kind in ("word", "number", "string") or current.text in ("(", "[")
        if starts_value and current.text not in RESERVED and context.line_pieces:
            return SyntaxProblem(
                "MT108",
                f"an operator is missing between `{previous.text}` and `{current.text}`",
                Span(previous.start, current.end),
                "two values in a row",
                "did you mean `*`?",
                fix=Fix(Span(previous.end, current.start), "*"),
            )
    if current.text in RESERVED and "NAME" in context.accepts and "NUMBER" not in context.accepts:
        return SyntaxProblem(
            "MT109",
            f"`{current.text}` is a reserved word",
            _span(current),
            "a name was expected",
            f"choose another name, such as `{current.text}_`",
        )
    return None


def _assignment(context: _Context) -> SyntaxProblem | None:
    """`=` where a comparison, a second statement or nothing at all was meant."""
    current, previous = context.current, context.previous
    if current is None or current.text not in ("=", ":="):
        return None
    heads = {p.text for p in context.line_pieces}
    if heads & {"if", "while", "assert"} and current.text == "=":
        return SyntaxProblem(
            "MT111",
            "`=` binds a name; it does not compare",
            _span(current),
            "a comparison was expected",
            "did you mean `==`?",
            fix=Fix(_span(current), "=="),
        )
    equals = [p for p in context.line_pieces if p.text in ("=", ":=")]
    if equals and previous is not None and previous.kind == "word":
        other = context.before_previous
        if other is not None and (other.kind in ("number", "word", "close", "string")):
            between = Span(other.end, previous.start)
            return SyntaxProblem(
                "MT117",
                "two statements stand on one line",
                _span(previous),
                "a new statement begins here",
                "put `;` between them",
                fix=Fix(between, "; "),
            )
        return SyntaxProblem(
            "MT117",
            "one statement binds one value",
            _span(current),
            "a second `=`",
            "write one statement for each name",
            related=[(_span(equals[-1]), "the first one")],
        )
    return None


def _missing(context: _Context) -> SyntaxProblem | None:
    """A statement that ends, or a new one that begins, too early."""
    previous = context.previous
    if previous is None:
        return None
    if context.at_line_end:
        behind = previous.text
        if "_IN" in context.accepts and "for" in {p.text for p in context.line_pieces}:
            return SyntaxProblem(
                "MT112",
                "`for` needs a list to go through",
                context.spot(),
                "`in ...` is missing",
                "write `for x in xs { ... }`",
            )
        if _wants_value(context):
            return SyntaxProblem(
                "MT112",
                f"something is missing after `{behind}`",
                context.spot(),
                "a value was expected",
                _EXAMPLES.get(behind, "write a value, a name or an expression here"),
            )
        if "LBRACE" in context.accepts:
            return SyntaxProblem(
                "MT112",
                "a block is missing here",
                context.spot(),
                "`{` was expected",
                "write `{ ... }`",
            )
        return None
    if previous.text == "}" and "_NEWLINE" in context.accepts:
        return SyntaxProblem(
            "MT117",
            "a statement after `}` needs a line of its own",
            context.spot(),
            "a new statement begins here",
            "put `;` or a new line before it",
            fix=Fix(Span(previous.end, context.spot().start), "; "),
        )
    return None


def _wants_value(context: _Context) -> bool:
    return "NUMBER" in context.accepts or "STRING" in context.accepts


_EXAMPLES = {
    "backward": "say from where: `backward loss`",
    "grad": "say of what: `grad x`",
    "train": "say on which data: `train majority epochs=500`",
    "test": "say on which data: `test majority`",
    "show": "say what: `show net`",
    "seed": "give a number: `seed 42`",
    "repeat": "say how often: `repeat 10 { ... }`",
    "step": "name an optimizer: `step opt`",
    "import": 'name a file: `import "other.mt"`',
    "time": "give a statement: `time backward loss`",
    "assert": "give a condition: `assert loss < 0.1`",
}

_DESCRIPTIONS = [
    ("NUMBER", "a value"),
    ("NAME", "a name"),
    ("SUM_OPERATOR", "an operator"),
    ("EQUAL", "`=`"),
    ("_IN", "`in`"),
    ("_TO", "`to`"),
    ("LBRACE", "`{`"),
    ("RBRACE", "`}`"),
    ("RPAR", "`)`"),
    ("RSQB", "`]`"),
    ("COMMA", "`,`"),
    ("_ELSE", "`else`"),
    ("_NEWLINE", "the end of the statement"),
]


def _unexpected(context: _Context) -> SyntaxProblem:
    possible = [words for terminal, words in _DESCRIPTIONS if terminal in context.accepts]
    if "a value" in possible and "a name" in possible:
        possible.remove("a name")
    expected = ""
    if possible:
        listed = ", ".join(possible[:-1])
        expected = f"{listed} or {possible[-1]}" if listed else possible[0]
        expected = f"here could stand {expected}"
    if context.current is None or context.current.kind == "newline":
        what = "the statement ends too early"
    else:
        what = f"`{context.current.text}` does not fit here"
    return SyntaxProblem("MT101", what, context.spot(), "not expected here", expected)
