"""What is known, before it runs, of a program that imports others."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from grammar.parser import parse
from grammar.source import Source
from minitorch_shell.checks.resolver import problems_of
from minitorch_shell.command_line.cli import run
from minitorch_shell.files import reading
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem

LIBRARY = """f(x, y) = x*y + depth
depth = 2
net = linear(3,2) relu linear(2,1)
counter = 3
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Found:
    """The errors and the exit status of `minitorch` on `main.mt`, the files being written before.

    An error is shown as `code file:line`, a further place of it as `file:line label`.
    """

    def __init__(
        self, capsys: pytest.CaptureFixture[str], files: Mapping[str, str], *options: str
    ) -> None:
        for name, text in files.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")
        self.status = run([*options, "--format=json", "main.mt"])
        records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        errors = [record for record in records if record["kind"] == "error"]
        self.errors = [record["data"] | {"place": record["place"]} for record in errors]
        self.notes = [record for record in records if record["kind"] == "note"]
        self.values = [record for record in records if record["kind"] == "value"]
        self.notes = [record for record in records if record["kind"] == "note"]

    @property
    def codes(self) -> list[str]:
        return [f"{error['code']} {_spot(error['place'])}" for error in self.errors]

    @property
    def related(self) -> list[list[str]]:
        return [
            [f"{_spot(part['place'])} {part['label']}" for part in error["related"]]
            for error in self.errors
        ]


def _spot(place: dict[str, Any]) -> str:
    return f"{place['file']}:{place['line']}"


Capsys = pytest.CaptureFixture[str]


# ---------------------------------------------------------------- what a file binds


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("print counter + depth; f(1, 2); net(1, 2, 3)", []),
        ("print countr", ["MT201 main.mt:2"]),
        ("f(1)", ["MT204 main.mt:2"]),
        ("both = net linear(3,1)", ["MT301 main.mt:2"]),
        ("train xor epochs=1", ["MT504 main.mt:2"]),
        ("f(a) = a\nf(1)", []),  # bound twice: nobody knows which it is
        ("net = linear(2,1)\ntrain xor epochs=1", []),
        ("del counter\nprint counter", ["MT202 main.mt:3"]),
        ("x = counter y", ["MT201 main.mt:2"]),
        ("x = counter depth", ["MT108 main.mt:2"]),
    ],
)
def test_what_a_file_binds_is_known_after_its_import(
    capsys: Capsys, program: str, expected: list[str]
) -> None:
    found = Found(
        capsys, {"lib.mt": LIBRARY, "main.mt": f'import "lib.mt"\n{program}\n'}, "--check"
    )
    assert (found.codes, found.status) == (expected, 1 if expected else 0)


def test_names_of_the_file_are_proposed_and_its_functions_shown(capsys: Capsys) -> None:
    program = 'import "lib.mt"\nprint countr\nf(1)\n'
    found = Found(capsys, {"lib.mt": LIBRARY, "main.mt": program}, "--check")
    assert found.errors[0]["help"] == ["did you mean `counter`?"]
    assert found.errors[0]["fix"]["text"] == "counter"
    assert found.related == [[], ["lib.mt:1 defined here"]]


def test_a_static_error_after_an_import_stops_the_run_before_its_first_statement(
    capsys: Capsys,
) -> None:
    program = 'print "first"\nimport "lib.mt"\nprint countr\n'
    found = Found(capsys, {"lib.mt": 'print "second"\ncounter = 1\n', "main.mt": program})
    assert (found.codes, found.values, found.status) == (["MT201 main.mt:3"], [], 1)


def test_a_name_is_not_there_before_the_import_that_binds_it(capsys: Capsys) -> None:
    program = 'print counter\nimport "lib.mt"\n'
    found = Found(capsys, {"lib.mt": LIBRARY, "main.mt": program}, "--check")
    assert found.codes == ["MT202 main.mt:1"]
    assert found.related == [["main.mt:2 set here"]]


def test_a_file_knows_the_names_of_the_program_that_imports_it(capsys: Capsys) -> None:
    files = {"lib.mt": "print start\ndel start\n"}
    program = 'start = 2\nimport "lib.mt"\nprint start\n'
    found = Found(capsys, {**files, "main.mt": program}, "--check")
    assert found.codes == ["MT202 main.mt:3"]
    assert found.related == [["lib.mt:2 deleted here"]]
    found = Found(capsys, {**files, "main.mt": 'import "lib.mt"\nstart = 2\n'}, "--check")
    assert found.codes == ["MT201 lib.mt:1", "MT201 lib.mt:2"], "what comes later does not help"


def test_functions_of_a_file_know_what_is_bound_when_it_has_run(capsys: Capsys) -> None:
    """As in a run, where a file is checked as a whole before it starts."""
    files = {"lib.mt": "f(x) = x + later\n", "main.mt": 'import "lib.mt"\nlater = 1\nf(1)\n'}
    for options in ((), ("--check",)):
        assert Found(capsys, files, *options).codes == ["MT201 lib.mt:1"]


