"""`help`: everything can be asked for, fits the screen, and its examples print what they say."""

import re
from pathlib import Path

import pytest
from command import minitorch

from grammar.source import Source
from grammar.vocabulary import vocabulary
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.catalogue.commands import COMMANDS, known_words
from minitorch_shell.catalogue.errors import CLASSES, entries
from minitorch_shell.catalogue.options import OPTIONS, known_options
from minitorch_shell.catalogue.terms import _ALSO, TERMS, term
from minitorch_shell.commands.helping import help_lines, topics
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import Lines, Problem
from minitorch_shell.shell.layout import MENU_HEIGHT

PLAIN = Style(False, True)
ALL = {
    name: (row.example, row.output)
    for name, row in {**BUILTINS, **COMMANDS, **TERMS}.items()
    if row.example
}
PROBLEMS = Path(__file__).resolve().parents[1] / "problems"


def run(text):
    """The lines that a program prints, and its problems."""
    results = []
    Interpreter(results.append).run(Source("example.mt", text))
    printed = [r for r in results if not isinstance(r, Problem)]
    lines = [line.rstrip() for result in printed for line in result_lines(result, PLAIN)]
    return lines, [result for result in results if isinstance(result, Problem)]


def fits(line, pattern):
    """Whether a line is as expected, where `...` stands for anything."""
    parts = pattern.split("...")
    if len(parts) == 1:
        return line == pattern
    return line.startswith(parts[0]) and line.endswith(parts[-1])


@pytest.mark.parametrize("name", ALL)
def test_an_example_prints_what_it_says(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.mt").write_text("y = 3\n")
    program, output = ALL[name]
    printed, problems = run(program)
    assert [problem.message for problem in problems if problem.severity == "error"] == []
    expected = output.split("\n") if output else []
    if expected and expected[-1].endswith("...") and len(printed) > len(expected):
        printed = printed[: len(expected)]
    assert len(printed) == len(expected), printed
    assert all(map(fits, printed, expected)), printed


def test_every_predefined_name_and_command_has_an_example():
    assert {name for name, builtin in BUILTINS.items() if not builtin.example} == {"csv"}
    assert {*known_words()} == {word for word, row in COMMANDS.items() if row.example}


def test_the_commands_are_those_of_the_grammar():
    assert {*vocabulary().commands} <= {*COMMANDS}
    assert {word for word in known_words() if word in vocabulary().commands} == {
        *vocabulary().commands
    }


def test_every_option_is_described():
    assert {option for word in ("train", "test", "with") for option in known_options(word)} == {
        *OPTIONS
    }


def test_every_topic_has_help_that_fits_a_terminal():
    interpreter = Interpreter(lambda result: None)
    assert interpreter.run(Source("t.mt", "net = linear(2,1)\nxs = [1, 2]\nf(x) = x^2\nsum = 3"))
    for topic in topics(interpreter.session):
        lines = help_lines(interpreter.session, topic)
        assert lines, topic
        for columns in (None, 80, 50):
            style = Style(columns=columns)
            shown = result_lines(Lines(tuple(lines), "help"), style)
            fitting = [line for line in shown if max(map(len, line.split()), default=0) < 40]
            assert max(map(len, fitting)) <= (columns or 80), topic


def test_the_overview_fits_a_screen_of_80_by_24():
    lines, problems = run("help")
    # With the line `help` itself, the next prompt and its menu, and the bar.
    assert len(lines) + 1 + MENU_HEIGHT + 1 <= 24
    assert max(map(len, lines)) <= 80
    assert problems == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("help relu", "relu(x)"),
        ("help train", "train net on data epochs=100"),
        ("help mt203", "MT203: a name that may have no value"),
        ("net = linear(2,1)\nhelp net", "`net` is a network of this session"),
        ("net = linear(2,1)\nnet?", "`net` is a network of this session"),
        ("f(x) = x^2\nhelp f", "`f` is a function of this session"),
        ("help epochs", "epochs=VALUE"),
        ("help digits", "digits()"),
        ("help preview", "set preview=VALUE"),
    ],
)
def test_a_topic(text, first):
    lines, problems = run(text)
    assert lines[0] == first
    assert problems == []


