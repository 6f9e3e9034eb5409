"""Nothing is half-known: what is new in one place is known wherever it must be.

A layer, loss, optimizer, data set or command that was forgotten somewhere fails here by its name.
"""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command import ROOT
from pygments.token import Token

from engine.datasets import DATASETS
from engine.losses import LOSSES
from engine.nn import LAYERS
from engine.optim import OPTIMIZERS
from grammar.source import Source
from grammar.vocabulary import vocabulary
from minitorch_shell.assist.cursor import locate
from minitorch_shell.assist.highlighting import ProgramLexer
from minitorch_shell.assist.offers import offers
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.catalogue.commands import COMMANDS, WORDS
from minitorch_shell.catalogue.options import OPTIONS, known_options
from minitorch_shell.interpreter import Collector, Interpreter
from minitorch_shell.interpreter.helpers import OF_THE_SESSION, OPERATIONS
from minitorch_shell.results.records import Lines, Problem, Table, TrainingReport, Value

# Layers that cannot stand in a row as their bare name; a new one of those wants an entry here.
CALLS = {"linear": "linear(4,3)", "neuron": "neuron(4)", "dropout": "dropout(0.5)"}
GROUPS = {"layer": LAYERS, "loss": LOSSES, "optimizer": OPTIMIZERS, "data": DATASETS}
NOT_OF_THE_ENGINE = {"layer": {"mlp"}, "data": {"csv"}}  # made of others, made of a file


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def ran(*programs: str) -> Collector:
    """What programs gave, one after the other in one session; none may fail."""
    found = Collector()
    interpreter = Interpreter(found)
    for program in programs:
        assert interpreter.run(Source("registry", program)), (program, found.results[-1])
    return found


def values(found: Collector) -> list[Any]:
    return [item for r in found.results if isinstance(r, Value) for item in r.items]


def names(group: str) -> Iterator[str]:
    return (name for name, row in BUILTINS.items() if row.group == group)


# ---------------------------------------------------------------- the same names everywhere


@pytest.mark.parametrize("group", GROUPS)
def test_the_engine_and_the_table_of_names_know_the_same(group: str) -> None:
    assert {*names(group)} - NOT_OF_THE_ENGINE.get(group, set()) == {*GROUPS[group]}


@pytest.mark.parametrize("name", BUILTINS)
def test_a_predefined_name_is_known_to_help_completion_and_highlighting(name: str) -> None:
    row = BUILTINS[name]
    interpreter = Interpreter(Collector())
    [page] = [r for r in ran(f"help {name}").results if isinstance(r, Lines)]
    assert page.lines[0] == row.signature
    text = f"x = {name}"
    offered = {offer.text: offer.doc for offer in offers(interpreter.session, locate(text), text)}
    assert offered.get(name), f"{name} is not offered in an expression"
    kinds = {token: kind for kind, token in ProgramLexer().get_tokens(text)}
    assert kinds[name] in Token.Name
    assert kinds[name] is not Token.Name, f"{name} has no colour"
    assert interpreter.session.builtin(name) is not None


# ---------------------------------------------------------------- layers