# ---------------------------------------------------------------- errors in a file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\nprint aa\n", "MT201 lib.mt:2"),
        ("\nx = (1\n", "MT102 lib.mt:2"),
        ("f(x) = x\nf(1, 2)\n", "MT204 lib.mt:2"),
        ("break\n", "MT119 lib.mt:1"),
    ],
)
def test_errors_in_a_file_are_told_before_anything_runs(
    capsys: Capsys, text: str, expected: str
) -> None:
    files = {"lib.mt": text, "main.mt": 'print 1\nrepeat 2 {\n    import "lib.mt"\n}\n'}
    for options in ((), ("--check",)):
        found = Found(capsys, files, *options)
        assert (found.codes, found.values) == ([expected], [])
        assert found.related[0][-1] in ("main.mt:3 imported here", "lib.mt:1 defined here")


def test_errors_come_in_the_order_in_which_the_files_run(capsys: Capsys) -> None:
    files = {
        "one.mt": "\n\n\n\nprint aa\n",
        "two.mt": 'print bb\nimport "three.mt"\nprint cc\n',
        "three.mt": "\n\n\n\n\n\nprint dd\n",
        "main.mt": 'print ee\nimport "one.mt"\nimport "two.mt"\nimport "one.mt"\nprint ff\n',
    }
    found = Found(capsys, files, "--check")
    assert [code.removeprefix("MT201 ") for code in found.codes] == [
        "main.mt:1", "one.mt:5", "two.mt:1", "three.mt:7", "two.mt:3", "main.mt:5",
    ]  # fmt: skip
    assert found.related[3] == ["two.mt:2 imported here"]


def test_files_import_from_their_own_folders(capsys: Capsys) -> None:
    files = {
        "parts/one.mt": 'import "two.mt"\nprint deep\n',
        "parts/two.mt": "deep = 1\nprint depp\n",
        "main.mt": 'import "parts/one.mt"\nprint deep\n',
    }
    found = Found(capsys, files, "--check")
    assert found.codes == [f"MT201 {os.path.join('parts', 'two.mt')}:2"]
    assert found.related == [[f"{os.path.join('parts', 'one.mt')}:1 imported here"]]


def test_a_cycle_is_an_error_of_a_check(capsys: Capsys) -> None:
    files = {"main.mt": 'import "b.mt"\nprint aa\n', "b.mt": 'x = 1\nimport "main.mt"\n'}
    found = Found(capsys, files, "--check")
    assert found.codes == ["MT607 b.mt:2"]
    assert "main.mt → b.mt → main.mt" in found.errors[0]["message"]
    assert found.related == [["main.mt:1 imported here"]]


# ---------------------------------------------------------------- files that cannot be looked at


def test_a_missing_file_is_an_error_of_a_check_alone(capsys: Capsys) -> None:
    files = {"lib.mt": "", "main.mt": 'print 1\nimport "lob.mt"\nprint whatever\nf(1)\n'}
    found = Found(capsys, files, "--check")
    assert (found.codes, found.status) == (["MT601 main.mt:2"], 1)
    assert found.errors[0]["help"] == ["did you mean `lib.mt`?"]
    found = Found(capsys, files)
    assert (found.codes, len(found.values)) == (["MT601 main.mt:2"], 1)


@pytest.mark.parametrize(
    "program",
    [
        'save net to "made.mt"\nimport "made.mt"',
        'export net to "./made.mt"\nimport "made.mt"',
        'name = "made.mt"; save net to name\nimport "made.mt"',
        'name = "made.mt"\nimport name',
        'repeat 2 { if 1 < 2 { import "made.mt" }; save net to "made.mt" }',
    ],
)
@pytest.mark.parametrize("before", [False, True], ids=["missing", "of before"])
def test_a_file_that_the_program_writes_is_left_to_the_run(
    capsys: Capsys, program: str, before: bool
) -> None:
    files = {"main.mt": f"net = linear(2,1)\n{program}\nprint whatever\n"}
    if before and "save net to name" not in program:
        files["made.mt"] = "x = 1\n"
    assert Found(capsys, files, "--check").codes == []


