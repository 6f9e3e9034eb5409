"""`save`, `load`, `export` and `import`, and what `--safe` forbids."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command import ROOT, minitorch

from grammar.source import Source
from minitorch_shell.command_line.cli import run
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem, Value


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Ran:
    """What a program gave: its values one after the other, its errors."""

    def __init__(
        self, text: str, name: str = "<command>", interpreter: Interpreter | None = None
    ) -> None:
        self.collector = Collector()
        self.interpreter = interpreter or Interpreter(self.collector)
        self.session = self.interpreter.session
        self.session.receive = self.collector
        self.done = self.interpreter.run(Source(name, text))

    @property
    def values(self) -> list[Any]:
        return [item for r in self.collector.results if isinstance(r, Value) for item in r.items]

    @property
    def error(self) -> Problem:
        [problem] = [
            r for r in self.collector.results if isinstance(r, Problem) and r.severity == "error"
        ]
        return problem


EVERY_LAYER = (
    "linear(3,4) relu linear(4,4,bias=false) leaky_relu(slope=0.2) linear(4,5) sigmoid "
    "linear(5,4) tanh linear(4,3) softmax"
)


# ---------------------------------------------------------------- save and load


def test_a_network_comes_back_to_the_last_bit() -> None:
    ran = Ran(
        f'net = {EVERY_LAYER}\nsave net to "net.json"\nback = load("net.json")\n'
        "back(0.1, -2, 3) == net(0.1, -2, 3)\nback"
    )
    assert ran.values[0] is True
    assert ran.values[1].text.startswith("linear(3,4) relu linear(4,4,bias=false)")
    content = json.loads(Path("net.json").read_text())
    assert content["format"] == "minitorch checkpoint"


def test_the_dropout_of_a_loaded_network_follows_the_seed() -> None:
    training = "seed 5; train net on line epochs=3 lr=0.01 every=9; losses\n"
    ran = Ran(
        'net = linear(1,8) dropout(0.5) linear(8,1); save net to "net.json"\n'
        + f'net = load("net.json"); {training}net = load("net.json"); {training}'
    )
    assert ran.values[0] == ran.values[1]


def test_training_goes_on_after_loading_as_if_nothing_had_been() -> None:
    train = "train net on xor epochs=5 optimizer=adam batch=all"
    start = "net = linear(2,4) relu linear(4,1) with seed=3\n"
    at_once = Ran(f"{start}{train}\n{train}\nlosses").values[-1]
    Ran(f'{start}{train}\nsave net to "net.json"')
    later = Ran(f'net = load("net.json")\n{train}\nlosses').values[-1]
    assert later == at_once
    fresh = Ran(f'net = copy(load("net.json"))\n{train}\nlosses').values[-1]
    assert fresh != at_once, "a copy starts with a fresh optimizer"


def test_saving_again_replaces_the_file_and_leaves_nothing_beside_it() -> None:
    Ran('net = linear(2,1)\nsave net to "net.json"')
    first = Path("net.json").read_text()
    Ran('net = linear(2,1) with seed=9\nsave net to "net.json"')
    assert Path("net.json").read_text() != first
    assert os.listdir() == ["net.json"]


@pytest.mark.parametrize(
    ("statement", "code", "message"),
    [
        ('save 3 to "x.json"', "MT302", "`save` takes a network"),
        ("save net to 3", "MT302", "the name of a file is a string"),
        ('save net to ""', "MT602", "names no file"),
        ('save net to "no/such/x.json"', "MT603", "there is no folder no/such"),
        ('save net to "folder"', "MT603", "it is a folder"),
        ('save net to "pipe"', "MT603", "it is no ordinary file"),
        ('load("nix.json")', "MT601", "there is no file nix.json"),
        ('load("folder")', "MT602", "it is a folder"),
        ('load("text.txt")', "MT604", "this is no JSON file"),
        ('load("other.json")', "MT604", "lacks 'format'"),
        ('export net to "no/such/x.py"', "MT603", "there is no folder"),
        ('import "nix.mt"', "MT601", "there is no file nix.mt"),
        ('import "folder"', "MT602", "it is a folder"),
        ('import "binary.mt"', "MT602", "is not UTF-8 text"),
        ('import "-"', "MT601", "there is no file -"),
        ("import 5", "MT302", "the name of a file is a string"),
    ],
)
def test_files_that_cannot_be_used(statement: str, code: str, message: str) -> None:
    Path("folder").mkdir()
    os.mkfifo("pipe")
    Path("text.txt").write_text("hello")
    Path("other.json").write_text("{}")
    Path("binary.mt").write_bytes(b"\xff\xfe\x00")
    ran = Ran(f"net = linear(2,1)\n{statement}")
    assert not ran.done
    assert ran.error.code == code
    assert message in ran.error.message
    assert ran.error.place is not None
    assert ran.error.place.line == 2


def test_a_file_of_nearly_the_name_is_proposed() -> None:
    Path("majority.json").write_text("{}")
    assert Ran('load("majorty.json")').error.help == ("did you mean `majority.json`?",)


def test_a_damaged_checkpoint_says_where() -> None:
    Ran('net = linear(2,1)\nsave net to "net.json"')
    content = json.loads(Path("net.json").read_text())
    content["model"]["layers"][0]["weights"][0][1] = "much"
    Path("net.json").write_text(json.dumps(content))
    ran = Ran('load("net.json")')
    assert "model.layers[0].weights[0][1] should be a number" in ran.error.message


# ---------------------------------------------------------------- export


def exported(text: str, row: list[float], form: str = "") -> tuple[list[float], list[float]]:
    """What the network says to a row in the language, and what its exported program prints."""
    call = f"net({', '.join(map(repr, row))})"
    ran = Ran(f'net = {text}\nexport net to "net.py" {form}\n{call}')
    assert ran.done
    # In a folder that knows no engine, and without this environment's packages for plain Python.
    own = ["-I", "-S"] if not form else []
    done = subprocess.run(
        [sys.executable, *own, "net.py", *map(repr, row)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    said = ran.values[0] if isinstance(ran.values[0], list) else [ran.values[0]]
    return said, list(map(float, done.stdout.split()))


@pytest.mark.parametrize(
    "network",
    [
        "linear(3,4) relu linear(4,2) relu linear(2,1)",
        "linear(3,5) sigmoid linear(5,3) softmax",
        "neuron(3) tanh",
        "linear(3,2,bias=false) leaky_relu(slope=0.3) dropout(0.5) linear(2,2) tanh",
        "relu softmax",
    ],
)
def test_exported_python_gives_the_same_bits(network: str) -> None:
    if "dropout" in network:
        ran = Ran(f'net = {network}\nexport net to "net.py"\nplain = net[0:2] net[3:5]\n'
                  "plain(0.3, -1.7, 2.5)")  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-I", "-S", "net.py", "0.3", "-1.7", "2.5"],
            capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        assert list(map(float, done.stdout.split())) == ran.values[0]
        return
    for row in ([0.3, -1.7, 2.5], [1e3, -1e3, 1e-300]):
        said, printed = exported(network, row)
        assert printed == said


def test_an_exported_program_serves_as_a_module() -> None:
    ran = Ran(f'inner = linear(2,2)\nnet = {"inner relu inner"}\nexport net to "net.py"\nnet(1, 2)')
    spec = importlib.util.spec_from_file_location("exported_net", "net.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.predict([1, 2]) == ran.values[0]
    assert Path("net.py").read_text().count("WEIGHTS_1 = ") == 1, "shared weights stand there once"
    assert "WEIGHTS_2" not in Path("net.py").read_text()
    with pytest.raises(ValueError, match="takes 2 inputs, here are 3"):
        module.predict([1, 2, 3])


def test_weights_that_are_not_finite_are_exported_too() -> None:
    ran = Ran(
        "net = linear(1,2)\nw = weights(net)\nw[0] := [1/0]\nw[1] := [0/0]\n"
        'export net to "net.py"\nnet(1)'
    )
    done = subprocess.run(
        [sys.executable, "net.py", "1"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "inf nan\n"
    assert str(ran.values[0]) == "[inf, nan]"


def test_an_exported_program_says_what_it_wants() -> None:
    Ran('net = linear(2,1)\nexport net to "net.py"')
    done = subprocess.run(
        [sys.executable, "net.py"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (1, "give it 2 numbers, the inputs of one row\n")


@pytest.mark.slow
def test_exported_pytorch_agrees() -> None:
    pytest.importorskip("torch")
    network = "linear(3,4) relu linear(4,4,bias=false) leaky_relu(slope=0.2) linear(4,3) softmax"
    said, printed = exported(network, [0.3, -1.7, 2.5], "as pytorch")
    assert printed == pytest.approx(said, rel=1e-12)


# ---------------------------------------------------------------- import


def test_an_import_shares_the_session_and_starts_from_its_own_folder() -> None:
    Path("parts").mkdir()
    Path("parts/one.mt").write_text('import "two.mt"\na = b + 1\nf(x) = a*x\n')
    Path("parts/two.mt").write_text("b = 1\nprint b\n")
    Path("main.mt").write_text('import "parts/one.mt"\nf(10)\n')
    ran = Ran(Path("main.mt").read_text(), "main.mt")
    assert ran.values == [1.0, 20.0]


def test_an_error_in_an_import_is_placed_there() -> None:
    Path("other.mt").write_text("x = 1\n[x][3]\n")
    ran = Ran('print "before"\nimport "other.mt"\nprint "after"', "main.mt")
    assert ran.values == ["before"]
    assert ran.error.place is not None
    assert (ran.error.code, ran.error.place.file, ran.error.place.line) == ("MT310", "other.mt", 2)
    [(related, label)] = ran.error.related
    assert (related.file, related.line, label) == ("main.mt", 2, "imported here")


def test_all_static_errors_of_an_import_are_told() -> None:
    Path("other.mt").write_text('print "ran"\nprint aa\nprint bb\n')
    ran = Ran('import "other.mt"')
    found = [r for r in ran.collector.results if isinstance(r, Problem)]
    assert [problem.place and problem.place.line for problem in found] == [2, 3]
    assert ran.values == []


def test_imports_in_a_circle_are_an_error() -> None:
    Path("a.mt").write_text('import "b.mt"\n')
    Path("b.mt").write_text('import "a.mt"\n')
    ran = Ran(Path("a.mt").read_text(), "a.mt")
    assert ran.error.code == "MT607"
    assert "a.mt → b.mt → a.mt" in ran.error.message
    itself = Ran('import "c.mt"') if Path("c.mt").write_text('import "c.mt"') else None
    assert itself is not None
    assert "c.mt → c.mt" in itself.error.message


def test_a_file_may_be_imported_twice_one_after_the_other() -> None:
    Path("a.mt").write_text("n = value(n + 1)\n")
    assert Ran('n = 0\nimport "a.mt"\nimport "a.mt"\nn').values == [2.0]


# ---------------------------------------------------------------- --safe


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(arguments)
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize(
    "statement", ['save net to "x.json"', 'export net to "x.py"', 'export net to "x" as pytorch']
)
@pytest.mark.slow
def test_safe_writes_no_files(capsys: pytest.CaptureFixture[str], statement: str) -> None:
    status, _, err = told(capsys, "--safe", "-c", f"net = linear(2,1); {statement}")
    assert (status, "error[MT606]" in err) == (1, True)
    assert os.listdir() == []


HOSTILE_FILES = (
    'x"""; open("escaped", "w"); """.py', "x'; open('escaped', 'w'); '.py", "back\\slash\\N.py",
    "\\", '"', '""""', "two\nlines.py", "# comment.py", "{braces}.py", "%s.py", "class.py", "-c.py",
    "\u202egnp.py", "ünïcode.py", "import os.py", "x\ty.py",
)  # fmt: skip
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})


