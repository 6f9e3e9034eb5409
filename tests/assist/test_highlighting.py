"""The lexer that is registered with Pygments."""

import tomllib

from command import ROOT
from pygments.token import Token

from minitorch_shell.assist.highlighting import ProgramLexer
from minitorch_shell.catalogue.builtins import BUILTINS


def test_predefined_names_are_told_from_others() -> None:
    kinds = {text: kind for kind, text in ProgramLexer().get_tokens("moons relu mean mine pi")}
    assert kinds["mine"] is Token.Name
    assert all(kinds[name] is not Token.Name for name in ("moons", "relu", "mean", "pi"))
    assert all(name in ProgramLexer()._predefined for name in BUILTINS)


def test_it_is_the_one_that_is_registered() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    registered = project["entry-points"]["pygments.lexers"]["minitorch"]
    assert registered == f"{ProgramLexer.__module__}:{ProgramLexer.__name__}"
