"""What may have been meant by a name or a word that is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grammar.vocabulary import vocabulary
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.catalogue.commands import COMMANDS

CLEARLY = 0.8  # so similar must a name of the program be to come before what Python calls it
LOSSES = "losses"  # what `train` binds, near as `loss` may be
SHORTEST_LIST = 8  # so many bound names are listed where nothing is similar


def _similar(word: str, possible: Iterable[str], n: int, cutoff: float) -> list[str]:
    """difflib's, which is imported when something is wrong, not for every program."""
    from difflib import get_close_matches

    return get_close_matches(word, list(possible), n, cutoff)


def close_word(word: str, known: Iterable[str]) -> str | None:
    """The word of a short list that was meant, if one is similar enough."""
    words = list(known)
    for other in words:
        if other.lower() == word.lower():
            return other
    matches = _similar(word, words, 1, cutoff=0.6)
    return matches[0] if matches else None


def close_name(name: str, own: Sequence[str], at_start: bool) -> str | None:
    """The most similar name there is; at the start of a statement also command words.

    The program's own names come first: they are what is mostly mistyped.
    """
    predefined = list(BUILTINS) + (list(vocabulary().commands) if at_start else [])
    for names in (own, predefined):
        for other in names:
            if other.lower() == name.lower():
                return other
    ours = _similar(name, own, 1, cutoff=0.6)
    theirs = _similar(name, predefined, 1, cutoff=0.7)
    return next(iter(ours + theirs), None)


def command_help(name: str, value: str = "") -> str:
    """Where a command word stands, for one that stands where a value should be."""
    if not value:
        program = COMMANDS[name].example or name
        lines = [line for line in program.split("\n") if line.split()[0] == name]
        return f"`{name}` is a command and begins a statement: `{lines[0] if lines else name}`"
    return f"`{name}` is a command and begins a statement: write `{name} {value}`"


def advice(name: str, own: Sequence[str], bound: Sequence[str], at_start: bool) -> tuple[str, str]:
    """The help for an unknown name, and the text to put in its place ("" where there is none)."""
    from grammar.mistakes.foreign_names import FOREIGN

    own_is_near = name != LOSSES and _similar(name, own, 1, cutoff=CLEARLY)
    if name in FOREIGN and not own_is_near:
        meant = FOREIGN[name]
        if meant in vocabulary().commands and not at_start:
            return command_help(meant), ""
        return (f"did you mean `{meant}`?", meant) if meant.isidentifier() else (meant, "")
    if name in vocabulary().commands and not at_start:
        return command_help(name), ""
    close = close_name(name, own, at_start)
    if close is not None:
        return f"did you mean `{close}`?", close
    if bound and len(bound) <= SHORTEST_LIST:
        listed = ", ".join(f"`{other}`" for other in bound)
        return f"bind it first: `{name} = ...`; bound so far: {listed}", ""
    return f"bind it first: `{name} = ...`", ""