@pytest.mark.parametrize("form", ["", " as pytorch"])
@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_the_name_of_a_file_runs_nowhere(name: str, form: str) -> None:
    """It may stand in the program that is written only as far as it means nothing there."""
    written = name.translate(ESCAPES)
    ran = Ran(f'net = linear(2,1)\nexport net to "{written}"{form}\nset digits=17\nnet(1, 2)')
    assert ran.done, ran.error
    before = sorted(path.name for path in Path().iterdir())
    assert before == [name]
    program = Path(name).read_text(encoding="utf-8")
    compile(program, "exported", "exec")
    if not form:
        done = subprocess.run(
            [sys.executable, "-I", "-S", f"./{name}", "1", "2"],
            capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        assert float(done.stdout) == ran.values[-1]
        assert sorted(path.name for path in Path().iterdir()) == before


@pytest.mark.slow
def test_safe_reads_in_the_folder_of_the_script_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    (inside / "data").mkdir(parents=True)
    outside.mkdir()
    for folder in (inside / "data", outside):
        (folder / "x.csv").write_text("a,b\n1,2\n3,4\n")
        (folder / "m.mt").write_text("print 7\n")
    (inside / "link.csv").symlink_to(outside / "x.csv")
    (inside / "linked").symlink_to(outside)
    script = inside / "script.mt"
    for statement, allowed in {
        'csv("data/x.csv")': True,
        'csv("data/../data/x.csv")': True,
        'import "data/m.mt"': True,
        f'csv("{inside}/data/x.csv")': True,
        'csv("../outside/x.csv")': False,
        f'csv("{outside}/x.csv")': False,
        'csv("link.csv")': False,
        'csv("linked/x.csv")': False,
        'import "../outside/m.mt"': False,
        'import "linked/m.mt"': False,
        'load("/etc/passwd")': False,
        'csv("../inside-not/x.csv")': False,
    }.items():
        interpreter = Interpreter(Collector())
        interpreter.session.access.safe_folder = str(inside)
        ran = Ran(statement, str(script), interpreter)
        assert ran.done is allowed, statement
        assert allowed or ran.error.code == "MT606"
    script.write_text('csv("../outside/x.csv")')
    status, out, err = told(capsys, "--safe", str(script))
    assert (status, out, "error[MT606]" in err) == (1, "", True)


def test_data_is_found_beside_the_script_from_anywhere(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "lesson"
    folder.mkdir()
    (folder / "x.csv").write_text("a,b\n1,2\n3,4\n")
    (folder / "lesson.mt").write_text('len(csv("x.csv"))')
    assert told(capsys, str(folder / "lesson.mt"))[1] == "2\n"
    Path("x.csv").write_text("a,b\n1,2\n")
    assert told(capsys, str(folder / "lesson.mt"))[1] == "1\n", "the current folder comes first"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe", "this is no text file in UTF-8 (line 1)"),
        (b'{\n "a": 1 2}', "this is no JSON file (line 2, column 9)"),
        (b"[" * 100_000, "this is no JSON file that could be read"),
        (b"9" * 100_000, "this is no JSON file that could be read"),
        (b"", "this is no JSON file (line 1, column 1)"),
    ],
)
@pytest.mark.slow
def test_what_is_no_file_of_ours_is_told_in_words(
    tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "n.json").write_bytes(content)
    done = minitorch("-c", 'load("n.json")', cwd=tmp_path, PYTHONPATH=str(ROOT))
    first = done.stderr.splitlines()[0]
    assert first == f"error[MT604]: n.json is not a network that `save` wrote: {told}"
