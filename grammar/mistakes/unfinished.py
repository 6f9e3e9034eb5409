"""Statements that lack a part: `in`, `to`, `on`, a block, a value at the end."""

from __future__ import annotations

from grammar.mistakes.calls import bracketed_command
from grammar.mistakes.context import COMMANDS, RESERVED, Context, span, starts_value
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import Piece
from grammar.source import Span

# Options of `train`, without which a bare name is taken for data.
OPTIONS = frozenset({
    "epochs", "lr", "batch", "optimizer", "loss", "until", "every", "validate", "momentum", "beta1",
    "beta2", "l2",
})  # fmt: skip
_BETWEEN = frozenset({"with", "using", "over", "against"})  # `train net with xor`


def heads(context: Context) -> SyntaxProblem | None:
    """The heads of blocks: what is missing between `for`, `in`, `if`, ... and `{`."""
    current, previous, accepts = context.current, context.previous, context.accepts
    words = [p.text for p in context.statement]
    if context.wants_in and "for" in words:
        if starts_value(current) and current is not None:
            return SyntaxProblem(
                "MT112",
                "`in` is missing",
                context.spot(),
                "`in` was expected before this",
                "write `for x in xs`",
                fix=Fix(Span(current.start, current.start), "in "),
            )
        return SyntaxProblem(
            "MT112",
            "`for` needs a list to go through",
            context.spot(),
            "`in ...` is missing",
            "write `for x in xs { ... }`",
        )
    if previous is None or current is None:
        return None
    if previous.text == "for" or (current.text == "in" and "for" in words and "NAME" in accepts):
        return SyntaxProblem(
            "MT112",
            f"a name is missing after `{previous.text}`",
            context.spot(),
            "a name was expected",
            "write `for x in xs`, or `for x, y in rows`",
        )
    if current.text == "{" and previous.text in ("repeat", "while", "if", "in"):
        return SyntaxProblem(
            "MT112",
            f"something is missing between `{previous.text}` and `{{`",
            context.spot(),
            "a value was expected before this",
            _EXAMPLES[previous.text],
        )
    if "LBRACE" in accepts and current.kind == "word" and context.gap:
        end = context.line_end()
        rest = context.text[current.start : end]
        if "{" in rest or "}" in rest or current.text in RESERVED:
            return None
        return SyntaxProblem(
            "MT112",
            "a block is missing here",
            context.spot(),
            "`{` was expected before this",
            "put the statements in braces: `{ ... }`",
            fix=Fix(Span(current.start, end), f"{{ {rest} }}"),
        )
    return None


def commands(context: Context) -> SyntaxProblem | None:
    """Commands with brackets, and words missing inside them."""
    current, previous, first = context.current, context.previous, context.first
    if first not in COMMANDS or not context.statement:
        return None
    example = _EXAMPLES.get(first, f"write `{first}` and what it takes behind it")
    bracketed = bracketed_command(context, example)
    if bracketed is not None:
        return bracketed
    if "_TO" in context.accepts and (starts_value(current) or context.at_line_end):
        return _target(context)
    if "EQUAL" in context.accepts and previous is not None and previous.kind == "word":
        return _option_value(context, previous)
    if first == "backward" and current is not None and current.text == ",":
        return SyntaxProblem(
            "MT101",
            "`backward` starts from one value",
            context.spot(),
            "a second one",
            "add them up: `backward a + b`",
        )
    return None


def _target(context: Context) -> SyntaxProblem:
    """`save net "net.json"`, `save net`"""
    current, first = context.current, context.first
    text_follows = current is not None and current.kind in ("string", "word")
    place = context.spot()
    what, file = "net", f'"net.{"py" if first == "export" else "json"}"'
    given = [piece for piece in context.statement[1:] if piece.text not in "()"]
    if len(given) == 1 and given[0].kind == "word":
        what = given[0].text
    if len(given) == 1 and given[0].kind == "string" and not text_follows:
        return SyntaxProblem(
            "MT112",
            f"what to {first} is missing",
            span(given[0]),
            "a network and `to` were expected before this",
            f"write `{first} net to {given[0].text}`",
        )
    if current is not None and current.kind == "string":
        file = current.text
    return SyntaxProblem(
        "MT112",
        "`to` and a file name are missing" if not text_follows else "`to` is missing",
        place,
        "`to` was expected" + (" before this" if text_follows else ""),
        f"write `{first} {what} to {file}`",
        fix=Fix(Span(place.start, place.start), "to ") if text_follows else None,
    )