def test_a_name_of_the_program_comes_before_a_predefined_one():
    lines, _ = run("sum = 3\nhelp sum")
    assert lines[0] == "`sum` is a tensor of this session"
    assert lines[-1].endswith("it hides the built-in `sum`; `del sum` brings that back")


def test_an_unknown_topic_names_the_closest_and_does_not_stop():
    lines, (problem,) = run("help trian\n1 + 1")
    assert (problem.code, problem.severity) == ("MT213", "note")
    assert problem.help == ("did you mean `help train`?",)
    assert lines == ["2.0"]


@pytest.mark.parametrize(
    "topic",
    ["leaf", "tensor", "gradient", "chain rule", "network", "list", "string", "operators",
     "examples", "errors", "leaves", "gradients", "learning  rate", "Chain Rule", "data sets"],
)  # fmt: skip
def test_a_term_has_a_short_page_with_a_program(topic):
    lines, problems = run(f"help {topic}")
    assert problems == []
    assert lines[0] == term(topic)
    assert len(lines) <= 24
    assert any(line.startswith("    #= ") for line in lines)


# What the field and this language have words for. Where a message uses one, help explains it.
WORDS = """
accuracy activation affine backpropagation batch bias block boolean class condition constant count
data derivative diverged dropout epoch function gradient graph kaiming layer leaf leaves list loss
matrix momentum nan inf network node number operator optimizer option parameter regression relu row
saturated seed setting sigmoid softmax string sweep target tensor vanished vector weight width
xavier
""".split()  # noqa: SIM905
LONGER = ["chain rule", "learning rate", "data set"]


def test_every_term_of_a_message_has_help():
    told = " ".join(path.read_text(encoding="utf-8") for path in PROBLEMS.glob("*.txt"))
    told += " ".join(f"{row.title} {row.explanation}" for row in entries())
    told = told.lower()
    session = Interpreter(lambda result: None).session
    used = [word for word in [*WORDS, *LONGER] if re.search(rf"\b{word}s?\b", told)]
    assert len(used) > 40
    assert [word for word in used if help_lines(session, word) is None] == []


def test_every_kind_of_value_has_help():
    values = {"tensor": "2", "list": "[1]", "string": '"a"', "boolean": "true", "network": "NET",
              "data set": "xor", "optimizer": "sgd(NET)", "count": "len([1])"}  # fmt: skip
    for word, value in values.items():
        program = f"net = linear(2,1)\nx = {value.replace('NET', 'net')}\nhelp x"
        assert word in run(program)[0][0]
        assert run(f"help {word}")[1] == []


def test_other_forms_lead_to_terms_and_hide_no_page():
    assert set(_ALSO.values()) <= set(TERMS)
    assert not set(TERMS) & {*BUILTINS, *known_words(), "keys", "commands"}
    shown = help_lines(Interpreter(lambda result: None).session, "errors")
    assert all(
        any(line.strip().startswith(code) for line in shown) for code in CLASSES if code < "MT9"
    )


def test_set_names_the_theme():
    assert any(line.startswith("    theme ") for line in run("help set")[0])
    assert "dark" in " ".join(run("help theme")[0])
    _, (problem,) = run('set theme="dark"')
    assert (problem.code, "config.toml" in problem.help[0]) == ("MT208", True)
    assert minitorch("-c", "help chain rule").stdout.startswith("chain rule\n")


def test_help_changes_nothing():
    assert run("x = 2\nhelp\nhelp train\nvars")[0][-2:] == run("x = 2\nvars")[0]


def test_a_group_can_be_asked_for_when_a_name_hides_it():
    lines, _ = run("net = linear(5,1)\ntrain majority epochs=2\nhelp losses")
    assert any(line.startswith("`losses` is a list") for line in lines)
    assert any(line.startswith("hinge ") for line in lines)


def test_a_command_of_a_later_version_says_so():
    _, (note,) = run("help plot")
    assert (note.code, note.message) == ("MT213", "there is no help on `plot` yet")
    assert "later version" in note.help[0]
