"""The line at the bottom, the problem below the text, and the value at its right."""

from __future__ import annotations

from prompt_toolkit.formatted_text import StyleAndTextTuples

from minitorch_shell.assist.forms import expectation
from minitorch_shell.rendering.fitting import prose, visible
from minitorch_shell.results.printed import number_text
from minitorch_shell.results.records import Problem
from minitorch_shell.session.session import Session

NOT_RUN = "  (not run: mend the line, or Ctrl-C drops it)"
IDLE = "F1 help  Tab completes"


def bar_text(session: Session, before: str, width: int, unicode: bool) -> StyleAndTextTuples:
    """Seed, names, last loss, and what the function under the cursor expects."""
    between = " · " if unicode else " | "
    left = between.join(facts(session))
    right = expectation(session, before) or IDLE
    if len(left) + len(right) + 4 > width:  # a narrow screen shows what helps most
        left = left if right == IDLE else ""
        right = "" if left else right
    gap = width - len(left) - len(right) - 2
    if gap < 0:
        return [("class:bar.what", f" {(left or right)[: width - 2]} ")]
    return [("", f" {left}{' ' * gap}"), ("class:bar.what", f"{right} ")]


def facts(session: Session) -> list[str]:
    """What the session is like now."""
    names = session.user_names()
    own = [name for name in names if name != "losses"]
    found = [f"seed {session.seed}", f"{len(own)} name{'' if len(own) == 1 else 's'}"]
    losses = names.get("losses")
    if isinstance(losses, list) and losses and isinstance(losses[-1], float):
        found.append(f"loss {number_text(losses[-1], 4)}")
    return found


def problem_text(
    problem: Problem | None, corrected: tuple[str, int] | None, columns: int
) -> StyleAndTextTuples:
    """An error that was found before running, in the lines below the text.

    `corrected` is the text without it, where that is known, and where the correction ends.
    """
    if problem is None:
        return []
    problem = problem.shortened()
    label = f" ({problem.label})" if problem.label else ""
    head = f"{problem.severity}[{problem.code}]: "
    first, *later = prose(f"{problem.message}{label}", columns, lead=len(head))
    shown: StyleAndTextTuples = [
        ("class:problem bold", head.removesuffix(": ")),
        ("class:problem", "\n".join([f": {first}", *later])),
    ]
    for text in problem.help:
        shown += [("class:problem.help", f"\n{line}") for line in _help(text, columns)]
    if corrected is not None:
        shown += [("class:problem.help", f"\n{line}") for line in _taken(*corrected, columns)]
    return [*shown, *(("class:preview", f"\n{line}") for line in prose(NOT_RUN, columns))]


def _help(text: str, columns: int, head: str = "  = help: ") -> list[str]:
    first, *later = prose(text, columns, lead=len(head), indent=4)
    return [head + first, *later]


def _taken(text: str, end: int, columns: int) -> list[str]:
    """The line that F2 takes, whole; of several the one that is mended last."""
    start = text.rfind("\n", 0, end) + 1
    return _help(visible(text[start:].partition("\n")[0].strip()), columns, "  = F2: ")
