"""Names that mean something to Python or to this project, and programs that use them."""

import builtins
import keyword
import types
from collections.abc import Iterator

from grammar.parser import parse
from grammar.source import Source
from minitorch_shell.interpreter import Collector, Interpreter
from minitorch_shell.interpreter.helpers import OF_THE_SESSION, OPERATIONS
from minitorch_shell.lowering.statements import lower
from minitorch_shell.session.session import Session

OURS = {
    *vars(Interpreter(Collector()).session), *vars(Session), *vars(Interpreter),
    *[name.lstrip("$") for name in (*OPERATIONS, *OF_THE_SESSION)], "statement", "round", "stopped",
}  # fmt: skip
PYTHONS = {
    *dir(builtins), *keyword.kwlist, *keyword.softkwlist, *dir(types.FunctionType), *dir(object),
    *dir(types.ModuleType("m")), *dir(types.CodeType), "__builtins__", "__debug__", "__file__",
    "__path__", "__class__", "__classcell__", "__annotations__", "print", "exec", "os", "sys",
}  # fmt: skip
# Python reads these as `eval`, `exec` and `__debug__` where it normalises names.
LOOK_ALIKES = {"ｅval", "𝐞𝐯𝐚𝐥", "eₓec", "__𝒹ebug__", "ﬁlter", "__builtıns__", "__ｂuiltins__"}
HOSTILE = sorted(OURS | PYTHONS | LOOK_ALIKES)
USES = (
    "{0} = 2", "{0}, other = [1, 2]", "{0}(a) = a + 1", "f({0}) = {0}^2", "{0} += 1", "{0} := 3",
    "{0}[0] := 1", "[{0} for {0} in range(3)]", "sum({0}^2 for {0}, b in xor if {0} > 0)",
    "del {0}",
    "for {0} in range(2) {{ print {0} }}", "{0}(1)", "{0}({0}=1)", "grad {0}", "backward {0}",
    "net = {0} relu linear(2,1)", "train {0} on {0} lr={0}", "{0}[{0}:{0}]", "show {0}", "{0}.{0}",
    "if false {{ {0} = 1 }}", "repeat {0} {{ break }}", "while {0} < 1 {{ {0} = {0} + 1 }}",
    "f(a) = [{0} for {0} in a]", "1 if {0} else 2", 'save {0} to "f"', "moons({0}=2)",
    "time print {0}",
)  # fmt: skip


def code_objects(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            yield from code_objects(part)


def identifiers(text: str) -> set[str]:
    """Every name by which the code of a program reads, writes or deletes something."""
    source = Source("hostile", text)
    found: set[str] = set()
    for statement in parse(source).statements:
        unit = lower(statement, source, "<hostile>")
        for code in code_objects(unit.code):  # type: ignore[arg-type]
            found.update(code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return found


def strange_identifiers(text: str) -> set[str]:
    """Those of the code that bear no mark; `.0` is Python's own for what a comprehension goes
    through, and can be typed by nobody.
    """
    return {name for name in identifiers(text) if not name.startswith((".", "$"))}
