"""Advice is true: what a note proposes, typed word for word where it was given, cures.

`sick_programs` has the programs. The measure is the note's own: a loss below the one it names, more
rows that are right, and nothing further to be noted.
"""

import re

import pytest
from portrait import Portrait
from sick_programs import HEALTHY, SICK

from grammar.source import Source
from minitorch_shell.commands import training
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Problem, TrainingReport


class Learner:
    """Types programs and reads what comes back."""

    def __init__(self, seed=42):
        self.results = []
        self.interpreter = Interpreter(self.results.append)
        self.session = self.interpreter.session
        self.type(f"seed {seed}")

    def type(self, text):
        self.results.clear()
        assert self.interpreter.run(Source("<shell>", text)), (text, self.results[-1])

    @property
    def notes(self):
        return [result for result in self.results if isinstance(result, Problem)]

    @property
    def report(self):
        return [result for result in self.results if isinstance(result, TrainingReport)][-1]


def commands(note):
    return re.findall("`([^`]*)`", " ".join(note.help))


def follow(program, seed):
    """The note and report of a sick program, and those after its advice; a word on what failed."""
    learner = Learner(seed)
    learner.type(program.text)
    before, notes = learner.report, learner.notes
    if [note.code for note in notes if note.code in program.codes] != [n.code for n in notes]:
        return f"{[note.code for note in notes]} is noted"
    if not notes:
        return "nothing is noted"
    told = commands(notes[0])
    if not told or not told[-1].startswith("train "):
        return f"{notes[0].help} proposes nothing"
    again = []
    for command in told:
        learner.type(command)
        again += learner.notes
    wrong = not_cured(notes[0], before, learner.report)
    if wrong or again:
        return f"{told}: {wrong}, {[note.code for note in again]} is noted"
    promised = re.search(r"on a copy, (\d+) epochs? brought the loss to ([^,)]+)", notes[0].help[0])
    whole = promised is not None and int(promised[1]) == learner.report.epochs
    if whole and "(" not in told[-1] and f"{learner.report.test_loss:.4g}" != promised[2]:
        return f"{told}: {learner.report.test_loss} was promised as {promised[2]}"
    return ""


def not_cured(note, before, after):
    if note.code == "MT515":
        return "" if after.correct and 2 * after.correct > after.rows else f"{after.correct} right"
    bound = before.test_loss
    if note.code in ("MT511", "MT512"):
        bound = min(bound, after.first_loss)
    if note.code == "MT513":
        bound = float(re.search(r"below (\S+)$", note.message)[1])
    return "" if after.test_loss < bound else f"the loss is {after.test_loss}, it was {bound}"


def wrong_of_the_sick(seed):
    found = {program.title: follow(program, seed) for program in SICK}
    return {title: wrong for title, wrong in found.items() if wrong}


def noted_of_the_healthy(seed):
    found = {}
    for program in HEALTHY:
        learner = Learner(seed)
        learner.type(program.text)
        if learner.notes:
            found[program.title] = [(note.code, note.message) for note in learner.notes]
    return found


def test_there_are_enough_programs():
    assert len({program.title for program in SICK}) == len({p.text for p in SICK}) >= 40
    assert len({program.title for program in HEALTHY}) == len({p.text for p in HEALTHY}) >= 40
    assert len({code for program in SICK for code in program.codes}) == 9


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_a_note_proposes_cures(seed):
    assert wrong_of_the_sick(seed) == {}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_healthy_programs_nothing_is_noted(seed):
    assert noted_of_the_healthy(seed) == {}


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(4, 24))
def test_campaign_of_advice(seed):
    assert wrong_of_the_sick(seed) == {}
    assert noted_of_the_healthy(seed) == {}


# ---------------------------------------------------------------- nothing is touched

ONE_OF_EACH = [*SICK[::5], HEALTHY[0]]
WITH_DROPOUT = (
    "net = linear(2,6) relu dropout(0.2) linear(6,1)\ntrain xor lr=1e-5 optimizer=momentum",
    "net = linear(2,6) relu dropout(0.2) linear(6,1) with seed=3\ntrain moons lr=1e-6 validate=0.2",
    "net = linear(2,6) relu dropout(0.2) linear(6,1)\ntrain xor lr=900 optimizer=adam",
)


@pytest.mark.parametrize("text", [*(p.text for p in ONE_OF_EACH), *WITH_DROPOUT])
def test_trying_touches_nothing(monkeypatch, text):
    learner = Learner()
    look, looks = training.note, []

    def looked(run):
        before, entries = Portrait(learner.session), learner.session.journal.entries()
        found = look(run)
        after = Portrait(learner.session)
        looks.append(found)
        assert after.picture == before.picture
        assert learner.session.journal.entries() == entries
        return found

    monkeypatch.setattr(training, "note", looked)
    learner.type(text)
    assert len(looks) == 1
    assert (looks[0] is None) == (text == HEALTHY[0].text)


@pytest.mark.parametrize("text", WITH_DROPOUT)
def test_what_is_promised_comes_true_with_dropout(text):
    learner = Learner()
    learner.type(text)
    (note,) = learner.notes
    for command in commands(note):
        learner.type(command)
    assert f"brought the loss to {learner.report.test_loss:.4g}" in note.help[0]


def test_a_wish_to_stop_ends_the_trial_and_keeps_the_training():
    def receive(result):
        if isinstance(result, TrainingReport):
            reports.append(result)
            interpreter.stop()

    reports = []
    interpreter = Interpreter(receive)
    text = "net = linear(2,4) tanh linear(4,1)\ntrain xor epochs=50 lr=1e-6"
    with pytest.raises(KeyboardInterrupt):
        interpreter.run(Source("<shell>", text))
    assert [report.epochs for report in reports] == [50]
    assert len(interpreter.session.names["losses"]) == 50


@pytest.mark.slow
def test_of_a_large_network_nothing_is_tried_and_no_rate_blamed():
    learner = Learner()
    learner.type("net = linear(2,45) tanh linear(45,45) tanh linear(45,1)")
    learner.type("train moons epochs=10 lr=1e-7")
    assert learner.notes == []


# ---------------------------------------------------------------- in the learner's words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rate = 1e-6\ntrain m on xor  epochs=60, lr=rate", ["train m on xor epochs=60 lr=0.1"]),
        ("train (m) on moons(\n  n=30, # few\n  noise=0.1\n) lr=1e-6",
         ["train (m) on moons( n=30, noise=0.1 ) lr=0.1"]),
        ("time train m on xor lr=40", ["undo", "train m on xor lr=0.1"]),
        ("repeat 1 { train m on xor lr=40 }",
         ["m = linear(2,4) tanh linear(4,1)", "train m on xor lr=0.1"]),
        ("train m[0:3] on xor lr=40", ["undo", "train m[0:3] on xor lr=0.1"]),
        ("repeat 1 { train m[0:3] on xor lr=40 }",
         ["net2 = linear(2,4) tanh linear(4,1)", "train net2 on xor lr=0.1"]),
    ],
)  # fmt: skip
def test_the_advice_is_the_statement_itself_with_one_thing_changed(text, told):
    learner = Learner()
    learner.type("net = linear(2,4) relu linear(4,1)")
    learner.type("m = linear(2,4) tanh linear(4,1)")
    learner.type(text)
    (note,) = learner.notes
    assert commands(note) == told
    for command in told:
        learner.type(command)
    assert learner.notes == []
