"""A lesson cut into steps: statements, and what stands in the `#=` lines below them."""

from __future__ import annotations

from dataclasses import dataclass

from grammar import syntax
from grammar.narration import expectations
from grammar.source import Source


@dataclass(slots=True)
class Step:
    """The statements of one line, and what stands in the `#=` lines below them."""

    statements: list[syntax.Statement]
    expected: list[str]
    line: int  # of the first of those; 0 where there is none


def steps_of(program: syntax.Program, source: Source) -> tuple[list[Step], list[int]]:
    """The program cut before each line of statements, and the lines of `#=` with nothing above.

    Statements that share a line share the `#=` lines below it.
    """
    steps: list[Step] = []
    step_of: dict[int, Step] = {}
    last_line = 0
    for statement in program.statements:
        if source.position(statement.place.start).line == last_line:
            steps[-1].statements.append(statement)
        else:
            steps.append(Step([statement], [], 0))
        step_of[id(statement)] = steps[-1]
        last_line = source.position(max(statement.place.start, statement.place.end - 1)).line
    orphans: list[int] = []
    for above, remarks in expectations(source, program):
        if above is None:
            orphans.append(remarks[0].line)
            continue
        step = step_of[id(above)]
        step.line = step.line or remarks[0].line
        step.expected.extend(remark.text.rstrip() for remark in remarks)
    return steps, orphans
