"""What the code made of a program calls, each behind a `$`: where it lives.

A helper is imported when the first statement that calls it is compiled. Commands and what belongs
to them get the session before their arguments, operations do not.
"""

from __future__ import annotations

from minitorch_shell.catalogue.commands import COMMANDS

_OPERATIONS = {
    "library.operations": "compare cut divide element_of index iterate iterate_unpacked plus power"
    " remainder repetitions stop truth with_element",
    "values.derived": "derived",
    "values.function": "callee performer",
    "values.leaves": "leaf new_leaf",
    "values.layers": "hole=HOLE",
    "values.vector": "vector=Vector",
}
_OF_THE_SESSION = {
    "commands.printing": "clock emit last_shown took",
    "commands.names": "bind_all function hides layers_in_list made rebind update",
    "commands.gradients": "grad_of gradient",
    "commands.settings": "failed",
    "commands.rows": "element open_width row",
}

Home = tuple[str, str]  # module and attribute


def _table(homes: dict[str, str]) -> dict[str, Home]:
    """The homes of names; an attribute has the same name where no other stands behind `=`."""
    found = {}
    for module, names in homes.items():
        for name in names.split():
            helper, _, attribute = name.partition("=")
            found[f"${helper}"] = f"minitorch_shell.{module}", attribute or helper
    return found


def _commands() -> dict[str, Home]:
    """The functions of the table of commands."""
    found = {}
    for word, row in COMMANDS.items():
        module, _, attribute = row.where.partition(":")
        if module:
            found[f"${word}"] = f"minitorch_shell.commands.{module}", attribute
    return found


OPERATIONS = _table(_OPERATIONS)
OF_THE_SESSION = _table(_OF_THE_SESSION) | _commands()
