"""The value of an expression that has not been run, where looking changes nothing."""

from __future__ import annotations

from grammar import syntax
from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.results.printed import value_text
from minitorch_shell.results.records import Result
from minitorch_shell.session.aside import Purity, evaluated
from minitorch_shell.session.session import Session
from minitorch_shell.values.description import plain

WIDEST = 32  # characters of a value


def value_of(session: Session, text: str) -> str:
    """The value of a text as it would be printed; empty where it is no pure expression.

    It may take long: whoever asks sees to that. Raises whatever the evaluation raises.
    """
    source = Source("<preview>", text)
    try:
        statements = parse(source).statements
    except SyntaxProblem:
        return ""
    if len(statements) != 1 or not isinstance(statements[0], syntax.ExpressionStatement):
        return ""
    expression = statements[0].value
    plain_forms = (syntax.Number, syntax.Boolean, syntax.String)
    if isinstance(expression, plain_forms) or not Purity(session, deadline=True).holds(expression):
        return ""
    notes: list[Result] = []
    value = plain(evaluated(session, source, expression, notes.append))
    if notes or not isinstance(value, bool | int | float | list):
        return ""
    shown = value_text(value, session.settings.digits)
    return shown if shown != text.strip() and len(shown) <= WIDEST else ""


def warm_up(session: Session) -> None:
    """Load what the first look ahead needs, which takes longer than the budget."""
    parse(Source("<preview>", "0"))
    for builtin in BUILTINS.values():
        if builtin.group == "function":
            session.load(builtin.name)
