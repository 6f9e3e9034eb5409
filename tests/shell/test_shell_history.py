"""The history: private, shared by many shells, bounded, never half written."""

import json
import multiprocessing
import os
import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from minitorch_shell.files import database as kept
from minitorch_shell.files.database import FILE, Database
from minitorch_shell.shell import history as module
from minitorch_shell.shell.history import KeptHistory


def add(folder: Path, *texts: str) -> None:
    """Type some lines into a shell of their own."""
    database = Database(folder)
    history = KeptHistory(database)
    for text in texts:
        history.append_string(text)
    database.close()


def newest_first(folder: Path) -> list[str]:
    database = Database(folder)
    found = list(KeptHistory(database).load_history_strings())
    database.close()
    return found


def test_entries_come_back_the_newest_first(tmp_path: Path) -> None:
    add(tmp_path / "state", "x = 1", 'print "ä\n"', "repeat 2 {\n    x\n}")
    assert newest_first(tmp_path / "state") == ["repeat 2 {\n    x\n}", 'print "ä\n"', "x = 1"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_the_files_are_private(tmp_path: Path) -> None:
    database = Database(tmp_path / "state")
    KeptHistory(database).append_string("x = 1")
    files = list((tmp_path / "state").iterdir())
    assert {file.name for file in files} == {FILE, FILE + "-wal", FILE + "-shm"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_no_repetition_in_a_row_also_across_shells(tmp_path: Path) -> None:
    shells = [KeptHistory(Database(tmp_path)) for _ in range(2)]
    for history in (shells[0], shells[0], shells[1]):
        history.append_string("x = 1")
    shells[0].append_string("   ")
    shells[1].append_string("y = 2")
    shells[0].append_string("x = 1")  # in a row here, but not in all: nothing is lost or doubled
    assert newest_first(tmp_path) == ["y = 2", "x = 1"]


def test_half_of_a_surrogate_pair_is_no_trouble(tmp_path: Path) -> None:
    add(tmp_path, 'print "\ud83d"', "x = 1")
    assert newest_first(tmp_path) == ["x = 1", 'print "?"']


def test_the_earlier_file_is_moved_over(tmp_path: Path) -> None:
    earlier = tmp_path / "history"
    earlier.write_text('"x = 1"\n' + "[" * 30_000 + '\n17\n"\\ud83d"\n"y = 2"\n"z = ')
    assert newest_first(tmp_path) == ["y = 2", "?", "x = 1"]
    assert not earlier.exists()
    add(tmp_path, "z = 3")
    assert newest_first(tmp_path) == ["z = 3", "y = 2", "?", "x = 1"]


def test_of_a_huge_earlier_file_the_end_is_moved_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOVED_OVER", 1_000)
    monkeypatch.setattr(kept, "MOST_LINES", 5)
    (tmp_path / "history").write_text("".join(f'"x = {n}"\n' for n in range(1_000)))
    assert newest_first(tmp_path) == [f"x = {n}" for n in range(999, 994, -1)]


def test_the_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_LINES", 150)
    monkeypatch.setattr(module, "MOST_TEXT", 100_000)
    history = KeptHistory(Database(tmp_path))
    for number in range(500):
        history.append_string(f"short = {number}")
    assert newest_first(tmp_path) == [f"short = {number}" for number in range(499, 349, -1)]
    for number in range(500):
        history.append_string(f"long = {number} # {'x' * 1_000}")
    entries = newest_first(tmp_path)
    assert entries[0].startswith("long = 499 ")
    assert 90 <= len(entries) <= 100
    history.append_string("y" * 100_001)  # beyond all measure: for this shell alone
    assert newest_first(tmp_path) == entries
    history.database.close()
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 1_000_000


def test_no_more_is_loaded_than_can_be_used(tmp_path: Path) -> None:
    add(tmp_path, *(f"x = {n} # {'x' * 1_000}" for n in range(400)))
    assert 250 <= len(newest_first(tmp_path)) <= 300
    add(tmp_path, "y" * 400_000)
    assert newest_first(tmp_path) == []


def test_what_is_no_text_in_a_damaged_file_is_left_out(tmp_path: Path) -> None:
    add(tmp_path, "x = 1", "y = 2")
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = REPLACE(sql, 'TEXT NOT NULL', 'BLOB')")
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("INSERT INTO history (text) VALUES (NULL), (17), (x'ff')")
    assert newest_first(tmp_path) == ["y = 2", "x = 1"]


@pytest.mark.parametrize("what", ["folder", "pipe", "later version", "state is a file"])
def test_a_place_that_cannot_be_used_is_done_without(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    if what == "folder":
        (folder / FILE).mkdir()
    elif what == "pipe":
        os.mkfifo(folder / FILE)
    elif what == "later version":
        add(folder, "old = 1")
        with sqlite3.connect(folder / FILE) as connection:
            connection.execute("PRAGMA user_version = 99")
    else:
        folder.rmdir()
        folder.touch()
    history = KeptHistory(Database(folder))
    history.append_string("x = 1")
    assert history.get_strings() == ["x = 1"]
    assert newest_first(folder) == []
    if what == "later version":
        with sqlite3.connect(folder / FILE) as connection:
            assert connection.execute("SELECT text FROM history").fetchall() == [("old = 1",)]


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"x" * 5_000])
def test_a_broken_database_is_put_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    add(tmp_path, "x = 1")
    assert newest_first(tmp_path) == ["x = 1"]
    assert (tmp_path / f"{FILE}.broken-1").read_bytes() == content


def test_a_full_disk_costs_the_line_alone(tmp_path: Path) -> None:
    database = Database(tmp_path)
    history = KeptHistory(database)
    history.append_string("x = 1")
    database.rows("PRAGMA max_page_count = 1")  # no page can be added
    history.append_string("y = " + "1" * 100_000)
    assert history.get_strings() == ["x = 1", "y = " + "1" * 100_000]
    assert newest_first(tmp_path) == ["x = 1"]


def _write(folder: Path, name: int) -> None:
    add(folder, *(f"shell {name} line {number} " + "x" * 500 for number in range(100)))
    os._exit(0)


def test_many_shells_lose_nothing(tmp_path: Path) -> None:
    (tmp_path / "history").write_text(json.dumps("first") + "\n")
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    writers = [context.Process(target=_write, args=(tmp_path, name)) for name in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with sqlite3.connect(tmp_path / FILE) as connection:
        rows = connection.execute("SELECT text FROM history ORDER BY id").fetchall()
    found = [text.split(" x")[0] for (text,) in rows]
    assert found[0] == "first"
    assert len(found) == 401
    for name in range(4):
        own = [text for text in found if text.startswith(f"shell {name} ")]
        assert own == [f"shell {name} line {number}" for number in range(100)]
