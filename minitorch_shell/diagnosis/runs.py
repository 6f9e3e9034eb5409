"""The note after a training run: what went wrong first, the evidence, and what helps.

`CAUSES` asks one question after the other; the first that finds something gives the note. What it
proposes has been tried on a copy before, wherever that is quick enough.
"""

from __future__ import annotations

from itertools import islice

from minitorch_shell.diagnosis import causes
from minitorch_shell.diagnosis.causes import Finding
from minitorch_shell.diagnosis.examination import Examination, Run, short
from minitorch_shell.diagnosis.rehearsal import Outcome
from minitorch_shell.diagnosis.remedies import Remedy

Note = tuple[str, str, list[str]]  # code, message, help

# A cause stands before what follows from it: units that are alike look dead, dead ones make the
# loss stand still, and so does a network that can do no better.
CAUSES = (
    causes.data_too_large,
    causes.spoilt_before,
    causes.diverged,
    causes.one_number,
    causes.affine,
    causes.alike,
    causes.off_or_flat_before,
    causes.rate_too_large,
    causes.switched_off,
    causes.dead,
    causes.saturated,
    causes.vanished,
    causes.rate_too_small,
)
MOST_REHEARSALS = 6  # for one cause


def note(run: Run) -> Note | None:
    """The first thing that went wrong in a run, None where nothing did."""
    examination = Examination(run)
    for cause in CAUSES:
        finding = cause(examination)
        if finding is None:
            continue
        remedy, outcome = _tried(finding)
        if outcome is not None or finding.certain:
            return finding.code, finding.message, _help(finding, remedy, outcome, run.asked.epochs)
    return None


def _tried(finding: Finding) -> tuple[Remedy | None, Outcome | None]:
    """The remedy to propose, with what it brings; one alone that would take too long to be tried.

    Neither where none helps.
    """
    best: tuple[Remedy | None, Outcome | None] = None, None
    for remedy in islice(finding.remedies, MOST_REHEARSALS):
        outcome = remedy.rehearse()
        if outcome is None:
            return best if best[0] is not None else (remedy, None)
        if finding.helped(outcome) and (best[1] is None or _rank(outcome) < _rank(best[1])):
            best = remedy, outcome
            if outcome.loss < finding.enough and not outcome.blocked:
                break
    return best


def _rank(outcome: Outcome) -> tuple[bool, float]:
    return outcome.blocked, outcome.loss


def _help(
    finding: Finding, remedy: Remedy | None, outcome: Outcome | None, epochs: int
) -> list[str]:
    if remedy is None:
        return [finding.otherwise]
    *before, last = [f"`{command}`" for command in remedy.commands]
    text = f"{', then '.join(before)}, then {last}" if before else last
    text = f"{finding.advice}: {text}" if finding.advice else f"try {text}"
    if outcome is not None:
        done = f"{outcome.epochs} epoch{'s' * (outcome.epochs != 1)}"
        text += f" (on a copy, {done} brought {_result(outcome)})"
    return [text]


def _result(outcome: Outcome) -> str:
    loss = f"the loss to {short(outcome.loss)}"
    return loss if outcome.correct is None else f"{loss}, {outcome.correct} rows right"
