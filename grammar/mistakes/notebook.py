"""What notebooks and other shells understand: `%time x`, `?train`, `!ls`, `help(x)`."""

from __future__ import annotations

from grammar.mistakes.context import COMMANDS, Context
from grammar.problem import Fix, SyntaxProblem
from grammar.source import Span

# Magic words of notebooks, and the commands that do the same.
_MAGIC = {
    "time": "time", "timeit": "time", "who": "vars", "whos": "vars", "who_ls": "vars",
    "run": "import", "load": "import", "hist": "history", "history": "history", "pinfo": "help",
    "undo": "undo", "redo": "redo", "save": "save", "reset": "zero",
}  # fmt: skip
_RUNS = frozenset({"run", "source", "include", "exec", "execfile", "use", "require", "do"})


def notebook_forms(context: Context) -> SyntaxProblem | None:
    """What is said of them; None where there are none."""
    return _magic(context) or _question(context) or _help_call(context) or _run(context)


def _form(context: Context, message: str, end: int, good: str) -> SyntaxProblem:
    """A form that stands for a statement of the language, from the start of this one on."""
    first = context.statement[0] if context.statement else context.current
    assert first is not None
    place = Span(first.start, end)
    return SyntaxProblem(
        "MT113", message, place, "from another shell", f"write `{good}`", fix=Fix(place, good)
    )


def _magic(context: Context) -> SyntaxProblem | None:
    """`%time x`, `%%time`"""
    current = context.current
    if current is None or current.text != "%" or context.statement:
        return None
    pieces = [p for p in context.pieces if p.start >= current.start]
    word = next((p for p in pieces if p.text != "%"), None)
    if word is None or word.kind != "word":
        return None
    name = _MAGIC.get(word.text, word.text if word.text in COMMANDS else "")
    if not name:
        return SyntaxProblem(
            "MT113",
            f"there is no `%{word.text}` in the language",
            Span(current.start, word.end),
            "from another shell",
            "commands stand without a sign: `help commands` lists them",
        )
    end = context.line_end()
    rest = context.text[word.end : end].strip()
    if name == "import" and rest and not rest.startswith('"'):
        rest = f'"{rest}"'
    if name in ("vars", "history", "zero"):
        rest = ""
    return _form(context, "commands stand without a `%`", end, f"{name} {rest}".rstrip())


def _question(context: Context) -> SyntaxProblem | None:
    """`?`, `?train`"""
    current = context.current
    if current is None or current.text != "?" or context.statement:
        return None
    pieces = [
        p for p in context.pieces if p.start >= current.start and p.start < context.line_end()
    ]
    word = next((p for p in pieces if p.text != "?"), None)
    if word is not None and (word.kind != "word" or word is not pieces[-1]):
        return None
    good = f"help {word.text}" if word is not None else "help"
    return _form(context, "help is a command", context.line_end(), good)


def _help_call(context: Context) -> SyntaxProblem | None:
    """`help()`, `help(x)`, `help("train")`"""
    current = context.current
    if current is None or current.text != "(" or [p.text for p in context.statement] != ["help"]:
        return None
    inner = [p for p in context.pieces if current.end <= p.start < context.line_end()]
    closing = inner[-1] if inner else None
    if closing is None or closing.text != ")":
        return None
    topic = context.text[current.end : closing.start].strip().strip("\"'")
    good = f"help {topic}".rstrip()
    return _form(context, "`help` is a command, written without brackets", closing.end, good)


def _run(context: Context) -> SyntaxProblem | None:
    """`run "a.mt"`"""
    current = context.current
    if current is None or current.kind != "string" or len(context.statement) != 1:
        return None
    word = context.statement[0]
    own = context.predefined.get(word.text)
    if own is not None or not (word.text in _RUNS or current.text.endswith('.mt"')):
        return None
    if word.text in COMMANDS or word.kind != "word":
        return None
    message = f"there is no `{word.text}` in the language: `import` runs a file"
    return _form(context, message, current.end, f"import {current.text}")


def system_command(context: Context) -> SyntaxProblem | None:
    """`!ls`"""
    current = context.current
    if current is None or current.text != "!" or context.statement:
        return None
    if context.next is not None and context.is_bound(context.next.text):
        return None  # the opposite of a condition
    return SyntaxProblem(
        "MT113",
        "no commands of the system are run from here",
        Span(current.start, context.line_end()),
        "from another shell",
        "Ctrl-Z goes back to the system's shell, and there `fg` returns; "
        "the opposite of a condition is `not c`",
    )
