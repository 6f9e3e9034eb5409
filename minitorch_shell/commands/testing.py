"""`test`: loss, accuracy and predictions of a network on data."""

from __future__ import annotations

from typing import Any

from engine.datasets import Dataset
from engine.evaluation import Evaluation, class_values, evaluate
from minitorch_shell.commands.own_functions import OwnLoss
from minitorch_shell.commands.training_options import Given, choose
from minitorch_shell.diagnosis.training_help import misfit
from minitorch_shell.results.records import TestReport
from minitorch_shell.session.session import Session
from minitorch_shell.values.data import class_name

FULL_TABLE = 32  # each row of sets up to this size is shown


def test_statement(
    session: Session, node_number: int, network: Any, data: Any, given: Given
) -> None:
    """`test [NET on] DATA`"""
    chosen = choose(session, node_number, network, data, given)
    rows, loss = chosen.data, chosen.loss_of_training(session)
    try:
        judged = evaluate(chosen.network.module, rows, loss)
    except ValueError as error:
        raise misfit(error, chosen.statement, chosen.name, chosen.network) from None
    shown = rows.evaluation_rows() if judged.count <= FULL_TABLE else []
    predictions = tuple(
        _prediction(rows, judged, number, inputs, target)
        for number, (inputs, target) in enumerate(shown)
    )
    session.receive(
        TestReport(
            network=chosen.name,
            data=chosen.data_name,
            rows=judged.count,
            loss=judged.loss,
            loss_name=loss.name if isinstance(loss, OwnLoss) else loss,
            correct=judged.correct,
            confusion=tuple(map(tuple, judged.confusion)),
            classes=tuple(_class_names(rows, judged)),
            predictions=predictions,
            score=judged.r_squared if judged.correct is None else None,
            digits=session.settings.digits,
        )
    )


def _prediction(rows: Dataset, judged: Evaluation, number: int, inputs: Any, target: Any) -> Any:
    """Inputs, target, prediction, and whether it is right; classes by their names if they have."""
    output = judged.outputs[number]
    given: Any = output[0] if len(output) == 1 else list(output)
    right = None
    if judged.classes:
        wanted = target
        if isinstance(target, list):
            wanted = float(target.index(max(target)))
        right = judged.classes[number] == wanted
        given = class_name(rows, judged.classes[number]) or given
    return list(inputs), class_name(rows, target) or target, given, right


def _class_names(rows: Dataset, judged: Evaluation) -> list[str]:
    if not judged.confusion:
        return []
    if rows.class_names:
        return list(rows.class_names)
    return [f"{value:g}" for value in class_values(rows, len(judged.outputs[0]))]
