"""`help`: everything can be asked for, fits the screen, and its examples print what they say."""

import pytest

from grammar.source import Source
from grammar.vocabulary import vocabulary
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.catalogue.commands import COMMANDS, known_words
from minitorch_shell.catalogue.options import OPTIONS, known_options
from minitorch_shell.commands.helping import help_lines, topics
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import Lines, Problem
from minitorch_shell.shell.layout import MENU_HEIGHT

PLAIN = Style(False, True)
ALL = {
    name: (row.example, row.output) for name, row in {**BUILTINS, **COMMANDS}.items() if row.example
}


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
        ("help digits", "set digits=VALUE"),
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
