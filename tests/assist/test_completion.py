"""Completion: the right offers at each place, and none that would not parse."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from engine.losses import LOSSES
from engine.optim import OPTIMIZERS
from grammar.automaton import Unexpected
from grammar.parser import accepts
from grammar.problem import SyntaxProblem
from grammar.source import Source
from grammar.vocabulary import vocabulary
from minitorch_shell.assist.cursor import locate
from minitorch_shell.assist.offers import offers
from minitorch_shell.catalogue.builtins import TABLE
from minitorch_shell.catalogue.commands import COMMANDS
from minitorch_shell.catalogue.errors import entries
from minitorch_shell.catalogue.options import OPTIONS, SETTINGS, known_options
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector
from minitorch_shell.shell.completion import ShellCompleter

PROGRAM = """
x = 2; w = [1, 2, 3]
f(a) = a^2
net = linear(2,3) relu linear(3,1)
d = moons(20)
opt = sgd(net, lr=0.1)
"""


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    made = Interpreter(Collector())
    assert made.run(Source("test", PROGRAM))
    return made


def offered(interpreter: Interpreter, text: str) -> list[str]:
    return [offer.text for offer in offers(interpreter.session, locate(text), text)]


# ---------------------------------------------------------------- places


def test_commands_and_statement_words_begin_a_statement(interpreter: Interpreter) -> None:
    found = offered(interpreter, "")
    starters = {"if", "for", "while", "repeat", "break", "continue", "grad"}
    assert set(vocabulary().commands) | starters <= set(found)
    assert {"x", "net", "linear", "sum", "moons"} <= set(found)
    assert offered(interpreter, "x = 1; tr") == ["train", "transpose"]
    assert offered(interpreter, "repeat 3 { back") == ["backward"]
    assert offered(interpreter, "if x > 1 {\n    zer") == ["zero"]


def test_values_stand_in_expressions_and_commands_do_not(interpreter: Interpreter) -> None:
    found = offered(interpreter, "y = ")
    assert {"x", "w", "f", "sum", "pi", "grad", "linear"} <= set(found)
    assert "train" not in found
    assert offered(interpreter, "y = 2 * so") == ["softplus", "sort", "softmax"]


def test_the_newest_names_come_first(interpreter: Interpreter) -> None:
    assert offered(interpreter, "y = ")[:5] == ["opt", "d", "net", "f", "w"]


def test_layers_follow_a_layer(interpreter: Interpreter) -> None:
    found = offered(interpreter, "n = linear(2,3) ")
    layers = {builtin.name for builtin in TABLE if builtin.group == "layer"}
    assert (
        set(found)
        == layers | {"net", "with init=", "if", "and", "or", "in", "not"} & set(found) | layers
    )
    assert "sum" not in found
    assert "x" not in found


def test_with_offers_its_options_and_their_words(interpreter: Interpreter) -> None:
    assert offered(interpreter, "n = linear(2,3) with ")[:3] == ["init=", "seed=", "bias="]
    assert "kaiming" in offered(interpreter, "n = linear(2,3) with init=")


def test_networks_then_data_follow_train(interpreter: Interpreter) -> None:
    found = offered(interpreter, "train ")
    assert found[0] == "net"
    assert {"majority", "xor", "d"} <= set(found)
    assert "relu" not in found
    assert offered(interpreter, "train net ")[0] == "on"
    after_on = offered(interpreter, "train net on ")
    assert {"d", "moons"} <= set(after_on)
    assert "net" not in after_on


def test_options_follow_the_data_each_once(interpreter: Interpreter) -> None:
    assert set(offered(interpreter, "train d ")) >= {f"{name}=" for name in known_options("train")}
    assert "epochs=" not in offered(interpreter, "train d epochs=5 ")
    assert set(offered(interpreter, "test d ")) >= {f"{name}=" for name in known_options("test")}
    document = {
        offer.text: offer.doc for offer in offers(interpreter.session, locate("train d "), "")
    }
    assert "default 100" in document["epochs="]


def test_option_values(interpreter: Interpreter) -> None:
    assert offered(interpreter, "train d optimizer=") == list(OPTIMIZERS)
    assert offered(interpreter, "train d loss=") == list(LOSSES)
    assert offered(interpreter, "train d batch=") == ["all"]
    assert offered(interpreter, "train d epochs=")[0] == "100"
    assert "100" not in offered(interpreter, "train d lr=")
    assert offered(interpreter, "m = moons(labels=") == ["binary", "signed"]
    assert offered(interpreter, "set ") == [f"{name}=" for name in SETTINGS]
    assert offered(interpreter, "set preview=") == ["on", "off"]


def test_named_arguments_of_a_call(interpreter: Interpreter) -> None:
    assert offered(interpreter, "m = moons(")[:3] == ["n=", "noise=", "labels="]
    assert "n=" not in offered(interpreter, "m = moons(n=5, ")


def test_words_between(interpreter: Interpreter) -> None:
    assert offered(interpreter, "for k ") == ["in"]
    assert offered(interpreter, "save net ")[0] == "to"
    assert offered(interpreter, "if x > 2 { x } ") == ["else"]
    assert offered(interpreter, "repeat 2 { x } ") == []


def test_help_offers_commands_and_functions(interpreter: Interpreter) -> None:
    assert offered(interpreter, "help tra") == ["train", "transpose"]
    assert offered(interpreter, "help soft") == ["softplus", "softmax"]
    assert {entry.code for entry in entries()} == set(offered(interpreter, "help MT"))
    assert offered(interpreter, "help mt201") == ["MT201"]


def test_files_in_strings(
    interpreter: Interpreter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "net.json").touch()
    (tmp_path / "notes").mkdir()
    (tmp_path / ".hidden").touch()
    monkeypatch.chdir(tmp_path)
    assert offered(interpreter, 'm = load("n') == ["net.json", "notes/"]
    assert offered(interpreter, 'save net to "') == ["net.json", "notes/"]
    assert offered(interpreter, 'print "n') == []


def test_nothing_in_comments_and_after_mistakes(interpreter: Interpreter) -> None:
    assert offered(interpreter, "x = 1 # tr") == []
    assert offered(interpreter, "x = = ") == []


def test_names_of_the_text_itself(interpreter: Interpreter) -> None:
    assert "theta" in offered(interpreter, "theta = 5\ny = th")


def test_every_word_of_the_grammar_is_described() -> None:
    words = vocabulary()
    assert set(words.commands) <= set(COMMANDS)
    assert {*known_options("train"), *known_options("test")} <= set(OPTIONS)


def test_every_offer_has_a_description(interpreter: Interpreter) -> None:
    for text in ("", "y = ", "train ", "train d ", "train d optimizer=", "n = relu ", "help "):
        for offer in offers(interpreter.session, locate(text), text):
            assert offer.doc, offer


def menu(interpreter: Interpreter, text: str, asked: bool) -> list[str]:
    event = CompleteEvent(text_inserted=not asked, completion_requested=asked)
    found = ShellCompleter(interpreter.session).get_completions(Document(text), event)
    return [completion.text for completion in found]


def test_the_menu_keeps_quiet_until_a_word_begins(interpreter: Interpreter) -> None:
    assert menu(interpreter, "y = ", asked=False) == []
    assert menu(interpreter, "y = ", asked=True)
    assert menu(interpreter, "y = soft", asked=False) == ["softplus", "softmax"]
    assert menu(interpreter, "y = softmax", asked=False) == []
    assert menu(interpreter, "train ", asked=False)[0] == "net"


# ---------------------------------------------------------------- what is offered parses


def viable(text: str) -> bool:
    """Whether some continuation of `text` parses (LALR: no token was refused so far)."""
    try:
        accepts(text)
    except (Unexpected, SyntaxProblem):
        return False
    return True


def taken(text: str, offer: str) -> str:
    """`text` with the offer in place of the word that had begun."""
    spot = locate(text)
    topic = text.rpartition("help ")[2] if spot.command == "help" else spot.word
    typed = spot.string if spot.string is not None else topic
    if spot.string is not None and not offer.endswith('"'):
        offer += '"'  # a file name leaves the string open, for more of the path to follow
    return text[: len(text) - len(typed)] + offer


LINES = [
    *(builtin.example for builtin in TABLE),
    "net = linear(5,4) relu linear(4,1) with init=kaiming seed=7",
    "train net on moons epochs=100, lr=0.1 optimizer=adam batch=all validate=0.2",
    "test net on d; show net; show compiled net; seed 42; set digits=4",
    "for x, y in d { loss = mse(net(x), y); backward loss; step opt }",
    "if x > 2 and not x < 5 { print x, w } else if x == 1 { zero net } else { x := x - grad x }",
    'while true { break }; repeat 3 { continue }; time backward x; assert close(x, 2), "two"',
    "loss = mean([relu(1 - y*net(x)) for x, y in d if y > 0]) + sum(p^2 for p in params(net))",
    'save net to "net.json"; export net to "net.py" as pytorch; import "other.mt"',
    "w[0] := 3; a, b = split(d, 0.8); total += 1 if x > 2 else w[0:2][1]; del x; undo 3; redo",
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(LINES), st.integers(0, 200), st.integers(0, 2**32))
@pytest.mark.slow
def test_every_offer_once_taken_can_be_continued(line: str, cut: int, seed: int) -> None:
    interpreter = Interpreter(Collector())
    interpreter.run(Source("test", PROGRAM))
    text = line[: cut % (len(line) + 1)]
    found = offered(interpreter, text)
    for offer in random.Random(seed).sample(found, min(12, len(found))):
        assert viable(taken(text, offer)), (text, offer)


WORDS = """x net d w f ( ) [ ] { } , ; = := + * ^ < 2 if else for in and not grad train test on with
init= help set digits= save to as print show sum linear(2,3) relu moons epochs="""


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*WORDS.split(), "\n"]), max_size=10), st.integers(0, 2**32))
def test_offers_behind_any_text(words: list[str], seed: int) -> None:
    interpreter = Interpreter(Collector())
    interpreter.run(Source("test", PROGRAM))
    text = " ".join(words)
    found = offered(interpreter, text)
    if viable(text.removesuffix(locate(text).word)):
        for offer in random.Random(seed).sample(found, min(12, len(found))):
            assert viable(taken(text, offer)), (text, offer)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30))
def test_no_text_makes_completion_fail(text: str) -> None:
    interpreter = Interpreter(Collector())
    offered(interpreter, text)


def test_the_words_behind_undo_and_of_functions(interpreter: Interpreter) -> None:
    assert offered(interpreter, "undo t")[:2] == ["train", "to"]
    assert "to" in offered(interpreter, "history ")
    assert "where" in offered(interpreter, "f(a) = x ")
    assert "where" not in offered(interpreter, "y = x ")
    assert "return" in offered(interpreter, "f(a) = { re")
