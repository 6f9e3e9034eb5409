"""`train`: a network is fitted to data, with progress as it goes and a report at its end."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import Any

from engine import training
from engine.evaluation import evaluate
from engine.graph import reachable
from grammar import syntax
from minitorch_shell.commands.own_functions import OwnLoss, gradients_kept
from minitorch_shell.commands.training_options import Chosen, Given, choose
from minitorch_shell.diagnosis.examination import Run
from minitorch_shell.diagnosis.rehearsal import Asked, Beginning
from minitorch_shell.diagnosis.runs import note
from minitorch_shell.diagnosis.training_help import misfit
from minitorch_shell.diagnosis.wording import words_of
from minitorch_shell.results.records import Progress, TrainingReport
from minitorch_shell.session.session import Session
from minitorch_shell.values.vector import Vector


def train_statement(
    session: Session, node_number: int, network: Any, data: Any, given: Given
) -> None:
    """`train [NET on] DATA option=value ...`"""
    chosen = choose(session, node_number, network, data, given)
    own = isinstance(chosen.loss(), OwnLoss) or chosen.rates() is not None
    kept = gradients_kept(session, chosen.network.parameters()) if own else nullcontext()
    with kept:
        _train(session, chosen, own)


def _train(session: Session, chosen: Chosen, own: bool) -> None:
    """Train, and tell what came of it; `own` says that functions of the program are called."""
    run = _run(session, chosen)
    session.journal.stays()
    session.marks.used.update(run.optimizer.parameters)
    module, statement = chosen.network.module, chosen.statement
    if isinstance(statement.data, syntax.Name):
        session.trained_on[module] = statement.data.name
    kept = _bind_losses(session, run)
    loss = run.asked.loss
    session.trained_by[module] = loss.function if isinstance(loss, OwnLoss) else loss
    if chosen.every(run.asked.epochs) >= 0:
        session.receive(run.report)
    for name in kept:
        session.note(
            "MT214",
            f"`{name}` keeps the value that you gave it: `train` binds its losses to this name "
            "where it is free",
            [f"`del {name}` frees it for the next run"],
            statement,
        )
    with session.aside() if own else nullcontext():  # their random numbers are the session's
        found = note(run)
    if found is not None:
        code, message, help = found
        session.note(code, message, help, statement)
    if run.result.stopped == "interrupted":
        raise KeyboardInterrupt


def _bind_losses(session: Session, run: Run) -> list[str]:
    """Bind the losses of the epochs; the names that are the program's own, where it is not told."""
    names, marks = session.names, session.marks
    lists = {"losses": run.result.losses}
    if run.asked.validation is not None:
        lists["validation_losses"] = run.result.validation_losses
    told = []
    for name, losses in lists.items():
        if name not in names or names[name] is marks.recorded.get(name):
            names[name] = vector = Vector(losses)
            marks.recorded = {**marks.recorded, name: vector}
            marks.kept.discard(name)
        elif name not in marks.kept:
            marks.kept.add(name)
            told.append(name)
    return told


def _run(session: Session, chosen: Chosen) -> Run:
    """Train as it was asked for; what is written goes through the journal."""
    network, rows = chosen.network, chosen.data
    earlier = session.optimizers.get(network.module)
    optimizer = chosen.optimizer(earlier)
    session.optimizers[network.module] = optimizer
    moved = [optimizer] if earlier is None else [optimizer, earlier]  # they may share their state
    epochs = chosen.count("epochs", 100, 0)
    every = chosen.every(epochs)
    asked = Asked(
        chosen.loss(), chosen.batch(), chosen.number("until"), chosen.validation(), epochs,
        session.settings.engine, lambda: session.stopped, chosen.rates(),
    )  # fmt: skip
    session.journal.trains()
    beginning = Beginning(network, optimizer, session.random)
    reporter = _Reporter(session, epochs, every, every > 0 and "every" in chosen.options)
    started = time.perf_counter()
    tensors = reachable([*network.parameters(), *optimizer.parameters])
    try:
        with session.journal.writing(tensors, tensors, moved):
            result = training.train(
                network.module,
                rows,
                optimizer=optimizer,
                loss=asked.loss,
                lr=asked.rates,
                epochs=epochs,
                batch=asked.batch,
                until=asked.until,
                validation=asked.validation,
                random=session.random,
                progress=reporter,
                engine=asked.engine,
            )
    except ValueError as error:
        raise misfit(error, chosen.statement, chosen.name, chosen.network) from None
    seconds = time.perf_counter() - started
    if isinstance(asked.loss, OwnLoss):
        asked.engine = result.engine  # a trial takes as long
    report = _report(chosen, asked, result, seconds, session.settings.digits)
    assert isinstance(chosen.statement, syntax.Train)
    words = words_of(session, chosen.statement, chosen.name)
    return Run(network, rows, optimizer, asked, words, beginning, session.random, result, report)


class _Reporter:
    """Sends a `Progress` after each epoch; marks the first, the last and every n-th.

    With an n of 0 it marks none, below 0 it sends none.
    """

    def __init__(self, session: Session, epochs: int, every: int, asked: bool) -> None:
        self.session = session
        self.asked = asked
        self.epochs = epochs
        self.every = every
        self.losses: list[float] = []
        self.started = time.perf_counter()
        self.shown = self.started

    def __call__(self, epoch: int, loss: float, validation_loss: float | None) -> None:
        self.losses.append(loss)
        self._show(epoch, loss, validation_loss)
        if self.session.stopped:
            raise KeyboardInterrupt

    def _show(self, epoch: int, loss: float, validation_loss: float | None) -> None:
        if self.every < 0:
            return
        last = epoch == self.epochs
        due = self.every > 0 and (epoch == 1 or epoch % self.every == 0 or last)
        now = time.perf_counter()
        if not due and not last and now - self.shown < 0.05:
            return  # a live display needs no more than 20 frames a second
        self.shown = now
        seconds = now - self.started
        self.session.receive(
            Progress(
                epoch, self.epochs, loss, validation_loss, self.losses, seconds, due, self.asked
            )
        )


def _report(
    chosen: Chosen, asked: Asked, result: training.TrainingResult, seconds: float, digits: int
) -> TrainingReport:
    losses, module = result.losses, chosen.network.module
    judged = evaluate(module, chosen.data, asked.loss)
    trained = judged  # of a share that is held out, the rest alone
    if isinstance(asked.validation, float) and result.rows is not None:
        trained = evaluate(module, result.rows, asked.loss)
    held = None if result.held_out is None else evaluate(module, result.held_out, asked.loss)
    return TrainingReport(
        network=chosen.name,
        data=chosen.data_name,
        epochs=result.epochs_done,
        first_loss=losses[0] if losses else judged.loss,
        last_loss=losses[-1] if losses else judged.loss,
        loss_name=asked.loss.name if isinstance(asked.loss, OwnLoss) else asked.loss,
        test_loss=judged.loss,
        correct=trained.correct,
        rows=trained.count,
        score=trained.r_squared if trained.correct is None else None,
        stopped=result.stopped,
        seconds=seconds,
        validation_correct=held.correct if held else None,
        validation_rows=held.count if held else None,
        validation_score=held.r_squared if held and held.correct is None else None,
        missed=asked.until if result.stopped == "finished" else None,
        digits=digits,
    )
