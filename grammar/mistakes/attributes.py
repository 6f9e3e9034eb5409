"""Values with a point behind them, as other languages write them: `x.grad`, `nn.Linear`."""

from __future__ import annotations

from grammar.mistakes.context import Context, span
from grammar.mistakes.foreign_names import FOREIGN
from grammar.mistakes.operands import chain_before
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import Piece
from grammar.source import Span


def attribute(context: Context, piece: Piece) -> SyntaxProblem:

    owner = next((p for p in reversed(context.pieces) if p.end == piece.start), None)
    following = next((p for p in context.pieces if p.start == piece.end), None)
    start = chain_before(context, piece.start) if following is not None else None
    if owner is not None and start is not None and owner.kind != "word":
        owner = Piece("word", context.text[start : piece.start], start)
    if owner is None or owner.kind != "word" or following is None or following.kind != "word":
        place = span(piece)
        return SyntaxProblem(
            "MT105", "a `.` belongs inside a number", place, "stands alone", "write `0.5`"
        )
    special = module_prefix(context, owner) or bare_file(owner, following)
    if special is not None:
        return special
    whole = Span(owner.start, following.end)
    method = following.text
    computed = "(" in owner.text  # anew, so that it has no gradient yet
    good = {
        "grad": f"grad {owner.text}",
        "data": f"value({owner.text})",
        "item": f"value({owner.text})",
        "parameters": f"params({owner.text})",
        "zero_grad": "zero" if owner.text.startswith("opt") else f"zero {owner.text}",
        "step": f"step {owner.text}",
        "backward": f"backward {owner.text}",
        "weight": f"weights({owner.text})",
        "weights": f"weights({owner.text})",
        "bias": f"biases({owner.text})",
        "biases": f"biases({owner.text})",
    }.get(method)
    if computed and method == "grad":
        good = None
    if good is not None and context.text[whole.end : whole.end + 2] == "()":
        whole = Span(whole.start, whole.end + 2)
    if good is None:
        return SyntaxProblem(
            "MT107",
            "values have no attributes, there is no `.` here",
            whole,
            "Python's form",
            method_help(owner.text, method)
            or "a function stands before its value: `f(x)`; `help functions` lists those there are",
        )
    return SyntaxProblem(
        "MT107",
        f"`.{method}` is written another way here",
        whole,
        "Python's form",
        f"did you mean `{good}`?",
        fix=Fix(whole, good),
    )


# Modules that people write before a name, as in `torch.exp` and `nn.Linear`.
_MODULES = frozenset({
    "torch", "nn", "np", "numpy", "math", "F", "optim", "functional", "random", "tf", "keras",
    "jnp", "jax",
})  # fmt: skip


_ENDINGS = frozenset({"csv", "json", "mt", "py", "txt", "png", "svg", "html"})


# Methods and attributes whose counterpart is more than another word before the value.
_METHODS = {
    "append": "a longer list is a new one: `{0} = append({0}, 3)`",
    "train": "write `train {0} on data`, with the name of your data",
    "fit": "write `train {0} on data`, with the name of your data",
    "eval": "there is no mode to set: dropout is on only while `train` runs",
    "forward": "call the network itself: `{0}(x)`",
    "predict": "call the network itself: `{0}(x)`",
    "shape": "`len({0})` is the length of a list, `show {0}` tells the widths of a network",
    "requires_grad": "every number bound to a name has a gradient already: `grad {0}`",
    "state_dict": 'a whole network is written with `save {0} to "net.json"`',
    "save": 'write `save {0} to "net.json"`',
    "load": 'write `{0} = load("net.json")`',
}  # fmt: skip


def method_help(owner: str, name: str) -> str:
    """What is written instead of `owner.name`, as a sentence; "" where there is none."""
    return _METHODS.get(name, "").format(owner)


def bare_file(owner: Piece, ending: Piece) -> SyntaxProblem | None:
    """`load(net.json)`"""
    if ending.text not in _ENDINGS:
        return None
    place = Span(owner.start, ending.end)
    name = f'"{owner.text}.{ending.text}"'
    return SyntaxProblem(
        "MT107",
        "the name of a file stands in quotes",
        place,
        "quotes are missing around this",
        f"write `{name}`",
        fix=Fix(place, name),
    )


def module_prefix(context: Context, owner: Piece) -> SyntaxProblem | None:
    """`torch.exp(x)`, `nn.Linear(2, 3)`"""
    if owner.text not in _MODULES:
        return None
    pieces = [p for p in context.pieces if p.start >= owner.start]
    last = owner
    for point, name in zip(pieces[1::2], pieces[2::2], strict=False):
        if point.text != "." or point.start != last.end or name.kind != "word":
            break
        last = name
    meant = FOREIGN.get(last.text, last.text)
    known = meant in context.predefined
    sentence = "" if meant.isidentifier() else meant
    if known:
        sentence = f"write `{meant}` alone; nothing has to be imported"
    return SyntaxProblem(
        "MT107",
        "there are no modules, and no `.` behind a name",
        Span(owner.start, last.end),
        "Python's form",
        sentence or FOREIGN["torch"],
        fix=Fix(Span(owner.start, last.end), meant) if known else None,
    )
