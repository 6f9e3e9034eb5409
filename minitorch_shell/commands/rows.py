"""Rows of layers at run time: `linear(5,4) relu linear(4,?)` becomes a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from grammar import syntax
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.catalogue.options import known_options, words_of
from minitorch_shell.checks.options import no_option, no_word, not_a_word
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.layers import PLANS, Element, LayerPlan, build, plan_mlp, widths_of
from minitorch_shell.values.network import Network, describe_layer
from minitorch_shell.values.width_troubles import unknown_trouble, width_trouble
from minitorch_shell.values.widths import WidthClash, WidthUnknown, fit

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session


def element(session: Session, function: Any, *call: Any) -> Element | list[LayerPlan]:
    """One element of a row: a bare value, or a function with the arguments of its call.

    `mlp` gives several.
    """
    if isinstance(function, Network) and not call:
        return function
    name = getattr(function, "__name__", "")
    if (name in PLANS or name == "mlp") and function is session.builtin(name):
        arguments, keywords = call if call else ((), ())
        make = plan_mlp if name == "mlp" else PLANS[name]
        try:
            return make(*arguments, **dict(keywords))
        except TypeError:
            raise Trouble(
                "MT204",
                f"`{name}` does not take these values",
                help=f"write `{BUILTINS[name].signature}`",
            ) from None
    value = function
    if call and callable(function):
        arguments, keywords = call
        value = function(*arguments, **dict(keywords))
    if isinstance(value, Network):
        return value
    raise Trouble(
        "MT302",
        f"a row is made of layers and networks, this is {kind_of(value)}",
        label="not a layer",
        help="to multiply two values write `*` between them",
    )


def text_of(part: Element) -> str:
    """An element as one writes it."""
    if isinstance(part, LayerPlan):
        return part.text()
    return " ".join(describe_layer(layer) for layer in part.module)


def network(
    session: Session,
    parts: Sequence[Element | list[LayerPlan]],
    places: Sequence[syntax.Node],
    options: Any,
) -> Network:
    """The network of a row; widths that do not fit are blamed on both neighbours."""
    for name, value in options.items():
        check_option(name, value)
    elements: list[Element] = []
    nodes: list[syntax.Node] = []
    for part, node in zip(parts, places, strict=True):
        group = part if isinstance(part, list) else [part]
        elements.extend(group)
        nodes.extend([node] * len(group))
    widths = [widths_of(part) for part in elements]
    try:
        filled = fit(widths)
    except WidthClash as clash:
        raise width_trouble(clash, text_of(elements[clash.left]), text_of(elements[clash.right]),
                            nodes) from None  # fmt: skip
    except WidthUnknown as unknown:
        raise unknown_trouble(unknown, nodes) from None
    for element, node, known in zip(elements, nodes, filled, strict=True):
        if isinstance(element, LayerPlan) and not element.keeps_width:
            open_widths = (element.inputs, element.outputs)
            holes = [part for part in syntax.children(node) if isinstance(part, syntax.Hole)]
            for before, after in zip(open_widths, known, strict=True):
                if before is None:
                    session.note("MT316", f"? = {after}", node=holes.pop(0) if holes else node)
    shared = [p for part in elements if isinstance(part, Network) for p in part.parameters()]
    if "init" not in options and "bias" not in options:
        shared = []  # only these two write new weights into networks that are spliced in
    with session.journal.writing(shared, shared):
        made = build(elements, session.random, options)
    for layer in made.module:
        stream = getattr(layer, "random", None)
        if stream is not None and stream is not session.random:
            session.watch(stream)
    return made


def check_option(name: str, value: Any) -> None:
    """The options behind `with`, where only running shows their values."""
    if name not in known_options("with"):
        raise no_option("with", name)
    if name == "init" and value not in (words_of("init") or ()):
        raise no_word(name, value) if isinstance(value, str) else not_a_word(name, kind_of(value))


def row(session: Session, elements: Any, numbers: Any, options: Any) -> Network:
    """`linear(5,4) relu ...` as the compiled code calls for it, its nodes given as numbers."""
    nodes = session.unit().nodes
    return network(session, elements, [nodes[number] for number in numbers], dict(options))


def open_width(session: Session) -> NoReturn:
    """A `?` outside of a row."""
    raise Trouble(
        "MT314",
        "`?` stands for a width of a layer in a row",
        label="not here",
        help="write a number, or `linear(5,?) relu linear(4,1)`, where it is filled in",
    )
