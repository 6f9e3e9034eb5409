"""Functions written without brackets, commands written with them, and bindings inside commands."""

from __future__ import annotations

import re

from grammar.mistakes.context import COMMANDS, RESERVED, Context, span
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import Piece
from grammar.source import Span

# Of a layer or a data set the bare name has a meaning of its own: `relu tanh` is a row of layers,
# `train xor` a command.
_KINDS = {"layer": "a layer", "data": "a data set"}
_BOUND_TO = {"load": "net", "csv": "data"}  # what a bare call of these is mostly meant for
_TAKE_LISTS = frozenset({"print", "zero", "del", "assert", "step"})  # `zero x, y`
_TAKE_ONE = frozenset({"backward", "show", "seed", "import", "repeat", "while", "if"})
_SHOWING = frozenset({"print", "show", "backward"})
_OPTION = re.compile(r"(\w+)\s*=(?!=)\s*(.+)", re.DOTALL)
_STRING = re.compile(r'"[^"\n]*"')


def bare_call(context: Context) -> SyntaxProblem | None:
    """`load "net.json"`, `exp 3`, `print sin x`."""
    function, value = context.previous, context.current
    if value is None or value.kind not in ("number", "string", "word"):
        # `y = sin x + 1`: the parser took `sin x` for a row of layers and stopped at the `+`.
        function, value = context.before_previous, context.previous
    if function is None or value is None or function.end == value.start:
        return None
    group = context.predefined.get(function.text, "constant")
    if group == "constant" or value.text in RESERVED | COMMANDS:
        return None
    if group in _KINDS and value.kind == "word" and function.text not in _BOUND_TO:
        return None
    if value.kind not in ("number", "string", "word"):
        return None
    if context.first in ("train", "test"):
        return _nameless_option(context, value)
    end = _end_of_values(context, value) if context.first == function.text else value.end
    before = [p for p in context.statement if p.start < function.start]
    if before and before[-1].text == "=":
        end = _end_of_values(context, value)
    inner = context.text[value.start : end]
    if value.kind == "number" and end == value.end:
        numbers = _numbers(context, value)
        end, inner = numbers[-1].end, ", ".join(p.text for p in numbers)
    call = f"{function.text}({inner})"
    if not before and function.text in _BOUND_TO:
        call = f"{_BOUND_TO[function.text]} = {call}"
    return SyntaxProblem(
        "MT112",
        f"`{function.text}` is {_KINDS.get(group, 'a function')}: what it takes stands in brackets",
        span(value),
        "brackets are missing around this",
        f"write `{call}`",
        fix=Fix(Span(function.start, end), call),
    )


def _numbers(context: Context, first: Piece) -> list[Piece]:
    """Numbers side by side, as in `linear 2 3`."""
    found = [first]
    for piece in context.pieces:
        if piece.start > first.start:
            if piece.kind != "number" or "\n" in context.text[found[-1].end : piece.start]:
                break
            found.append(piece)
    return found


def _nameless_option(context: Context, value: Piece) -> SyntaxProblem | None:
    """`train moons 500`"""
    if context.first == "test" or value.kind != "number":
        return None
    return SyntaxProblem(
        "MT112",
        f"the name of an option is missing before `{value.text}`",
        span(value),
        "an option was expected",
        f"options of `train` have names: `epochs={value.text}`",
        fix=Fix(Span(value.start, value.start), "epochs="),
    )


def _end_of_values(context: Context, first: Piece) -> int:
    """Where a list of plain values and options ends: `"f.csv", target="y"`."""
    pieces = [p for p in context.pieces if p.start >= first.start]
    end, at = first.end, 1
    while at < len(pieces) and pieces[at].text == ",":
        at += 1
        if [p.text for p in pieces[at + 1 : at + 2]] == ["="]:
            at += 2
        if at >= len(pieces) or pieces[at].kind not in ("number", "string", "word"):
            break
        end = pieces[at].end
        at += 1
    return end


