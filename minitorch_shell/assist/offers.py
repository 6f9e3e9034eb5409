"""What can come next at the cursor, each offer with a line that says what it is.

Words come from the grammar, predefined names from the table of builtins, the rest from the
session. The parser has the last word: an offer it could not take is not made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from grammar.scan import meaningful
from grammar.vocabulary import vocabulary
from minitorch_shell.assist.cursor import Spot, accepted, locate
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.catalogue.commands import COMMANDS, WORDS, followed_by, known_words
from minitorch_shell.catalogue.errors import entries
from minitorch_shell.catalogue.options import OPTIONS, SETTINGS, known_options, meanings
from minitorch_shell.catalogue.terms import TERMS
from minitorch_shell.results.printed import value_text
from minitorch_shell.session.session import Session
from minitorch_shell.values.description import plain
from minitorch_shell.values.function import Function
from minitorch_shell.values.network import Network

WIDEST = 60  # of a description


_FILE_FUNCTIONS = ("load", "csv", "lines")


_MOST_FILES = 200


_WORDS = frozenset(word for kind in vocabulary() for word in kind)


class Offer(NamedTuple):
    """A text that can stand at the cursor in place of the word there, and what it is."""

    text: str
    doc: str


class Offers(NamedTuple):
    """The offers at a cursor, and where the text begins that each of them replaces."""

    start: int
    offers: tuple[Offer, ...]


def offers_at(session: Session, text: str, cursor: int, most: int | None = None) -> Offers:
    """The offers at a cursor in a text, the likeliest first, `most` of them at the most."""
    before = text[:cursor]
    spot = locate(before)
    typed = spot.string if spot.string is not None else topic(spot, before) or spot.word
    return Offers(cursor - len(typed), tuple(islice(offers(session, spot, text), most)))


def topic(spot: Spot, before: str) -> str:
    """What has been typed of the topic of `help`."""
    if spot.command != "help" or len(spot.pieces) > 2:
        return ""
    return before[spot.pieces[0].end :].lstrip()


def offers(session: Session, spot: Spot, text: str = "") -> Iterator[Offer]:
    """The offers at a spot in `text`, the likeliest first."""
    if spot.comment:
        return
    if spot.string is not None:
        if followed_by(spot.command) == "file" or spot.function in _FILE_FUNCTIONS:
            yield from _files(spot.string)
        return
    if followed_by(spot.command) == "topic" and spot.pieces[0].end < len(
        spot.statement + spot.word
    ):
        yield from _topics(session, spot)
        return
    seen: set[str] = set()
    for offer in _candidates(session, spot, text):
        if offer.text.startswith(spot.word) and offer.text not in seen:
            seen.add(offer.text)
            if _parses(spot, offer.text):
                yield offer._replace(doc=_short(offer.doc))


def _parses(spot: Spot, text: str) -> bool:
    """Whether the parser could still take the statement with `text` at its end."""
    if spot.after_block:
        return text == "else"
    if text.isidentifier() and text not in _WORDS:
        return "NAME" in spot.accepts
    return bool(accepted(spot.statement + text))


def _short(doc: str) -> str:
    return doc if len(doc) <= WIDEST else doc[: WIDEST - 3] + "..."


def _candidates(session: Session, spot: Spot, text: str) -> Iterator[Offer]:
    if spot.after_block:
        if spot.after_block == "if":
            yield Offer("else", COMMANDS["else"].doc)
        return
    if not spot.pieces:
        yield from _statement_starts(session, text)
        return
    if spot.option:
        yield from _option_values(session, spot, text)
        return
    following = followed_by(spot.command)
    if spot.command == "undo" and len(spot.pieces) == 1:
        yield Offer("train", "to before the last training")
        yield Offer("to", "to a number of history")
    if following == "setting" and not spot.calls and len(spot.pieces) == 1:
        for name, setting in SETTINGS.items():
            yield Offer(f"{name}=", setting.doc)
        return
    if following == "data" and not spot.calls:
        yield from _training(session, spot, text)
        return
    if spot.previous == "with" and not spot.calls:
        for name in known_options("with"):
            yield _option(name)
    if following == "name":
        yield from _own_names(session)
        return
    accepts = spot.accepts
    if "NUMBER" in accepts or not accepts & {"NAME", "SUM_OPERATOR"}:
        yield from _arguments(spot)
        yield from _values(session, text, accepts)
    elif _in_row(session, spot):
        yield from _layers(session)
        yield Offer("with init=", WORDS["with"])
    yield from _connecting(spot)


def _statement_starts(session: Session, text: str) -> Iterator[Offer]:
    words = vocabulary()
    starters = [word for word in words.reserved if word in COMMANDS and word != "else"]
    for word in [*words.commands, *starters]:
        yield Offer(word, COMMANDS[word].doc if word in COMMANDS else "")
    yield from _own_names(session)
    yield from _names_in(text)
    yield from _predefined("function", "layer", "data", "loss", "optimizer", "constant")


def _training(session: Session, spot: Spot, text: str) -> Iterator[Offer]:
    """`train [NET on] DATA option=value ...`"""
    at_network = len(spot.pieces) == 1
    if at_network or spot.previous == "on":
        if at_network:
            yield from _own_names(session, Network)
        yield from _data(session)
        yield from _names_in(text)
        return
    if "_ON" in spot.accepts:
        yield Offer("on", WORDS["on"])
    used = {piece.text for piece in spot.pieces}
    if "NAME" in spot.accepts:
        for name in known_options(spot.command):
            if name not in used:
                yield _option(name)
    if "NUMBER" in spot.accepts:
        yield from _values(session, text, spot.accepts)


def _option(name: str) -> Offer:
    option = OPTIONS[name]
    doc = f"default {option.default}; {option.doc}" if option.default else option.doc
    return Offer(f"{name}=", doc)


def _option_values(session: Session, spot: Spot, text: str) -> Iterator[Offer]:
    """Words for `optimizer=`, `loss=`, ...; values for the rest."""
    name = spot.option
    if words := meanings(name):
        for word, doc in words.items():
            yield Offer(word, doc)
    elif name in SETTINGS and followed_by(spot.command) == "setting":
        for word in SETTINGS[name].values:
            yield Offer(word, SETTINGS[name].doc)
    elif name == "validate":
        yield from _data(session)
    else:
        option = OPTIONS.get(name)
        taken = option is not None and spot.command in option.of
        if option is not None and taken and re.fullmatch(r"[\d.]+", option.default):
            yield Offer(option.default, f"the default: {option.doc}")
            if not spot.word:  # a menu of all functions would only be in the way of a number
                return
        yield from _values(session, text, spot.accepts)


def _arguments(spot: Spot) -> Iterator[Offer]:
    """The named arguments of the call the cursor is in."""
    if not spot.calls or spot.calls[-1][0] != "(" or spot.previous not in ("(", ","):
        return
    builtin = BUILTINS.get(spot.calls[-1][1])
    inside = [piece.text for piece in spot.pieces if piece.start >= spot.calls[-1][2]]
    for parameter in builtin.parameters if builtin is not None else ():
        if parameter.default is not None and parameter.name not in inside:
            yield Offer(f"{parameter.name}=", f"of {spot.calls[-1][1]}: {parameter.default}")


def _values(session: Session, text: str, accepts: frozenset[str]) -> Iterator[Offer]:
    """What an expression can begin with."""
    yield from _own_names(session)
    yield from _names_in(text)
    yield from _predefined("function", "constant", "loss")
    if "_GRAD" in accepts:
        yield Offer("grad", COMMANDS["grad"].doc)
    for word in ("not", "true", "false"):
        if f"_{word.upper()}" in accepts:
            yield Offer(word, WORDS[word])
    yield from _predefined("layer", "data", "optimizer")


def _in_row(session: Session, spot: Spot) -> bool:
    """Whether a layer or network stands just before the cursor."""
    if "NAME" not in spot.accepts or spot.calls:
        return False
    heads = [
        piece.text
        for piece in spot.pieces
        if piece.kind == "word" and piece.text not in (spot.command,)
    ] or [spot.command]
    return any(_is_layer(session, name) for name in heads)


def _is_layer(session: Session, name: str) -> bool:
    value = session.user_names().get(name)
    if value is not None:
        return isinstance(value, Network)
    return name in BUILTINS and BUILTINS[name].group == "layer"


def _layers(session: Session) -> Iterator[Offer]:
    yield from _predefined("layer")
    yield from _own_names(session, Network)


def _connecting(spot: Spot) -> Iterator[Offer]:
    """Words between values: `and`, `in`, `to`, ..."""
    words, accepts = vocabulary(), spot.accepts
    for word in [*words.context, *words.reserved]:
        taken = f"_{word.upper()}" in accepts or word.upper() in accepts
        if word == "where" and not (len(spot.pieces) > 1 and spot.pieces[1].text == "("):
            continue  # only the definition of a function has one
        if taken and word != "with":  # which is offered with an option behind it
            doc = WORDS.get(word) or (COMMANDS[word].doc if word in COMMANDS else "")
            yield Offer(word, doc)


def _own_names(session: Session, kind: type | None = None) -> Iterator[Offer]:
    """What the session has bound, the newest first."""
    for name, value in reversed(session.user_names().items()):
        if kind is None or isinstance(value, kind):
            yield Offer(name, describe(value))


def describe(value: Any) -> str:
    """A value in one short line."""
    if isinstance(value, Function):
        return value.definition
    if isinstance(value, list) and len(value) > 8:
        return f"a list of {len(value)}"
    return value_text(plain(value), 4)


def _data(session: Session) -> Iterator[Offer]:
    for name, value in reversed(session.user_names().items()):
        if hasattr(value, "evaluation_rows") or isinstance(value, list):
            yield Offer(name, describe(value))
    yield from _predefined("data")


def _predefined(*groups: str) -> Iterator[Offer]:
    for group in groups:
        for builtin in BUILTINS.values():
            if builtin.group == group:
                yield Offer(builtin.name, builtin.doc)


def _names_in(text: str) -> Iterator[Offer]:
    """Names that the text being typed binds itself."""
    for line in text.split("\n"):
        for name in _bound_in(line):
            yield Offer(name, "of this text")


@lru_cache(maxsize=4_096)
def _bound_in(line: str) -> tuple[str, ...]:
    return tuple(
        piece.text
        for piece, after in pairwise(meaningful(line))
        if piece.kind == "word"
        and after.text in ("=", "in", ",")
        and piece.text not in _WORDS
        and piece.text not in OPTIONS
    )


def _topics(session: Session, spot: Spot) -> Iterator[Offer]:
    """What `help` can be asked about."""
    typed = (spot.statement + spot.word).lstrip()[len("help") :].lstrip()
    found = [Offer(word, COMMANDS[word].doc) for word in known_words()]
    found += [Offer(builtin.name, builtin.doc) for builtin in BUILTINS.values()]
    found += [Offer(word, term.doc) for word, term in TERMS.items()]
    found += [Offer(entry.code, entry.title) for entry in entries()]
    for offer in found:
        if offer.text.startswith(typed) or offer.text.lower().startswith(typed.lower()):
            yield offer._replace(doc=_short(offer.doc))


def _files(typed: str) -> Iterator[Offer]:
    """Files and folders that begin with what stands in the string."""
    folder, _, name = typed.rpartition("/")
    start = Path(folder + "/" if folder else ("/" if typed.startswith("/") else ".")).expanduser()
    try:
        found = sorted(start.iterdir(), key=lambda path: path.name)
    except OSError:
        return
    lead = typed[: len(typed) - len(name)]
    for path in found[:_MOST_FILES]:
        hidden = path.name.startswith(".") and not name.startswith(".")
        if hidden or not path.name.startswith(name) or '"' in path.name or "\\" in path.name:
            continue
        folder_sign = "/" if path.is_dir() else ""
        yield Offer(lead + path.name + folder_sign, "folder" if folder_sign else "file")
