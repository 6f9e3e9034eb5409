"""Where results of scripts go: values to standard output, errors and notes to standard error."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results import Problem, Result


def style_for(stream: TextIO, color: str = "auto") -> Style:
    """The style a stream can take: the flag, then NO_COLOR, then FORCE_COLOR, then a terminal."""
    if color != "auto":
        coloured = color == "always"
    elif os.environ.get("NO_COLOR"):
        coloured = False
    elif os.environ.get("FORCE_COLOR"):
        coloured = True
    else:
        coloured = stream.isatty() and os.environ.get("TERM") != "dumb"
    encoding = (stream.encoding or "ascii").lower().replace("-", "")
    return Style(coloured, encoding.startswith("utf"))


class Output:
    """A receiver that writes results as text."""

    def __init__(self, color: str = "auto") -> None:
        self.out = sys.stdout
        self.err = sys.stderr
        for stream in (self.out, self.err):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # a name in Greek must not end a program
        self.out_style = style_for(self.out, color)
        self.err_style = style_for(self.err, color)

    def __call__(self, result: Result) -> None:
        if isinstance(result, Problem):
            self.out.flush()  # so that an error stands behind what came before it
            for line in result_lines(result, self.err_style):
                print(line, file=self.err)
            return
        for line in result_lines(result, self.out_style):
            print(line, file=self.out)
        self.out.flush()