def bound_inside(context: Context) -> SyntaxProblem | None:
    """`print x = 2`"""
    current, name, first = context.current, context.previous, context.first
    if current is None or current.text != "=" or first not in _SHOWING or name is None:
        return None
    if len(context.statement) < 2 or name.kind != "word" or name.text in RESERVED:
        return None
    inside = [p.text for p in context.statement[1:-1]]
    end = _statement_end(context)
    value = context.text[current.end : end].strip()
    if inside == ["("] and value.endswith(")"):
        value, inside = value[:-1].rstrip(), []
    simple = not inside and value and "\n" not in value
    good = f"{name.text} = {value}; {first} {name.text}"
    does = "starts from a value" if first == "backward" else "shows values"
    return SyntaxProblem(
        "MT117",
        f"`{first}` {does}, it does not bind a name",
        span(current),
        "binds a name",
        f"bind it first: `{good}`" if simple else f"bind `{name.text}` in a statement before it",
        fix=Fix(Span(context.statement[0].start, end), good) if simple else None,
    )


def _statement_end(context: Context) -> int:
    """Where the current statement ends: at the line's end, `;` or `}`."""
    end, depth = context.offset, 0
    for piece in [context.current, *context.rest]:
        if piece is None or piece.kind == "newline" or piece.text == ";":
            break
        if depth == 0 and piece.text == "}":
            break
        depth += (piece.text in "([{") - (piece.text in ")]}" and depth > 0)
        end = piece.end
    return end


def bracketed_command(context: Context, example: str) -> SyntaxProblem | None:
    """`train(net, data)`, `save(net, "net.json")`: commands written as calls."""
    current, first = context.current, context.first
    if first == "set" and current is not None and current.text == "(":
        return SyntaxProblem(
            "MT113",
            "there are no sets of values",
            span(context.statement[0]),
            "Python's form",
            "a list is written `[1, 2]`; `set digits=4` changes a setting of the session",
        )
    opener = context.statement[1] if len(context.statement) > 1 else None
    if opener is None or opener.text != "(" or context.opened[-1:] != [opener]:
        return None
    if current is None or current.text not in (")", ",", "=", "on"):
        return None
    values, end = _values(context, opener)
    good = _as_statement(first, values)
    fix = None
    if good is not None:
        fix = Fix(Span(opener.start, end), good)
    elif current.text == ")":
        fix = Fix(Span(opener.start, current.end), "")
    return SyntaxProblem(
        "MT113",
        f"`{first}` is a command, written without brackets",
        Span(opener.start, current.end),
        "Python's form",
        f"write `{first}{good}`" if good is not None and "\n" not in good else example,
        fix=fix,
    )


def _values(context: Context, opener: Piece) -> tuple[list[str], int]:
    """The texts between the commas of a bracket, and where it ends; none if it does not."""
    values: list[str] = []
    depth, start = 0, opener.end
    for piece in context.pieces:
        if piece.start < opener.start:
            continue
        depth += (piece.kind == "open") - (piece.kind == "close")
        if depth == 0 or (depth == 1 and piece.text == ","):
            values.append(context.text[start : piece.start].strip())
            start = piece.end
        if depth == 0:
            return values, piece.end
    return [], opener.end


def _as_statement(command: str, values: list[str]) -> str | None:
    """What stands behind the command in a statement of the language; None where it is unclear."""
    options = [match.expand(r"\1=\2") for value in values if (match := _OPTION.fullmatch(value))]
    plain = [value for value in values if not _OPTION.fullmatch(value)]
    if not all(plain) or not plain:
        return None
    if command in ("save", "export") and len(plain) == 2 and not options:
        files = [value for value in plain if _STRING.fullmatch(value)]
        if len(files) != 1:
            return None
        plain.remove(files[0])
        return f" {plain[0]} to {files[0]}"
    if command in ("train", "test") and len(plain) <= 2:
        return " ".join(["", " on ".join(plain), *options])
    if options and command in _TAKE_LISTS:
        return None
    if command in _TAKE_LISTS or (command in _TAKE_ONE and len(plain) == 1):
        return f" {', '.join(plain)}"
    return None
