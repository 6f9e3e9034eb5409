"""Running the tests against mutants: each in a process of its own, forked before any import.

The parent has pytest and what else takes long to import, but nothing of the project. A child
gives the importer the mutant's text in place of the file, collects the tests and runs those that
can notice the change, up to the first failure.
"""

import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, NamedTuple

import coverage
import hypothesis
import pytest

from tests.mutation.mutants import Mutant

MEMORY = 4 << 30  # bytes; a mutant that wants more has gone wild
TIMES = 5  # as long as the tests took without a change a child may compute, and some seconds more

KILLED, TIMED_OUT, SURVIVED = "killed", "timed out", "survived"


class Tests(NamedTuple):
    """The tests as they ran without a change.

    `seconds`  how long each of them took, by its id
    `noticing` file -> line -> the tests that run it, "" for what runs before all tests
    """

    seconds: dict[str, float]
    noticing: dict[str, dict[int, list[str]]]

    def for_mutant(self, mutant: Mutant) -> list[list[str]]:
        """The ids of the tests that can notice a mutant, file by file: those that run its lines.

        Files with many quick ones come first, and within a file the quickest. Where the lines run
        at import all other tests follow them.
        """
        by_line = self.noticing[mutant.file]
        covering = {test for line in mutant.lines for test in by_line.get(line, ())}
        at_import = mutant.at_import or "" in covering
        covering.discard("")
        others = self.seconds.keys() - covering if at_import else set()
        return [*self._by_file(covering), *self._by_file(others)]

    def _by_file(self, tests: Set[str]) -> list[list[str]]:
        files: dict[str, list[str]] = {}
        for test in sorted(tests, key=lambda test: (self.seconds[test], test)):
            files.setdefault(test.partition("::")[0], []).append(test)
        return sorted(files.values(), key=lambda some: -len(some) / (0.1 + self.total(some)))

    def total(self, tests: Iterable[str]) -> float:
        return sum(self.seconds[test] for test in tests)


class _Chosen:
    """A pytest plugin: runs the tests of a list, in its order."""

    def __init__(self, order: Sequence[str] | None) -> None:
        self.order = order

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.order is not None:
            places = {name: place for place, name in enumerate(self.order)}
            items[:] = [item for item in items if item.nodeid in places]
            items.sort(key=lambda item: places[item.nodeid])

    def pytest_runtest_setup(self) -> None:
        # What a test draws must not hang on the tests before it: another order is no kill.
        randomness = sys.modules.get("engine.randomness")
        if randomness is not None:
            randomness.seed()


class _Watching:
    """A pytest plugin: which lines each test runs, and how long it takes."""

    def __init__(self, lines: coverage.Coverage) -> None:
        self.lines = lines
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.lines.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self.lines.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.skipped:
            earlier = self.seconds.get(report.nodeid, 0.0)
            self.seconds[report.nodeid] = earlier + report.duration


class _Replaced(MetaPathFinder, SourceFileLoader):
    """Imports one module from a text that is not the one of its file."""

    def __init__(self, name: str, path: Path, text: str) -> None:
        super().__init__(name, str(path))
        self.text = text

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return spec_from_file_location(fullname, self.path, loader=self)

    def get_source(self, fullname: str) -> str:
        return self.text

    def get_code(self, fullname: str) -> Any:
        return compile(self.text, self.path, "exec", dont_inherit=True)


def _pytest(tests: Sequence[str], marks: str, *plugins: object) -> int:
    """Run tests within this process. Hypothesis draws the same examples every time."""
    hypothesis.settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("mutation")
    # No plugins: they load slowly, and the time limits here are not pytest-timeout's.
    options = ["-x", "-q", "--tb=short", "--disable-plugin-autoload", "-p", "no:cacheprovider"]
    arguments = [*options, "-o", "addopts=", "-m", marks, *tests]
    return pytest.main(arguments, plugins=list(plugins))


