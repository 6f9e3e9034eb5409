"""Options of `train`, `test` and `with` before anything runs: their names and their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grammar import syntax as s
from minitorch_shell.catalogue.meant import close_word
from minitorch_shell.catalogue.options import FOREIGN_OPTIONS, known_options, meanings, words_of
from minitorch_shell.problems.trouble import Trouble

Report = Callable[[Trouble, s.Node, str | None], None]


def no_option(command: str, name: str) -> Trouble:
    """The trouble of an option that a command does not have."""
    known, close = known_options(command), meant_option(command, name)
    help = f"did you mean `{close}`?" if close else f"it knows {', '.join(known)}"
    return Trouble("MT205", f"`{command}` has no option `{name}`", label="unknown option",
                   help=help)  # fmt: skip


def meant_option(command: str, name: str) -> str | None:
    """The option that another name stands for, in other libraries or by a slip."""
    known = known_options(command)
    meant = FOREIGN_OPTIONS.get(name)
    return meant if meant in known else close_word(name, known)


def no_word(option: str, word: str) -> Trouble:
    """The trouble of a word that an option does not take."""
    words = tuple(meanings(option))
    close = close_word(word, words)
    listed = ", ".join(words)
    help = f"did you mean `{close}`? There are {listed}" if close else f"choose one of {listed}"
    if option == "every":
        return Trouble("MT206", f"`every` cannot be `{word}`", label="not a number of epochs",
                       help="write `every=10`, `every=last` for the line at the end, or "
                       "`every=never`")  # fmt: skip
    if option == "batch":
        return Trouble("MT206", f"`batch` cannot be `{word}`", label="not a number of rows",
                       help="write `batch=16`, or `batch=all` for the full set")  # fmt: skip
    known = known_options("train") + known_options("with")
    what = f"there is no {option} `{word}`" if option in known else f"`{option}` cannot be `{word}`"
    return Trouble("MT206", what, label=f"not a word for `{option}`",
                   help=help)  # fmt: skip


def not_a_word(option: str, kind: str) -> Trouble:
    """The trouble of an option that takes a word and got another kind of value."""
    listed = ", ".join(words_of(option) or ())
    help = "did you mean `zeros`? " if option == "init" and kind == "a number" else ""
    return Trouble("MT206", f"`{option}` is a word, not {kind}", label=f"not a word for `{option}`",
                   help=f"{help}choose one of {listed}")  # fmt: skip


# Options that take a function of the program: of what, and how one is written.
OWN_FUNCTIONS = {
    "lr": (("the epoch",), "write it so: `schedule(k) = 0.1/(1 + k/100)`"),
    "loss": (("prediction", "target"), "write it so: `square(p, y) = (p - y)^2`"),
}


def not_such_a_function(option: str, name: str, count: int) -> Trouble | None:
    """The trouble of an option's own function with so many parameters; None where it fits."""
    wanted, help = OWN_FUNCTIONS[option]
    if count == len(wanted):
        return None
    values = f"{count} value{'s' * (count != 1)}"
    return Trouble("MT204", f"`{option}` is a function of {' and '.join(wanted)}, `{name}` takes "
                   f"{values}", label="wrong number of values", help=help)  # fmt: skip


def not_a_setting(option: str, optimizer: str) -> Trouble | None:
    """The trouble of a setting that another optimizer has; None where there is none."""
    from engine.optim import OPTIMIZERS

    owners = [word for word, kind in OPTIMIZERS.items() if option in kind.setting_names]
    if not owners or optimizer in owners:
        return None
    help = f"it belongs to {' and '.join(owners)}: add `optimizer={owners[0]}`"
    return Trouble("MT205", f"`{option}` is not a setting of {optimizer}", help=help)


_WORDS = ("loss", "optimizer", "init")  # options that take nothing else


# What a value that is written out is, where a word is wanted.
_NO_WORDS: dict[type[s.Expression], str] = {
    s.Number: "a number", s.Boolean: "a boolean", s.ListOf: "a list",
}  # fmt: skip


def check_options(
    command: str,
    options: Sequence[s.Keyword],
    is_variable: Callable[[str], bool],
    report: Report,
) -> None:
    """Report options that there are not, options given twice and words that they do not take.

    What is no word of an option may be a variable (`batch=size`).
    """
    seen: dict[str, s.Keyword] = {}
    known = known_options(command)
    for option in options:
        name = s.Name(option.name_place, option.name)
        if option.name not in known:
            report(no_option(command, option.name), name, meant_option(command, option.name))
        elif option.name in seen:
            twice = Trouble("MT210", f"`{option.name}` is given twice", label="again here",
                            related=((seen[option.name], "first here"),),
                            help="leave one of them out")  # fmt: skip
            report(twice, option, None)
        elif isinstance(option.value, s.Name):
            words, word = words_of(option.name), option.value.name
            if words is not None and word not in words and not is_variable(word):
                report(no_word(option.name, word), option.value, close_word(word, words))
        elif option.name in _WORDS and type(option.value) in _NO_WORDS:
            trouble = not_a_word(option.name, _NO_WORDS[type(option.value)])
            number = option.value.value if isinstance(option.value, s.Number) else None
            zeros = option.name == "init" and number == 0
            report(trouble, option.value if zeros else option, "zeros" if zeros else None)
        seen.setdefault(option.name, option)
    if command == "train":
        _check_settings(seen, report)


def _check_settings(options: dict[str, s.Keyword], report: Report) -> None:
    """Report settings that the optimizer does not have, where the text says which it is."""
    chosen = options["optimizer"].value if "optimizer" in options else None
    word = "sgd" if chosen is None else ""
    if isinstance(chosen, s.Name):
        word = chosen.name
    elif isinstance(chosen, s.String):
        word = chosen.value
    for name, option in options.items():
        trouble = not_a_setting(name, word) if word in (words_of("optimizer") or ()) else None
        if trouble is not None:
            report(trouble, option, None)