def row_with(name: str) -> str:
    """A network of four inputs and two outputs with the layer in its middle."""
    if name == "neuron":
        return "linear(4,4) neuron(4) linear(1,2)"
    return f"linear(4,4) {CALLS.get(name, name)} linear(?,2)"


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_shown_and_comes_back_from_its_text(name: str) -> None:
    found = ran(f"net = {row_with(name)}\nshow net\nnet[1]\nnet")
    [table] = [r for r in found.results if isinstance(r, Table)]
    shown = str(table.rows[1][1])
    assert shown.partition("(")[0] == name
    again = ran(f"net = linear(4,4) {shown} linear({'1' if name == 'neuron' else '?'},2)\nshow net")
    [same] = [r for r in again.results if isinstance(r, Table)]
    assert same.rows == table.rows


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_checked_before_it_runs(name: str) -> None:
    """The check knows how the layer passes widths on, so that a clash behind it is found."""
    for program, codes in (
        (f"net = {row_with(name)} relu linear(3,1)", ["MT301"]),
        (f"net = {row_with(name)} relu linear(2,1)", []),
    ):
        found = Collector()
        Interpreter(found).check(Source("registry", program))
        assert [r.code for r in found.results if isinstance(r, Problem)] == codes, program


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_saved_and_loaded(name: str) -> None:
    x = "0.5, -1, 2, 0.1"
    found = ran(
        f'net = {row_with(name)}\nsave net to "net.json"\nback = load("net.json")',
        f"back({x}) == net({x})\nback\nnet",
    )
    same, back, net = values(found)
    assert same is True
    assert back == net
    saved = json.loads(Path("net.json").read_text())
    assert saved["model"]["layers"][1]["type"] == name


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_exported_as_a_program_of_the_same_numbers(name: str) -> None:
    found = ran(
        "set digits=17", f"net = {row_with(name)}\nnet(0.5, -1, 2, 0.1)",
        'export net to "as_python.py"; export net to "as_torch.py" as pytorch',
    )  # fmt: skip
    space: dict[str, Any] = {"__name__": "exported"}
    exec(Path("as_python.py").read_text(), space)
    assert [values(found)[0]] == [space["predict"]([0.5, -1, 2, 0.1])]
    assert "nn." in Path("as_torch.py").read_text()
    compile(Path("as_torch.py").read_text(), "as_torch.py", "exec")


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_trains_compiled_as_it_does_eagerly(name: str) -> None:
    losses = []
    for engine in ("eager", "compiled"):
        program = f"net = {row_with(name)} with seed=3\nd = [[[1,0,2,1],[1,0]],[[0,1,1,2],[0,1]]]"
        found = ran(f"set engine={engine}", program, "train net on d epochs=3 lr=0.05; losses")
        losses.append(values(found))
        assert any(isinstance(r, TrainingReport) for r in found.results)
    assert losses[0] == losses[1]


def test_layers_that_are_functions_too_are_those_that_say_so() -> None:
    for name, row in BUILTINS.items():
        if row.group == "layer":
            value = Interpreter(Collector()).session.builtin(name)
            assert callable(value) is row.on_values, name


# ---------------------------------------------------------------- losses and optimizers


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_known_to_train_test_and_completion(name: str) -> None:
    data = "moons(20, labels=signed)" if name == "hinge" else "moons(20)"
    end = {"bce": "linear(2,1) sigmoid", "cross_entropy": "linear(2,2) softmax"}.get(
        name, "linear(2,1)"
    )
    found = ran(
        f"net = {end}; d = {data}; train net on d epochs=2 loss={name}; test net on d loss={name}"
    )
    reports = [r for r in found.results if hasattr(r, "loss_name")]
    assert [r.loss_name for r in reports] == [name, name]
    for text in ("train d loss=", "test d loss="):
        session = Interpreter(Collector()).session
        assert name in [offer.text for offer in offers(session, locate(text), text)]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_is_known_to_train_step_save_and_undo(name: str) -> None:
    train = f"epochs=3 optimizer={name}"
    found = ran(
        f"net = linear(2,3) tanh linear(3,1) with seed=1; train net on xor {train}",
        'save net to "net.json"; back = load("net.json")',
        f"train net on xor {train}; train back on xor {train}; net(1,0) == back(1,0)",
        f"w = 1; opt = {name}([w]); backward w^2; step opt; undo; w; redo; w < 1; opt",
    )
    same, before, again, shown = values(found)
    assert (same, before, again) == (True, 1.0, True)
    assert shown.text.startswith(f"{name}(lr=")
    text = "train d optimizer="
    session = Interpreter(Collector()).session
    assert name in [offer.text for offer in offers(session, locate(text), text)]
    parameters = {p.name for p in BUILTINS[name].parameters}
    assert parameters == {"net", *OPTIMIZERS[name].setting_names}, f"the signature of {name}"


