"""The files that a program imports, as far as they can be known before it runs.

A check takes what they bind into account, and looks for errors in them too. Where a file cannot be
looked at it may bind anything: nothing is said then that might be wrong.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from grammar import syntax as s
from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.catalogue.builtins import GROUPS
from minitorch_shell.files.access import Access, checked_text, real_path
from minitorch_shell.files.imports import next_file, read_import
from minitorch_shell.problems.trouble import Trouble

SHELL = "<shell>"
DEEPEST = 30  # files that import each other in a row; no one writes more by hand
MOST = 1_000  # imports in one check: files that import two others twice each soon make millions


class Binding(NamedTuple):
    """What gives a name a value: `binder`, a statement of `source`.

    `at` is its place in the program that was asked about: the name itself, or an `import`.
    """

    name: str
    at: s.Node
    binder: s.Node
    source: Source


class File(NamedTuple):
    """An imported file: its program, or why it is none; the files under way when it runs."""

    source: Source
    program: s.Program | None
    problem: SyntaxProblem | None
    chain: list[str]


class ImportCheck:
    """Finds, reads and parses what a program imports, each file once.

    It looks at no file where a run is about to do so: for what is typed in the shell, and for a
    file whose import is under way, since the check of the program that imports it came so far.
    """

    def __init__(self, program: s.Program, source: Source, access: Access | None) -> None:
        given = access or Access()
        # With a chain of its own.
        self.access = Access(given.safe_folder, importing=given.importing)
        self.follow = source.name != SHELL and len(given.importing) < 2
        self._entered = 0
        self._files: dict[str, File] = {}
        if not source.name.startswith("<"):
            self._files[real_path(source.name)] = File(source, program, None, [])
        self._written: set[str] = set()  # files that the program itself writes
        self._writes_anywhere = False

    def file(self, node: s.Import, importing: Source) -> File | None:
        """The file that an `import` names; None where only running tells what it is.

        Trouble where it cannot be imported.
        """
        if not self.follow or not isinstance(node.path, s.String):
            return None
        found, chain = next_file(self.access, node.path.value, importing.name)
        real = chain[-1]
        if self._entered >= MOST or len(chain) > DEEPEST or real in self._written:
            return None
        if real not in self._files:
            exists = os.path.exists(found)
            if exists and not (os.path.isfile(found) or os.path.isdir(found)):
                return None  # looking into a pipe takes away what the run is to read
            if not exists and self._writes_anywhere:
                return None
            self._files[real] = _parsed(read_import(self.access, found))
        return self._files[real]._replace(chain=chain)

    @contextmanager
    def inside(self, file: File) -> Iterator[None]:
        """While the file is looked at, what it imports lies further down the chain."""
        outer = self.access.importing
        self.access.importing = file.chain
        self._entered += 1
        try:
            yield
        finally:
            self.access.importing = outer

    def bindings(self, node: s.Node, source: Source) -> tuple[list[Binding], bool]:
        """All that `node` binds, also through imports, and whether it may bind anything else."""
        found: list[Binding] = []
        anything = False
        seen: set[str] = set()
        waiting: list[tuple[s.Node, Source, s.Import | None]] = [(node, source, None)]
        while waiting:
            tree, home, through = waiting.pop()
            imports: list[s.Import] = []
            for part in s.walk_shared(tree):
                if not isinstance(part, s.Statement):
                    continue
                for name in s.bound_names(part):
                    found.append(Binding(name.name, through or name, part, home))
                if isinstance(part, s.Import):
                    imports.append(part)
                elif isinstance(part, s.Command) and part.word in ("save", "export"):
                    self._will_be_written(part.operands[1])
            for part in imports:
                file = self._file_if_any(part, home)
                if file is None or file.program is None:
                    anything = True
                elif file.chain[-1] not in seen:
                    seen.add(file.chain[-1])
                    waiting.append((file.program, file.source, through or part))
        return found, anything

    def _file_if_any(self, node: s.Import, importing: Source) -> File | None:
        try:
            return self.file(node, importing)
        except Trouble:
            return None  # it is told where the statement is looked at

    def _will_be_written(self, path: s.Expression) -> None:
        """What is in this file now says nothing of what it holds when it is imported."""
        if not isinstance(path, s.String):
            self._writes_anywhere = True
            return
        with suppress(Trouble):  # of a path that names no file
            self._written.add(real_path(checked_text(path.value)))


def _parsed(source: Source) -> File:
    try:
        return File(source, parse(source, GROUPS), None, [])
    except SyntaxProblem as problem:
        return File(source, None, problem, [])
