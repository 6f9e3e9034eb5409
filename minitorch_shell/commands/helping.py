"""`help`: an overview, commands, functions, names of the program, error codes."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from minitorch_shell.catalogue import errors as catalogue
from minitorch_shell.catalogue.builtins import BUILTINS, Builtin
from minitorch_shell.catalogue.commands import COMMANDS, WORDS, known_words
from minitorch_shell.catalogue.meant import close_word
from minitorch_shell.catalogue.options import (
    ARGUMENT_WORDS,
    OPTIONS,
    SETTINGS,
    SHELL_SETTINGS,
    known_options,
    meanings,
    words_of,
)
from minitorch_shell.catalogue.terms import TERMS, term
from minitorch_shell.results.records import Description, Lines
from minitorch_shell.values.derived import Derived
from minitorch_shell.values.description import plain
from minitorch_shell.values.function import Function
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session

# With the prompt, the room for its menu and the bar it fits a screen of 24 lines.
OVERVIEW = """\
x = 2; y = 3; z = x*y + y           bind names; a bare expression prints
backward z; grad x; show z          run the chain rule back from z
zero; w := w - 0.1 * grad w         gradients to 0; change a leaf in place
f(x) = x^2 + 3*x                    a function of your own
for k in range(3) { print k }       also repeat n { }, while c { }, if c { }

net = linear(5,4) relu linear(4,1)  layers in a row are a network
train majority epochs=500 lr=0.1    train it; `losses` keeps the course
test majority; net(1, 0, 1, 1, 0)   what it says to each row; run it
save net to "net.json"              net = load("net.json") brings it back

undo; redo; history; vars           take back what was done; what there is
help train; help net; help gradient a command, a name of yours, a term
help functions                      all; also commands, layers, losses, data
help keys; help MT203               the keys of the shell; an error code"""

KEYS = """\
Enter             run a complete line, else go on in a new one
Alt-Enter         a new line in any case
Tab               complete; again: go down in the menu
right arrow       take the grey suggestion from the history
up, down          earlier and later lines
Ctrl-R            search them
F1                help on the word under the cursor
F2                take the corrected line that is shown below a faulty one
Ctrl-C            drop the line; stop a loop or a training run
Ctrl-D            leave
Ctrl-L            clear the screen
Ctrl-Z            back to the system's shell; `fg` returns"""

IN_CONFIG = "set in `config.toml`, which `minitorch --generate-config` writes"
LONGEST_EXAMPLE = 71  # characters of a line; some wrong programs are wrong by their length

# Plural of a group, as one asks for it, to the group.
GROUPS = {
    "functions": "function",
    "layers": "layer",
    "losses": "loss",
    "optimizers": "optimizer",
    "data": "data",
    "constants": "constant",
}


def show_help(session: Session, topic: str = "") -> None:
    """`help [TOPIC]`; a topic that there is not gets a note with the closest one."""
    found = help_lines(session, topic.strip())
    if found is not None:
        session.receive(Lines(tuple(found), "help"))
        return
    node = session.current.nodes[0] if session.current is not None else None
    if topic in COMMANDS:
        help = f"`{topic}` comes in a later version: {COMMANDS[topic].doc}"
        session.note("MT213", f"there is no help on `{topic}` yet", [help], node)
        return
    close = close_word(topic, topics(session))
    help = f"did you mean `help {close}`?" if close else "`help` alone shows where to begin"
    session.note("MT213", f"there is no help on `{topic}`", [help], node)


def topics(session: Session) -> list[str]:
    """All that can be asked for."""
    own = list(session.user_names())
    codes = [row.code for row in catalogue.entries()]
    return [*own, *known_words(), *BUILTINS, *GROUPS, "commands", "keys", *WORDS, *OPTIONS,
            *SETTINGS, *SHELL_SETTINGS, *TERMS, *codes]  # fmt: skip


def help_lines(session: Session, topic: str) -> list[str] | None:
    """The help on a topic; None where there is none."""
    if not topic:
        return OVERVIEW.split("\n")
    if re.fullmatch(r"[Mm][Tt]\d{3}", topic):
        row = catalogue.entry(topic)
        return code_help(row) if row is not None else None
    if topic in session.user_names():
        others = ["", *group_help(topic)] if topic in GROUPS else []
        return own_help(session, topic) + others
    if topic in known_words():
        return command_help(topic)
    if topic in BUILTINS:
        others = ["", *setting_help(topic)] if topic in SETTINGS else []
        return builtin_help(BUILTINS[topic]) + others
    if topic == "keys":
        return KEYS.split("\n")
    if topic in GROUPS or topic == "commands":
        return group_help(topic)
    if topic in OPTIONS:
        return option_help(topic) + (["", *term_help(topic)] if topic in TERMS else [])
    if topic in SETTINGS:
        return setting_help(topic)
    if topic in SHELL_SETTINGS:
        return [topic, *wrapped(f"{SHELL_SETTINGS[topic]}; {IN_CONFIG}")]
    if topic in WORDS:
        return [topic, *wrapped(WORDS[topic])]
    known = term(topic)
    if known is not None:
        return term_help(known)
    if f"{topic}s" in GROUPS:
        return group_help(f"{topic}s")
    return word_help(topic)


