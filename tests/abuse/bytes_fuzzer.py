"""Bytes that atheris makes, led by which code they reach: `python -m tests.abuse.bytes_fuzzer`.

It begins with the examples and the programs of the tests, and goes on until it is stopped or finds
something; the options are those of libFuzzer (`-max_total_time=600`). With a file it tries that one
alone. It needs the extra `fuzz`.
"""

import os
import sys
import tempfile
from pathlib import Path
from random import Random

from tests.abuse import ROOT
from tests.abuse.campaign import Outcome

KEPT = Path("abuse-failures").absolute()


def main(arguments: list[str]) -> int:
    """Fuzz; 0 where atheris is not there."""
    try:
        import atheris
    except ImportError:
        print("skipped: atheris is not installed (pip install -e '.[fuzz]')", file=sys.stderr)
        return 0
    # What is imported here tells atheris which of its branches are taken.
    with atheris.instrument_imports(include=["grammar", "minitorch_shell", "engine"]):
        from random_text import CORPUS

        from minitorch_shell.files.reading import Unreadable, source_from
        from tests.abuse.oracle import NAME, Examination
        from tests.abuse.programs import Programs

        Programs().ready()  # it imports what is imported late

    def once(raw: bytes) -> None:
        try:
            source = source_from(raw, NAME)
        except Unreadable:
            return
        outcome = Outcome()
        Examination(source.text, outcome, safe=True).all(Random(len(raw)), lambda: None)
        if outcome.findings:
            raise AssertionError("\n".join(f"{kind}: {what}" for kind, what in outcome.findings))

    given = [os.path.abspath(argument) for argument in arguments if os.path.isfile(argument)]
    arguments = [argument for argument in arguments if not os.path.isfile(argument)]
    KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="minitorch-fuzz-") as folder:
        corpus, work = Path(folder, "corpus"), Path(folder, "work")
        corpus.mkdir()
        work.mkdir()
        texts = [*CORPUS, *(path.read_text() for path in ROOT.glob("examples/*.mt"))]
        for at, text in enumerate(texts):
            (corpus / f"{at}.mt").write_text(text, newline="")
        os.chdir(work)
        os.environ["TMPDIR"] = folder
        # No timeout of libFuzzer's: the bound on a run has the same signal.
        options = ["-timeout=0", "-max_len=600", f"-artifact_prefix={KEPT}/bytes-"]
        atheris.Setup([sys.argv[0], *(given or [str(corpus)]), *options, *arguments], once)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