def test_every_setting_of_an_optimizer_that_train_has_is_described() -> None:
    settings = {s for kind in OPTIMIZERS.values() for s in kind.setting_names} - {"epsilon"}
    assert settings <= {*known_options("train")}, "an option row is missing"
    for option in settings:
        assert OPTIONS[option].doc


# ---------------------------------------------------------------- data sets


@pytest.mark.parametrize("name", DATASETS)
def test_a_data_set_is_known_wherever_data_is(name: str) -> None:
    found = ran(
        f"d = {name}\nshow d\nlen(d) > 0\nx, y = sample({name})\nfor a, b in {name} {{ break }}"
    )
    assert True in values(found)
    found = ran(f"x, y = {name}[0]; len(x)")
    width = values(found)[0]
    found = ran(f"net = linear({width},1); train net on {name} epochs=1; test net on {name}")
    assert any(isinstance(r, TrainingReport) and r.data == name for r in found.results)
    wrong = Collector()
    Interpreter(wrong).check(
        Source("registry", f"net = linear({width + 1},1); train net on {name}")
    )
    assert [r.code for r in wrong.results if isinstance(r, Problem)] == ["MT504"]
    for text in ("train ", "test net on "):
        session = Interpreter(Collector()).session
        assert name in [offer.text for offer in offers(session, locate(text), text)]


# ---------------------------------------------------------------- commands


@pytest.mark.parametrize("word", vocabulary().commands)
def test_a_command_is_known_to_help_completion_and_highlighting(word: str) -> None:
    row = COMMANDS[word]
    [page] = [r for r in ran(f"help {word}").results if isinstance(r, Lines)]
    assert page.lines[0] == row.form
    session = Interpreter(Collector()).session
    assert word in [offer.text for offer in offers(session, locate(""), "")]
    tokens = {text: kind for kind, text in ProgramLexer().get_tokens(row.form)}
    assert tokens[word] in Token.Keyword, f"{word} has no colour"
    assert row.example, f"{word} has no example"


@pytest.mark.parametrize("word", vocabulary().reserved)
def test_a_reserved_word_is_described(word: str) -> None:
    assert word in COMMANDS or word in WORDS, f"{word} has no row in catalogue/commands.py"
    assert ran(f"help {word}").results


@pytest.mark.parametrize("name", BUILTINS)
def test_the_defaults_of_a_signature_are_those_of_the_engine(name: str) -> None:
    makers: dict[str, Any] = {**DATASETS, **OPTIMIZERS, **LAYERS}
    if name not in makers:
        return
    engine = inspect.signature(makers[name]).parameters
    for parameter in BUILTINS[name].parameters:
        if parameter.default is None or parameter.name not in engine:
            continue
        default = engine[parameter.name].default
        written = str(default).lower() if isinstance(default, bool | str) else default
        shown: Any = parameter.default
        assert written == (shown if isinstance(written, str) else float(shown)), parameter.name


@pytest.mark.parametrize("word", vocabulary().commands)
def test_what_does_a_command_is_there(word: str) -> None:
    row = COMMANDS[word]
    if word in ("import", "time", "assert", "return"):  # done by the interpreter and the compiler
        assert not row.where
        return
    assert row.where, f"{word} has no function in minitorch_shell/commands"
    assert callable(Interpreter(Collector()).session.needed(f"${word}"))


@pytest.mark.parametrize("helper", sorted({*OPERATIONS, *OF_THE_SESSION}))
def test_a_helper_of_the_compiled_code_is_there(helper: str) -> None:
    assert Interpreter(Collector()).session.needed(helper) is not None


def test_a_family_of_commands_has_no_module_that_nothing_leads_to() -> None:
    homes = {home for table in (OPERATIONS, OF_THE_SESSION) for home in table.values()}
    modules = {module.rpartition(".")[2] for module, _ in homes if ".commands." in module}
    files = {path.stem for path in (ROOT / "minitorch_shell" / "commands").glob("*.py")}
    assert files - modules == {"__init__", "network_program", "own_functions", "training_options"}
