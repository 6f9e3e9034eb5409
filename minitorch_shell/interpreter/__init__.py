"""Programs are run here; this is also how minitorch is built into something else.

docs/embedding.md shows how a kernel, an editor or a web page uses it. It needs the standard library
alone, no thread and no signal.
"""

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector

__all__ = ["Collector", "Interpreter", "Source"]
