"""The quick tests on every Python that is promised and installed: `nox` (or `pipx run nox`).

A Python that is not there is passed over; `.ci/run` has all other checks.
"""

import nox

nox.options.error_on_missing_interpreters = False
nox.options.default_venv_backend = "venv"


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def quick(session: nox.Session) -> None:
    """The quick part of the tests."""
    session.install(".[dev]")
    session.run("python", "-m", "pytest", "-q", "-m", "not slow", *session.posargs)