def setting_help(name: str) -> list[str]:
    """A setting that `set` changes."""
    doc, values = SETTINGS[name]
    return [f"set {name}=VALUE", *wrapped(f"{doc}: {', '.join(values)}")]


def word_help(word: str) -> list[str] | None:
    """A word that options take, such as `kaiming`."""
    for option in (*OPTIONS, *ARGUMENT_WORDS):
        if word in meanings(option):
            return [f"{option}={word}", *wrapped(meanings(option)[word])]
    return None


def term_help(word: str) -> list[str]:
    """What a word means that messages use."""
    found = TERMS[word]
    lines = [word, *wrapped(found.doc)]
    lines += ["", *(f"    {line}" for line in found.lines)] if found.lines else []
    return lines + example_lines(found.example, found.output)


def wrapped(text: str) -> list[str]:
    """A paragraph, to be broken into lines where it is shown."""
    return [f"    {text}"]


def example_lines(program: str, output: str) -> list[str]:
    """A program, and behind `#=` what it prints."""
    lines = [f"    {line}" for line in program.split("\n")]
    return ["", *lines, *(f"    #= {line}" for line in output.split("\n") if output)]


def code_help(row: catalogue.Entry) -> list[str]:
    lines = [f"{row.code}: {row.title}", *wrapped(row.explanation)]
    for word, program in (("wrong", row.wrong), ("right", row.right)):
        if program:
            shown = (f"    {line[:LONGEST_EXAMPLE]}" for line in program.split("\n"))
            lines += ["", f"{word}:", *shown]
    return lines


def command_help(word: str) -> list[str]:
    command = COMMANDS[word]
    lines = [command.form, *wrapped(command.doc)]
    if word == "set":
        lines += ["", *(f"    {name:<10} {setting.doc}" for name, setting in SETTINGS.items())]
        lines += ["", f"    settings of the shell alone; {IN_CONFIG}:"]
        lines += [f"    {name:<10} {doc}" for name, doc in SHELL_SETTINGS.items()]
    if word in ("train", "test"):
        lines += option_table(known_options(word))
    if command.example:
        lines += example_lines(command.example, command.output)
    return lines


def option_table(names: tuple[str, ...]) -> list[str]:
    """Options with defaults, what they are, and the words that they take."""
    rows = [f"    {'option':<10} default"]
    for name in names:
        words = words_of(name) if name != "batch" else None
        doc = OPTIONS[name].doc + (f": {', '.join(words)}" if words else "")
        rows.append(f"    {name:<10} {OPTIONS[name].default:<15} {doc}")
    return ["", *(row.rstrip() for row in rows)]


def builtin_help(builtin: Builtin) -> list[str]:
    lines = [builtin.signature, *wrapped(builtin.doc)]
    if builtin.name in ("linear", "mlp", "neuron"):
        lines += [
            "",
            "  options of a network, behind `with`:",
            *option_table(known_options("with"))[1:],
        ]
    return lines + (example_lines(builtin.example, builtin.output) if builtin.example else [])


def group_help(topic: str) -> list[str]:
    """A line for each member of a group."""
    if topic == "commands":
        return [f"{COMMANDS[word].form:<28}  {COMMANDS[word].doc}" for word in known_words()]
    members = [builtin for builtin in BUILTINS.values() if builtin.group == GROUPS[topic]]
    return [f"{member.name:<13}  {member.doc}" for member in members]


def option_help(name: str) -> list[str]:
    option = OPTIONS[name]
    lines = [f"{name}=VALUE", *wrapped(option.doc)]
    lines += wrapped(f"an option of {' and '.join(f'`{owner}`' for owner in option.of)}")
    lines += wrapped(f"default: {option.default}") if option.default else []
    words = words_of(name)
    return lines + (wrapped(f"words: {', '.join(words)}") if words else [])


def own_help(session: Session, name: str) -> list[str]:
    """What a name of the program is."""
    value = session.user_names()[name]
    lines = [f"`{name}` is {kind_of(value)} of this session", *wrapped(value_text(value))]
    if isinstance(value, Network):
        lines += wrapped(f"`show {name}` lists its layers, `train {name} on DATA` trains it")
    elif not isinstance(value, Function | Derived):
        lines += wrapped(f"`show {name}` shows more")
    if name in BUILTINS:
        lines += wrapped(f"it hides the built-in `{name}`; `del {name}` brings that back")
    return lines


def value_text(value: Any) -> str:
    """A value in one line."""
    from minitorch_shell.results.printed import value_text as text

    shown = plain(value)
    return shown.text if isinstance(shown, Description) else textwrap.shorten(text(shown), 200)
