"""What commands refuse in the same words before a program runs and while it does."""

from __future__ import annotations

from minitorch_shell.catalogue.options import SHELL_SETTINGS, known_options
from minitorch_shell.problems.trouble import Trouble


def setting_trouble(name: str, written: str) -> Trouble:
    """What to say of `set name=written` where there is none such, or none with such a value."""
    if name in known_options("train"):
        return Trouble(
            "MT208", f"`{name}` is an option of `train`, not a setting",
            help=f"write it in the line of `train`, behind the data: `{name}={written}`",
        )  # fmt: skip
    if name in SHELL_SETTINGS:
        return Trouble(
            "MT208", f"`{name}` is set in the settings file of the shell, not here",
            help="`minitorch --generate-config` writes `config.toml`, where it stands",
        )  # fmt: skip
    known = "`set digits=4`, `set engine=eager` (auto, compiled), `set preview=off` (on)"
    return Trouble("MT208", f"`{name}` cannot be set like this", help=f"there is {known}")


def part_of_another(command: str) -> Trouble:
    """What to say of `undo` and `redo` within another statement."""
    return Trouble(
        "MT212",
        f"`{command}` cannot be part of another statement",
        help=f"write `{command}` on a line of its own",
    )


def no_plain_count(command: str) -> Trouble:
    """What to say of a count of `undo` or `redo` that has to be worked out by more than signs."""
    return Trouble(
        "MT308",
        f"the count of `{command}` is a number, without calls and lists",
        label="not a plain number",
        help=f"write `{command} 3`, or give the number a name of its own first",
    )
