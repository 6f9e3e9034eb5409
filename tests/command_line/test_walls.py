"""The second wall: what Python itself may do in the process that runs a program under `--safe`.

The first wall is taken away here on purpose: in the place of the program, hostile Python runs.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from command import ROOT, clean_environment, python

from minitorch_shell.command_line import apart

pytestmark = pytest.mark.skipif(not apart.POSSIBLE, reason="there is no second wall here")

HOSTILE = """
import os, sys
sys.path.insert(0, sys.argv.pop())
code = sys.argv.pop()
from minitorch_shell.command_line import cli
forked = cli.__dict__["_dispatch"]
def hostile(chosen):
    try:
        exec(compile(code, "hostile", "exec"), {"outside": os.environ["OUTSIDE"]})
    except OSError as error:
        print("refused", error.errno, flush=True)
    return 7
cli._dispatch = hostile
sys.exit(cli.run(sys.argv[1:], apart=True))
"""


def hostile(code: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    safe, outside = folder / "safe", folder / "outside"
    safe.mkdir(exist_ok=True)
    outside.mkdir(exist_ok=True)
    (safe / "a.mt").write_text("1\n")
    (safe / "beside").write_text("beside")
    (outside / "secret").write_text("secret")
    return subprocess.run(
        [sys.executable, "-c", HOSTILE, "--safe", *options, str(safe / "a.mt"), code, str(ROOT)],
        capture_output=True, text=True, check=False, timeout=60, cwd=safe,
        env=clean_environment() | {"OUTSIDE": str(outside)},
    )  # fmt: skip


def landlock() -> bool:
    from ctypes import CDLL, c_size_t, c_uint32

    return bool(CDLL(None).syscall(444, None, c_size_t(0), c_uint32(1)) > 0)


FILES = {
    "read": 'print(open(outside + "/secret").read())',
    "list": "print(os.listdir(outside))",
    "read the homes": 'print(os.listdir(os.path.expanduser("~root")))',
    "read passwords": 'print(open("/etc/passwd").read())',
    "write outside": 'open(outside + "/new", "w").write("x")',
    "write over": 'open(outside + "/secret", "w").write("x")',
    "write beside": 'open("new", "w").write("x")',
    "write over beside": 'open("beside", "w").write("x")',
    "append beside": 'open("beside", "a").write("x")',
    "truncate": 'os.truncate("beside", 0)',
    "make a folder": 'os.mkdir("new")',
    "remove": 'os.remove("beside")',
    "rename": 'os.rename("beside", "new")',
    "link": 'os.symlink(outside + "/secret", "new")',
    "hard link": 'os.link(outside + "/secret", "new")',
    "temporary": "import tempfile; tempfile.mkstemp()",
    "through a link": 'print(open("link").read())',
    "through proc": 'print(open("/proc/self/root" + outside + "/secret").read())',
    "memory of another": f'open("/proc/{os.getppid()}/mem", "rb").read(1)',
}
PROCESSES = {
    "fork": "os.fork()",
    "exec": 'os.execv("/bin/sh", ["sh", "-c", "echo ran"])',
    "spawn": 'import subprocess; print(subprocess.run(["/bin/sh", "-c", "echo ran"]))',
    "spawn by posix": 'os.posix_spawn("/bin/sh", ["sh", "-c", "echo ran"], {})',
    "socket": "import socket; socket.socket()",
    "datagrams": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "unix sockets": "import socket; socket.socket(socket.AF_UNIX)",
    "a pair": "import socket; socket.socketpair()",
}


@pytest.mark.slow
@pytest.mark.parametrize("code", FILES.values(), ids=FILES)
def test_files_are_closed(tmp_path: Path, code: str) -> None:
    if not landlock():
        pytest.skip("this kernel has no Landlock")
    (tmp_path / "safe").mkdir()
    (tmp_path / "safe" / "link").symlink_to(tmp_path / "outside" / "secret")
    done = hostile("import os; " + code, tmp_path)
    assert done.stdout.startswith("refused "), done
    assert done.returncode == 7
    assert (tmp_path / "outside" / "secret").read_text() == "secret"
    assert (tmp_path / "safe" / "beside").read_text() == "beside"
    names = {path.name for folder in ("safe", "outside") for path in (tmp_path / folder).iterdir()}
    assert names == {"a.mt", "beside", "link", "secret"}


@pytest.mark.parametrize("code", PROCESSES.values(), ids=PROCESSES)
@pytest.mark.slow
def test_processes_and_sockets_are_closed(tmp_path: Path, code: str) -> None:
    done = hostile("import os; " + code, tmp_path)
    assert done.stdout.startswith("refused "), done
    assert done.returncode == 7
    assert "ran" not in done.stdout


def test_no_thread_is_started(tmp_path: Path) -> None:
    done = hostile("import threading; threading.Thread(target=print).start()", tmp_path)
    assert "can't start new thread" in done.stdout + done.stderr


def test_a_connection_that_was_waited_for_does_not_come(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = hostile(f"import socket; socket.create_connection(('127.0.0.1', {port}))", tmp_path)
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert done.stdout.startswith("refused ")


def test_what_lies_beside_and_pythons_own_can_be_read(tmp_path: Path) -> None:
    code = (
        "import os, json, decimal, pygments.lexers.python; "
        'print(open("beside").read(), os.listdir()); open(os.devnull, "w").write("x")'
    )
    done = hostile(code, tmp_path)
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout.startswith("beside [")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "status", "told"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "MT708", "SIGSEGV"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "MT708", "SIGKILL"),
        ("import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n"
         "while True: pass", "MT706", "stopped after 0.2 seconds"),
        ("import time; time.sleep(600)", "MT706", "stopped after 0.2 seconds"),
    ],
)  # fmt: skip
def test_a_child_that_cannot_say_what_happened(
    tmp_path: Path, code: str, status: str, told: str
) -> None:
    done = hostile(code, tmp_path, "--max-seconds", "0.2", "--format=json")
    assert done.returncode == 1
    record = json.loads(done.stdout)["data"]
    assert bool(record["help"]) is (status == "MT706")
    assert (record["code"], told in record["message"]) == (status, True)


def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    read, write = os.pipe()
    safe = tmp_path / "a.mt"
    safe.write_text('print "on"\nwhile true { x = 1 }\n')
    parent = subprocess.Popen(
        [sys.executable, "-m", "minitorch_shell", "--safe", str(safe)], stdout=write,
        cwd=ROOT, env=clean_environment(),
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read, "rb", buffering=0) as output:
        assert output.readline() == b"on\n"
        parent.send_signal(signal.SIGKILL)
        parent.wait(60)
        timer = threading.Timer(5, lambda: pytest.fail("the child lives on"))
        timer.start()
        assert output.read() == b""  # the end comes when no one holds the other side
        timer.cancel()


def test_ctrl_c_reaches_the_child(tmp_path: Path) -> None:
    script = tmp_path / "a.mt"
    script.write_text('print "on"\nwhile true { x = 1 }\n')
    with subprocess.Popen(
        [sys.executable, "-m", "minitorch_shell", "--safe", "--max-seconds=50", script],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=clean_environment(),
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stdout.readline() == b"on\n"
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (130, b"", b"")


FLOOD = "import os\nwhile True: os.write({}, b'x' * 1000)"


@pytest.mark.parametrize("stream", [1, 2])
def test_what_it_writes_passes_through_the_parent_and_is_bounded(
    tmp_path: Path, stream: int
) -> None:
    done = hostile(FLOOD.format(stream), tmp_path, "--max-output=5000")
    assert done.returncode == 1
    assert "error[MT709]: stopped: it prints more than 5,000 bytes" in done.stderr
    assert 5_000 <= (done.stdout + done.stderr).count("x") <= 5_000 + apart.SPARE_OUTPUT


@pytest.mark.slow
def test_both_streams_into_one_file_keep_their_order(tmp_path: Path) -> None:
    both, code = tmp_path / "both", "\n".join(f"print log(-{n})" for n in range(2, 40))
    for safe in ((), ("--safe",)):
        with both.open("a") as output:
            subprocess.run(
                [sys.executable, "-m", "minitorch_shell", *safe, "-c", code], stdout=output,
                stderr=subprocess.STDOUT, check=True, timeout=60, cwd=ROOT,
                env=clean_environment(),
            )  # fmt: skip
    text = both.read_text()
    assert text[: len(text) // 2] == text[len(text) // 2 :]
    assert text.count("MT317") == 2 * 38


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.slow
def test_streams_that_were_closed(closed: str) -> None:
    command = f"{sys.executable} -m minitorch_shell --safe -c 'print log(-1)' {closed}"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=False, timeout=60, cwd=ROOT,
        env=clean_environment(),
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout == ("" if ">&-" in closed.replace("2>&-", "") else "nan\n")
    assert ("MT317" in done.stderr) is ("2>&-" not in closed)


def test_a_reader_that_went_away_ends_it_in_silence() -> None:
    code = "for k in range(1000000) { print k }"
    running = subprocess.Popen(
        [sys.executable, "-m", "minitorch_shell", "--safe", "--max-output=999999999", "-c", code],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=clean_environment(),
    )  # fmt: skip
    assert running.stdout is not None
    assert running.stdout.readline() == b"0\n"
    running.stdout.close()
    assert running.stderr is not None
    assert (running.stderr.read(), running.wait(60)) == (b"", 1)
    running.stderr.close()


def test_without_a_process_of_its_own_nothing_runs() -> None:
    full = (
        "import errno, os, sys\n"
        "def fork():\n"
        "    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))\n"
        "os.fork = fork\n"
        "from minitorch_shell.__main__ import main\n"
        "sys.exit(main())\n"
    )
    done = python(full, "--safe", "-c", "print 1")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error[MT708]: the system starts no process for it: ")
