"""The lines of reports, where numbers leave their usual range."""

import pytest

from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import TestReport as Report
from minitorch_shell.results.records import TrainingReport

SCORES = [
    (0.98765, "R² 0.988"),
    (-12.3456, "R² -12.346"),
    (-4.9e299, "R² -4.9e+299"),
    (-1234567.0, "R² -1.2e+06"),
    (float("-inf"), "R² -inf"),
]


@pytest.mark.parametrize(("score", "text"), SCORES)
def test_a_score_has_few_digits(score: float, text: str) -> None:
    tested = Report("net", "line", 50, 1.0, "mse", None, score=score)
    trained = TrainingReport(
        "net", "line", 9, 1.0, 2.0, "mse", 2.0, None, 50, score, "finished", 0.0
    )
    for report in (tested, trained):
        [line] = result_lines(report, Style())
        assert line.endswith(f", {text}")
