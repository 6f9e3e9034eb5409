"""The colours of the input line, the menus and the bar.

The types of the lexer become classes: `Keyword.Command` is `pygments.keyword.command`.
"""

from __future__ import annotations

from collections.abc import Mapping

# What does not depend on the background.
_COMMON = {
    "pygments.keyword.command": "bold",
    "pygments.error": "underline",
    "matching-bracket.cursor": "bold underline",
    "matching-bracket.other": "bold underline",
    "bottom-toolbar": "noreverse",
    "problem": "",
    "problem.help": "",
}

THEMES: Mapping[str, Mapping[str, str]] = {
    "dark": {
        "prompt": "bold ansibrightcyan",
        "continuation": "ansibrightblack",
        "pygments.keyword": "ansibrightmagenta",
        "pygments.keyword.command": "bold ansibrightblue",
        "pygments.keyword.constant": "ansibrightyellow",
        "pygments.operator.word": "ansibrightmagenta",
        "pygments.name.class": "ansibrightgreen",
        "pygments.name.builtin": "ansicyan",
        "pygments.name.builtin.pseudo": "ansiyellow",
        "pygments.name.constant": "ansibrightyellow",
        "pygments.name.attribute": "italic",
        "pygments.number": "ansibrightyellow",
        "pygments.string": "ansigreen",
        "pygments.string.escape": "ansibrightgreen",
        "pygments.comment": "ansibrightblack",
        "pygments.error": "ansibrightred underline",
        "auto-suggestion": "ansibrightblack",
        "preview": "ansibrightblack",
        "problem": "ansibrightred",
        "problem.help": "ansicyan",
        "bottom-toolbar": "noreverse bg:#303030 #b0b0b0",
        "bar.what": "#ffffff",
    },
    "light": {
        "prompt": "bold ansiblue",
        "continuation": "#808080",
        "pygments.keyword": "ansimagenta",
        "pygments.keyword.command": "bold ansiblue",
        "pygments.keyword.constant": "#8a5a00",
        "pygments.operator.word": "ansimagenta",
        "pygments.name.class": "#006000",
        "pygments.name.builtin": "#00606a",
        "pygments.name.builtin.pseudo": "#8a5a00",
        "pygments.name.constant": "#8a5a00",
        "pygments.name.attribute": "italic",
        "pygments.number": "#8a5a00",
        "pygments.string": "#006000",
        "pygments.string.escape": "bold #006000",
        "pygments.comment": "#707070",
        "pygments.error": "ansired underline",
        "auto-suggestion": "#808080",
        "preview": "#808080",
        "problem": "ansired",
        "problem.help": "#00606a",
        "bottom-toolbar": "noreverse bg:#e0e0e0 #303030",
        "bar.what": "#000000",
    },
    "mono": {
        "prompt": "bold",
        "pygments.error": "underline",
        "auto-suggestion": "italic",
        "preview": "italic",
        "problem": "bold",
        "bottom-toolbar": "reverse",
    },
}


def theme(name: str) -> dict[str, str]:
    """The styles of a theme by class name."""
    return {**_COMMON, **THEMES[name]}
