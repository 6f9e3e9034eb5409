"""Files of the user's that are not what they should be do not keep the shell from starting."""

import os
from pathlib import Path

import pytest
from pty_terminal import Terminal

from minitorch_shell.shell.config import Config, read_config

WRONG = {
    "deep": "theme = " + "[" * 30_000 + "]" * 30_000,
    "digits": "digits = " + "9" * 5_000,
    "long": 'theme = "' + "x" * 11_000_000 + '"',
    "no text": "\0\1",
    "latin": b'theme = "\xe4"',
}


@pytest.mark.parametrize("name", WRONG)
def test_a_config_beyond_all_measure_is_a_warning(tmp_path: Path, name: str) -> None:
    content = WRONG[name]
    path = tmp_path / "config.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    config = read_config(path)
    assert len(config.warnings) == 1
    assert len(config.warnings[0]) < 300 + len(str(path))
    assert config == Config(warnings=config.warnings)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
@pytest.mark.slow
def test_pipes_in_the_place_of_files_do_not_block_the_shell(tmp_path: Path) -> None:
    for name in ("config/minitorch/config.toml", "config/minitorch/init.mt",
                 "state/minitorch/history", "state/minitorch/state.db"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(tmp_path / name)
    with Terminal(tmp_path) as shell:
        shell.ready()
        told = shell.text.replace("\n", "")
        assert told.count("it is no ordinary file") == 2
        shell.run("1 + 1")
        assert "\n2.0\n" in shell.text