def _option_value(context: Context, option: Piece) -> SyntaxProblem | None:
    """`epochs 500`, `set digits 4`, `train net data`"""
    first, words = context.first, context.statement
    if first in ("train", "test") and option.text in _BETWEEN and len(words) > 2:
        end = context.line_end()
        before = context.text[words[0].start : option.start]
        return SyntaxProblem(
            "MT112",
            f"the data stands behind `on`, not `{option.text}`",
            span(option),
            "`on` was expected",
            f"write `{before}on{context.text[option.end : end]}`",
            fix=Fix(span(option), "on"),
        )
    if starts_value(context.current) and context.current is not None:
        between = Span(option.end, context.current.start)
        return SyntaxProblem(
            "MT112",
            f"`=` is missing after `{option.text}`",
            context.spot(),
            "`=` was expected before this",
            f"write `{option.text}={context.current.text}`",
            fix=Fix(between, " = " if first == "set" else "="),
        )
    if not context.at_line_end:
        return None
    if first in ("train", "test") and len(words) == 3 and words[1].text == "on":
        return SyntaxProblem(
            "MT112",
            "there is no network before `on`",
            span(words[1]),
            "a network was expected before this",
            f"write `{first} {option.text}`, or `{first} net on {option.text}`",
            fix=Fix(Span(words[1].start, option.start), ""),
        )
    if first == "train" and option.text in OPTIONS and context.is_bound(option.text):
        good = f"{option.text}={option.text}"
        return SyntaxProblem(
            "MT112",
            f"the option `{option.text}` needs a value",
            span(option),
            "`=` and a value are missing",
            f"write `{context.text[words[0].start : option.start]}{good}`",
            fix=Fix(span(option), good),
        )
    data = context.predefined.get(words[1].text) == "data" if len(words) > 1 else False
    if first in ("train", "test") and len(words) == 3 and not (data and option.text in OPTIONS):
        return SyntaxProblem(
            "MT112",
            "`on` is missing between the network and the data",
            span(option),
            "`on` was expected before this",
            f"write `{first} {words[1].text} on {option.text}`",
            fix=Fix(Span(option.start, option.start), "on "),
        )
    return SyntaxProblem(
        "MT112",
        f"`{option.text}` needs a value",
        span(option),
        "`=` and a value are missing",
        f"write `{option.text}=...`",
    )


def missing(context: Context) -> SyntaxProblem | None:
    """A statement that ends, or a new one that begins, too early."""
    previous, current = context.previous, context.current
    if previous is None:
        return None
    if context.at_line_end or (current is not None and current.kind == "close"):
        if "NUMBER" in context.accepts or "STRING" in context.accepts:
            return SyntaxProblem(
                "MT112",
                f"something is missing after `{previous.text}`",
                context.spot(),
                "a value was expected",
                _EXAMPLES.get(previous.text, "write a value, a name or an expression here"),
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


_EXAMPLES = {
    "backward": "say from where: `backward loss`",
    "print": 'write what to show: `print a, b, "text"`',
    "grad": "say of what: `grad x`",
    "train": "say on which data: `train majority epochs=500`, `train net on moons`",
    "test": "say on which data: `test majority`, `test net on moons`",
    "on": "say on which data: `train net on moons`",
    "show": "say what: `show net`",
    "seed": "give a number: `seed 42`",
    "repeat": "say how often: `repeat 10 { ... }`",
    "while": "give a condition: `while loss > 0.1 { ... }`",
    "if": "give a condition: `if loss > 0.1 { ... }`",
    "in": "say what to go through: `for x in xs { ... }`",
    "save": 'say what and where to: `save net to "net.json"`',
    "export": 'say what and where to: `export net to "net.py"`',
    "step": "name an optimizer: `step opt`",
    "import": 'name a file: `import "other.mt"`',
    "time": "give a statement: `time backward loss`",
    "assert": "give a condition: `assert loss < 0.1`",
    "zero": "write `zero`, or `zero net`",
    "del": "give a name: `del x`",
    "vars": "write `vars` alone",
    "history": "write `history` alone",
    "undo": "write `undo`, or `undo 3`",
    "redo": "write `redo`, or `redo 3`",
    "set": "give a setting and its value: `set digits=4`",
}