@pytest.mark.parametrize("kind", ["folder", "binary", "large"])
def test_what_is_no_program_is_an_error_of_a_check(
    capsys: Capsys, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST_SOURCE", 100)
    Path("folder").mkdir()
    Path("binary").write_bytes(b"\xff\xfe\x00")
    Path("large").write_text("x = 1\n" * 20)
    found = Found(capsys, {"main.mt": f'import "{kind}"\nprint whatever\n'}, "--check")
    assert found.codes == ["MT602 main.mt:1"]


def test_a_check_takes_nothing_out_of_a_pipe(capsys: Capsys) -> None:
    os.mkfifo("pipe")  # opening it would wait for somebody to write
    found = Found(capsys, {"main.mt": 'import "pipe"\nprint whatever\n'}, "--check")
    assert found.codes == []


@pytest.mark.slow
def test_safe_limits_what_a_check_looks_at(capsys: Capsys, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.mt"
    outside.write_text("print secret\n")
    program = f'import "inside.mt"\nimport "../{outside.name}"\nprint whatever\n'
    files = {"inside.mt": "x = 1\n", "main.mt": program}
    assert Found(capsys, files, "--check", "--safe").codes == ["MT606 main.mt:2"]
    assert Found(capsys, files, "--safe").codes == ["MT606 main.mt:2"]
    found = Found(capsys, files, "--check")
    assert found.codes == [f"MT201 {os.path.join('..', outside.name)}:1", "MT201 main.mt:3"]


# ---------------------------------------------------------------- branches and loops


@pytest.mark.parametrize(
    ("program", "of_a_check"),
    [
        ('c = 1 < 2\nif c { import "lib.mt" }\nprint counter', ["MT203 main.mt:3"]),
        ('if 1 < 2 { import "lib.mt" } else { counter = 1 }\nprint counter', []),
        ('for k in [0, 1] { if k > 0 { print counter }; import "lib.mt" }', ["MT203 main.mt:1"]),
        ('repeat 2 { import "lib.mt" }\nprint counter', []),
        ('counter = 1\nwhile counter < 3 { import "lib.mt" }\nprint counter', []),
        ('net = linear(2,1)\nif 2 < 1 { import "lib.mt" }\ntrain xor epochs=1', []),
        ('net = linear(2,1)\nwhile 2 < 1 { import "lib.mt" }\ntrain xor epochs=1', []),
        ('f(a) = a\nif 2 < 1 { import "lib.mt" }\nf(1)', []),
        ('if 1 < 2 { file = "lib.mt"; import file }\nprint counter', []),
        ('file = "lib.mt"\nfor k in [0, 1] { if k > 0 { print counter }; import file }', []),
        ('time import "lib.mt"\nprint counter', []),
    ],
)
def test_an_import_that_may_not_happen_makes_no_false_error(
    capsys: Capsys, program: str, of_a_check: list[str]
) -> None:
    files = {"lib.mt": LIBRARY, "main.mt": program}
    found = Found(capsys, files)
    assert (found.codes, found.status) == ([], 0), "the program is sound"
    checked = Found(capsys, files, "--check")
    assert (checked.codes, checked.status) == ([], 0)
    noted = [f"{note['data']['code']} {_spot(note['place'])}" for note in checked.notes]
    assert noted == of_a_check


@pytest.mark.parametrize(
    "program",
    [
        'if false { import "nope.mt" }',
        'if true { x = 1 } else if false { import "nope.mt" } else { import "nope.mt" }',
        'while false { import "nope.mt" }',
        'repeat 0 { import "nope.mt" }',
        'for k in [] { import "nope.mt" }',
        'repeat 2 { break; import "nope.mt" }',
        'repeat 2 { if false { import "main.mt" } }',
        'if false { import "inner.mt" }',
        'if false { time import "." }',
    ],
)
def test_an_import_that_may_never_run_is_noted_where_it_cannot_be_followed(
    capsys: Capsys, program: str
) -> None:
    files = {"main.mt": program + "\nprint 7\n", "inner.mt": 'import "nope.mt"\n'}
    run = Found(capsys, files)
    assert (run.codes, run.status, len(run.values)) == ([], 0, 1), "the program is sound"
    check = Found(capsys, files, "--check")
    assert (check.codes, check.status) == ([], 0)
    assert {note["data"]["code"] for note in check.notes} <= {"MT601", "MT602", "MT607"}
    assert check.notes


@pytest.mark.parametrize(
    "program",
    [
        'import "nope.mt"',
        'repeat 2 { import "nope.mt" }',
        'if false { import "inner.mt" }\nimport "inner.mt"',
    ],
)
def test_an_import_that_runs_for_sure_is_an_error_where_it_cannot_be_followed(
    capsys: Capsys, program: str
) -> None:
    files = {"main.mt": program, "inner.mt": 'import "nope.mt"\n'}
    run, check = Found(capsys, files), Found(capsys, files, "--check")
    assert [code.split()[0] for code in check.codes] == ["MT601"]
    assert [code.split()[0] for code in run.codes] == ["MT601"]
    assert (run.status, check.status, check.notes) == (1, 1, [])


# ---------------------------------------------------------------- the same as in one file

ROOT = Path(__file__).resolve().parents[2]


def programs() -> list[Path]:
    """All examples, and the programs that show an error, if they can be cut into statements."""
    found = [*ROOT.glob("examples/**/*.mt"), *ROOT.glob("tests/problems/MT[2-5]*.mt")]
    # `undo` cannot be part of an `import`.
    apart = re.compile(r'import "|\bundo\b|\bredo\b')
    return sorted(path for path in found if not apart.search(path.read_text(encoding="utf-8")))


class Cut:
    """Cuts a program into files that import each other, at random."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)
        self.count = 0

    def text(self, statements: list[str], depth: int = 0) -> str:
        lines = []
        while statements:
            many = self.random.randint(1, 4)
            part, statements = statements[:many], statements[many:]
            if depth < 3 and self.random.random() < 0.6:
                self.count += 1
                name = f"part{self.count}.mt"
                Path(name).write_text(self.text(part, depth + 1), encoding="utf-8")
                part = [f'import "{name}"']
            lines += part
        return "\n".join(lines)


def meant(problem: Problem) -> tuple[str, str]:
    """The kind of a problem, and its message, except where a file knows less than a program does.

    A name that is bound later, in a file further up, is simply not there.
    """
    if problem.message.endswith("is used before it is set"):
        return "MT201", f"there is no {problem.message.split()[0]} here"
    return problem.code, problem.message


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.slow
def test_a_program_in_several_files_is_checked_like_one(seed: int) -> None:
    cuts = 0
    for path in programs():
        source = Source("whole.mt", path.read_text(encoding="utf-8"))
        statements = [source.slice(part.place) for part in parse(source).statements]
        cut = Cut(f"{path.name} {seed}")
        pieces = problems_of(Source("main.mt", cut.text(statements)))
        assert sorted(map(meant, pieces)) == sorted(map(meant, problems_of(source))), path.name
        cuts += cut.count
    assert cuts > 100


# ---------------------------------------------------------------- what a check costs


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list to which every file that is read from now on is added."""
    reads: list[str] = []
    read = reading.source_from

    def counting(raw: bytes, name: str) -> Source:
        reads.append(name)
        return read(raw, name)

    monkeypatch.setattr(reading, "source_from", counting)
    return reads


@pytest.mark.parametrize(
    "program",
    [
        'import "lib.mt"\nimport "other.mt"\nrepeat 3 { repeat 3 { import "lib.mt" } }\n',
        'import "cycle.mt"\n',
    ],
)
def test_each_file_is_read_once(
    capsys: Capsys, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    reads = count_reads(monkeypatch)
    files = {
        "lib.mt": LIBRARY, "other.mt": 'import "lib.mt"\n', "main.mt": program,
        "cycle.mt": 'import "lib.mt"\nimport "main.mt"\n',
    }  # fmt: skip
    Found(capsys, files, "--check")
    assert sorted(reads) == sorted(set(reads))
    assert len(reads) == 3, "main.mt, lib.mt and the one between them"


@pytest.mark.slow
def test_files_that_import_each_other_twice_do_not_take_forever(capsys: Capsys) -> None:
    files = {f"f{k}.mt": f'import "f{k + 1}.mt"\nimport "f{k + 1}.mt"\n' for k in range(40)}
    files |= {"f40.mt": "x = 1\n", "main.mt": 'import "f0.mt"\nprint x\n'}
    assert Found(capsys, files, "--check").codes == []


def test_a_long_chain_of_imports_is_followed_without_trouble(capsys: Capsys) -> None:
    files = {f"f{k}.mt": f'import "f{k + 1}.mt"\n' for k in range(150)}
    files |= {"f150.mt": "x = 1\n", "main.mt": 'import "f0.mt"\nprint x\n'}
    assert Found(capsys, files, "--check").codes == []
    found = Found(capsys, files)
    assert (found.codes, len(found.values)) == ([], 1)


def test_a_file_imported_in_a_loop_is_not_followed_again_and_again(
    capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = count_reads(monkeypatch)
    files = {"deep.mt": "x = 1\n", "lib.mt": 'import "deep.mt"\n'}
    Found(capsys, files | {"main.mt": 'repeat 10 { import "lib.mt" }\n'})
    assert sorted(reads) == sorted(["main.mt", *["lib.mt", "deep.mt"] * 11]), "one for the check"


def test_the_shell_leaves_files_to_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its check marks a place in the text that was typed; a file has places of its own."""
    Path("bad.mt").write_text("print 1\nprint aa\n")
    collector = Collector()
    interpreter = Interpreter(collector)
    source = Source("<shell>", 'import "bad.mt"; print whatever')
    program = interpreter.check(source)
    assert program is not None
    assert collector.results == []
    assert not interpreter.execute(program, source)
    [problem] = collector.results
    assert isinstance(problem, Problem)
    assert problem.place is not None
    assert (problem.code, problem.place.file) == ("MT201", "bad.mt")