def _forked(work: Callable[[], int], seconds: float | None, log: Any) -> int:
    """The id of a child that does some work and exits with what it gives."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    status = 99
    try:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        if seconds is not None:
            # Seconds of the processor, so that a busy machine kills nobody; and the clock, many
            # times as many, for a mutant that waits for ever.
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(20 * int(seconds))
        status = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


@contextmanager
def compiled_aside() -> Iterator[None]:
    """Keep the bytecode that children compile, whatever the environment says, for this run only."""
    before = sys.pycache_prefix, sys.dont_write_bytecode
    with TemporaryDirectory() as folder:
        sys.pycache_prefix, sys.dont_write_bytecode = folder, False
        try:
            yield
        finally:
            sys.pycache_prefix, sys.dont_write_bytecode = before


@contextmanager
def _in_folder(root: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(root)
    try:
        yield
    finally:
        os.chdir(before)


def watch(root: Path, files: Sequence[str], tests: Sequence[str], marks: str) -> Tests:
    """Run the tests once without a change. SystemExit with what they print where one fails."""

    def work() -> int:
        lines = coverage.Coverage(data_file=None, include=[str(root / file) for file in files])
        watching = _Watching(lines)
        lines.start()
        status = _pytest(tests, marks, watching, _Chosen(None))
        lines.stop()
        data = lines.get_data()
        noticing = {
            file: {
                line: [test for test in contexts if not test or test in watching.seconds]
                for line, contexts in data.contexts_by_lineno(str(root / file)).items()
            }
            for file in files
        }
        answer.write(json.dumps([watching.seconds, noticing]).encode())
        answer.flush()
        return status

    with TemporaryFile() as answer, TemporaryFile() as log, _in_folder(root):
        _, status = os.waitpid(_forked(work, None, log), 0)
        log.seek(0)
        if status:
            raise SystemExit(f"without any change:\n{log.read().decode()[-3000:]}")
        answer.seek(0)
        seconds, noticing = json.loads(answer.read())
    return Tests(
        seconds,
        {file: {int(line): ids for line, ids in by.items()} for file, by in noticing.items()},
    )


def _tried(root: Path, mutant: Mutant, tests: Sequence[Sequence[str]], marks: str) -> int:
    """In the child: run the tests that can notice a mutant, until one fails."""
    module = mutant.file.removesuffix(".py").replace("/", ".")
    assert module not in sys.modules
    compile(mutant.source, mutant.file, "exec")  # one that is no Python would die undeservedly
    sys.meta_path.insert(0, _Replaced(module, root / mutant.file, mutant.source))
    for some in tests:  # file by file, since collecting a file takes longer than most tests
        status = _pytest([some[0].partition("::")[0]], marks, _Chosen(some))
        if status:
            return status
    return 0


def _outcome(status: int) -> str:
    """How a child ended, from what `wait` says of it."""
    if os.WIFSIGNALED(status):
        late = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL)
        return TIMED_OUT if late else KILLED
    code = os.WEXITSTATUS(status)
    if code == pytest.ExitCode.OK:
        return SURVIVED
    if code in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        return KILLED
    raise RuntimeError(f"the child ended with status {code}")


def try_all(
    root: Path, mutants: Sequence[Mutant], tests: Tests, marks: str, jobs: int, more: int
) -> Iterator[tuple[Mutant, str]]:
    """Each mutant with what became of it, in the order in which they end.

    `jobs` children run at a time, each for the time of its tests and `more` seconds.
    """
    waiting = list(reversed(mutants))
    running: dict[int, tuple[Mutant, Any]] = {}
    with _in_folder(root):
        while waiting or running:
            while waiting and len(running) < jobs:
                mutant = waiting.pop()
                chosen = tests.for_mutant(mutant)
                if not chosen:
                    yield mutant, SURVIVED
                    continue
                seconds = more + TIMES * tests.total(chain.from_iterable(chosen))
                log = TemporaryFile()  # noqa: SIM115
                work = _work(root, mutant, chosen, marks)
                running[_forked(work, seconds, log)] = mutant, log
            if running:
                child, status = os.wait()
                mutant, log = running.pop(child)
                try:
                    outcome = _outcome(status)
                except RuntimeError as error:
                    log.seek(0)
                    shown = log.read().decode(errors="replace")[-3000:]
                    raise SystemExit(f"{mutant.file}:{mutant.line}: {error}\n{shown}") from None
                finally:
                    log.close()
                yield mutant, outcome


def _work(
    root: Path, mutant: Mutant, tests: Sequence[Sequence[str]], marks: str
) -> Callable[[], int]:
    return lambda: _tried(root, mutant, tests, marks)
