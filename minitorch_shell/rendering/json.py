"""Results as JSON, one record a line: {"kind": ..., "data": {...}, "place": {...}}.

docs/json.md describes the records. Numbers that JSON does not have are the strings "nan", "inf"
and "-inf". What a record holds are the fields of the result in results/records.py, so a new kind of
result needs no code here.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from minitorch_shell.rendering.receiver import Receiver, standard_stream
from minitorch_shell.results.records import Description, Place, Problem, Progress, Result

KINDS = {
    "Value": "value",
    "Table": "table",
    "Lines": "text",
    "Picture": "picture",
    "Progress": "progress",
    "TrainingReport": "training",
    "TestReport": "test",
    "FileReport": "file",
}
# How a result is to be shown, what differs from run to run, what other records have.
LEFT_OUT = {
    "digits",
    "curve",
    "markdown",
    "origin",
    "report",
    "asked",
    "seconds",
    "losses",
    "fix",
    "severity",
    "place",
    "readable",
}


def record(result: Result, at: Place | None = None) -> dict[str, Any]:
    """A result as a JSON object; `at` is the place of what yielded it."""
    if isinstance(result, Problem):
        data = _fields(result)
        data["related"] = [
            {"place": _place(where), "label": label} for where, label in result.related
        ]
        fix = result.fix
        data["fix"] = None if fix is None else {"place": _place(fix.place), "text": fix.text}
        return {"kind": result.severity, "data": data, "place": _place(result.place)}
    name = type(result).__name__
    return {"kind": KINDS.get(name, name.lower()), "data": _fields(result), "place": _place(at)}


def line(result: Result, at: Place | None = None) -> str:
    """A record as a line of strict JSON."""
    return json.dumps(record(result, at), allow_nan=False)


def _place(at: Place | None) -> dict[str, Any] | None:
    if at is None:
        return None
    return {"file": at.file, "line": at.line, "column": at.column, "length": at.length}


def _fields(result: Any) -> dict[str, Any]:
    return {
        ("topic" if name == "kind" else name): plain(part)
        for name, part in result._asdict().items()
        if name not in LEFT_OUT
    }


def plain(value: Any) -> Any:
    """A part of a result as JSON has it."""
    if isinstance(value, float):
        return value if isfinite(value) else repr(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Description):
        return {"type": value.kind, "text": value.text}
    if isinstance(value, Place):
        return _place(value)
    if hasattr(value, "_fields"):
        return _fields(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


class JsonOutput(Receiver):
    """A receiver that writes every result to standard output as a record."""

    def __init__(self) -> None:
        self.out = standard_stream("stdout")
        standard_stream("stderr")

    def write(self, result: Result) -> None:
        if isinstance(result, Progress) and not result.report:
            return  # which of the others there are depends on the speed of the machine
        at = None if isinstance(result, Problem) else self.where()
        print(self.spend(line(result, at)), file=self.out)
        self.out.flush()
