"""What the code made of a program calls, each behind a `$`: where it lives.

A helper is imported when the first statement that calls it is compiled. Commands and what belongs
to them get the session before their arguments, operations do not.
"""

from __future__ import annotations

_OPERATIONS = {
    "library.operations": "compare cut divide index iterate iterate_unpacked plus power repetitions"
    " stop truth",
    "values.leaves": "gradient leaf new_leaf",
    "values.layers": "hole=HOLE",
    "values.vector": "vector=Vector",
}
_OF_THE_SESSION = {
    "commands.printing": "clock emit print=print_values took",
    "commands.names": "bind_all delete function hides made rebind update",
    "commands.gradients": "backward grad_of step zero",
    "commands.settings": "failed seed set=set_setting",
    "commands.rows": "element open_width row",
    "commands.training": "train=train_statement",
    "commands.testing": "test=test_statement",
    "commands.showing": "show show_compiled vars=show_names",
    "commands.saving": "save export",
    "commands.helping": "help=show_help",
    "commands.history": "history redo undo",
}


def _table(homes: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Name -> module and attribute, which has the same name where no other stands behind `=`."""
    found = {}
    for module, names in homes.items():
        for name in names.split():
            helper, _, attribute = name.partition("=")
            found[f"${helper}"] = f"minitorch_shell.{module}", attribute or helper
    return found


OPERATIONS = _table(_OPERATIONS)
OF_THE_SESSION = _table(_OF_THE_SESSION)
