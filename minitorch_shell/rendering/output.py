"""Where results of scripts go: values to standard output, errors and notes to standard error."""

from __future__ import annotations

import os
from typing import TextIO

from minitorch_shell.rendering.receiver import Receiver, standard_stream
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import Problem, Result


def style_for(stream: TextIO, color: str = "auto") -> Style:
    """The style a stream can take: the flag, then NO_COLOR, then FORCE_COLOR, then a terminal."""
    if color != "auto":
        coloured = color == "always"
    elif os.environ.get("NO_COLOR"):
        coloured = False
    elif os.environ.get("FORCE_COLOR"):
        coloured = os.environ["FORCE_COLOR"] != "0"
    else:
        coloured = stream.isatty() and os.environ.get("TERM") != "dumb"
    encoding = (stream.encoding or "ascii").lower().replace("-", "")
    return Style(coloured, encoding.startswith("utf"))


def fitted(style: Style, stream: TextIO) -> Style:
    """The style with the width that the terminal has now; a file or a pipe has none."""
    if not stream.isatty():
        return style
    try:
        columns = int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return style
    return style._replace(columns=columns or None)


class Output(Receiver):
    """A receiver that writes results as text."""

    def __init__(self, color: str = "auto") -> None:
        self.out = standard_stream("stdout")
        self.err = standard_stream("stderr")
        self.out_style = style_for(self.out, color)
        self.err_style = style_for(self.err, color)

    def write(self, result: Result) -> None:
        if isinstance(result, Problem):
            self.out.flush()  # so that an error stands behind what came before it
            for line in result_lines(result, fitted(self.err_style, self.err)):
                print(self.spend(line), file=self.err)
            return
        for line in result_lines(result, fitted(self.out_style, self.out)):
            print(self.spend(line), file=self.out)
        self.out.flush()
