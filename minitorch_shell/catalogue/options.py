"""Options of commands and settings of the session: one row says all about each.

Which optimizers have a setting is said by their classes (`setting_names`), which losses, optimizers
and schemes of first weights there are by their own tables; nobody keeps a second list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from minitorch_shell.catalogue.builtins import BUILTINS


class Option(NamedTuple):
    """An option, `name=value`.

    `of` are the commands that take it ("with" stands behind a row of layers), `default` is as one
    writes it ("" where there is none). `words` gives the words that it takes, each with what it
    means; where it is None a value is taken. `usual` is a value to propose.
    """

    name: str
    of: tuple[str, ...]
    default: str
    doc: str
    words: Callable[[], Mapping[str, str]] | None = None
    usual: float = 0.1


def _group(group: str) -> Callable[[], Mapping[str, str]]:
    """The predefined names of a group."""
    return lambda: {row.name: row.doc for row in BUILTINS.values() if row.group == group}


def _schemes() -> Mapping[str, str]:
    """How first weights can be drawn."""
    from engine.initialisation import SCHEMES

    return {word: (make.__doc__ or "").strip().split("\n")[0] for word, make in SCHEMES.items()}


def _whole_set() -> Mapping[str, str]:
    return {"all": "the full set in each step"}


def _seldom() -> Mapping[str, str]:
    return {"last": "only the line at the end", "never": "nothing at all"}


_TRAIN, _WITH = ("train",), ("with",)

OPTIONS: dict[str, Option] = {
    row.name: row
    for row in (
        Option("epochs", _TRAIN, "100", "passes over the data; of a generated set, batches"),
        Option("lr", _TRAIN, "the optimizer's",
               "the learning rate; or a function of the epoch, counted from 0"),
        Option("batch", _TRAIN, "32", "rows a step; `all` is the full set", _whole_set),
        Option("optimizer", _TRAIN, "sgd", "how steps are made", _group("optimizer")),
        Option("loss", ("train", "test"), "mse",
               "what is made small; or a function of prediction and target", _group("loss")),
        Option("until", _TRAIN, "", "stop at this loss", usual=0.01),
        Option("every", _TRAIN, "10 reports", "print a line every so many epochs", _seldom),
        Option(
            "validate", _TRAIN, "", "a data set, or a share, watched beside the training loss"
        ),
        Option("momentum", _TRAIN, "0.9", "how much of the last step is kept", usual=0.9),
        Option("beta1", _TRAIN, "0.9", "how long adam remembers gradients", usual=0.9),
        Option("beta2", _TRAIN, "0.999", "how long adam remembers their squares", usual=0.999),
        Option("l2", _TRAIN, "0", "pull of the weights to 0", usual=0.001),
        Option("init", _WITH, "default", "how the first weights are drawn", _schemes),
        Option("seed", _WITH, "", "a stream of random numbers of its own"),
        Option("bias", _WITH, "", "added to the hidden biases"),
    )
}  # fmt: skip

# What other libraries call an option.
FOREIGN_OPTIONS = {
    "learning_rate": "lr", "learningrate": "lr", "step_size": "lr", "alpha": "lr", "eta": "lr",
    "rate": "lr", "n_epochs": "epochs", "num_epochs": "epochs", "iterations": "epochs",
    "steps": "epochs", "max_iter": "epochs", "n": "epochs", "batch_size": "batch", "bs": "batch",
    "batchsize": "batch", "criterion": "loss", "loss_fn": "loss", "loss_function": "loss",
    "optim": "optimizer", "opt": "optimizer", "solver": "optimizer", "weight_decay": "l2",
    "decay": "l2", "tol": "until", "validation_data": "validate", "validation_split": "validate",
    "val": "validate", "verbose": "every", "print_every": "every", "log_every": "every",
}  # fmt: skip

# Arguments of calls that take words, such as `moons(labels=signed)`; of `target` any word is one.
ARGUMENT_WORDS: dict[str, dict[str, str]] = {
    "labels": {"binary": "targets 0 and 1", "signed": "targets -1 and +1"},
    "inputs": {"binary": "inputs 0 and 1", "signed": "inputs -1 and +1"},
    "target": {},
}

# Options and arguments that take words of a list.
WORD_OPTIONS = frozenset([row.name for row in OPTIONS.values() if row.words] + [*ARGUMENT_WORDS])


def known_options(command: str) -> tuple[str, ...]:
    """The options of `train`, `test` or `with`, in the order of the table."""
    return tuple([row.name for row in OPTIONS.values() if command in row.of])


def meanings(option: str) -> Mapping[str, str]:
    """The words that an option or an argument takes, and what they mean; none where it takes a
    value.
    """
    row = OPTIONS.get(option)
    if row is None or row.words is None:
        return ARGUMENT_WORDS.get(option, {})
    return row.words()


def words_of(option: str) -> tuple[str, ...] | None:
    """The words that an option of a command takes; None where it takes a value."""
    row = OPTIONS.get(option)
    return None if row is None or row.words is None else tuple(row.words())


def is_word(option: str, name: str) -> bool:
    """Whether a bare name is the word itself as the value of an option, and not a variable."""
    words = meanings(option)
    return name in words if words else option in ARGUMENT_WORDS


class Setting(NamedTuple):
    """What `set name=value` can change, with some values for it."""

    doc: str
    values: tuple[str, ...]


SETTINGS: dict[str, Setting] = {
    "digits": Setting("significant digits of printed numbers; 17 shows all", ("4", "6", "17")),
    "engine": Setting("how train computes", ("auto", "eager", "compiled")),
    "tables": Setting("how the tables of `table(rows)` are shown", ("aligned", "markdown")),
    "preview": Setting("the value of an expression while it is typed", ("on", "off")),
}

# What a settings file of the shell can set, beside those that `set` changes.
SHELL_SETTINGS = {
    "theme": "colours of the shell, for a dark or a light background or none: dark, light, mono",
    "keys": "keys of the input line: emacs, vi",
}
