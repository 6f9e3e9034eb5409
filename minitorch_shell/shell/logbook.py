"""The statements of a shell, kept until it ends by itself: `--recover` runs them again.

What is kept follows the journal: a statement that changed nothing is not, one that was undone is
marked. A statement is written down before it runs; when the next prompt comes, that it is done has
reached the disk. So the one that was under way when a shell was cut off is known, and is not run.
"""

from __future__ import annotations

import os
import re
import sys
from datetime import datetime
from typing import NamedTuple

from minitorch_shell.files.database import MOST_SESSIONS, MOST_TEXT, Database
from minitorch_shell.session.record import Entry
from minitorch_shell.session.session import Session

LOCKS = "sessions.lock"  # byte N is locked by the shell that has session N

NOT_KEPT = 0  # the number of a statement that runs in every session: those count from 1
Work = tuple[str, tuple[object, ...]]


class Kept(NamedTuple):
    """A statement of a session that was cut off."""

    number: int
    source: str  # the name of its file, or of the shell
    text: str
    outcome: str  # done, failed, stopped; "begun" is the one that was under way


class CutOff(NamedTuple):
    """A session whose shell did not end by itself."""

    session: int
    began: str
    folder: str
    told: int  # whether a shell has said so
    statements: list[Kept]  # those in effect, in order, and the one under way


class Logbook:
    """Keeps the statements of one shell, in the order in which they are run."""

    def __init__(self, database: Database, about: Session) -> None:
        self.database = database
        self.about = about
        self.session: int | None = None  # its id in the database
        self.full = False  # the session has become too long to be kept
        self._locks: int | None = None
        self._undone: set[int] = set()  # numbers
        self._last = 0  # the number of the latest statement
        self._text = ""  # its text
        self._before: list[Entry] | None = None  # the end of the journal, while it runs
        self._size = 0
        self._waiting: list[Work] = []

    # ------------------------------------------------------------ while statements run

    def begin(self, source: str, text: str) -> None:
        """A statement that can be undone is about to run."""
        if self.full or not self._ready():
            return
        self._before = self.about.journal.past[-1:]
        self._last += 1
        self._size += len(text)
        if self._size > MOST_TEXT:
            self.forget()
            self.full = True
            return
        self._text = text.encode("utf-8", "replace").decode()
        values = (self.session, self._last, source, self._text, "begun")
        self._write(("INSERT INTO statements VALUES (?, ?, ?, ?, ?, 0)", values))

    def end(self) -> None:
        """A statement has run, to its end or not: what it did stands in the journal."""
        if self.session is None:
            return
        journal = self.about.journal
        before, self._before = self._before, None
        if before is not None:
            latest = journal.past[-1:]
            if latest != before and latest[0].way:
                self._done(latest[0])
            else:
                self._later("DELETE FROM statements", None, self._last)
        if journal.future or self._undone:
            undone = {entry.number or NOT_KEPT for entry in journal.future}
            back = self._undone & {entry.number or NOT_KEPT for entry in journal.past}
            for change, numbers in ((1, undone - self._undone), (0, back)):
                for number in numbers:
                    self._later("UPDATE statements SET undone = ?", change, number)
            self._undone = (self._undone | undone) - back

    def _done(self, entry: Entry) -> None:
        entry.number = self._last
        self._later("UPDATE statements SET outcome = ?", entry.ended, self._last)
        if re.fullmatch(r"seed\s+random", self._text):
            drawn = f"seed {self.about.seed}"
            self._later("UPDATE statements SET text = ?", drawn, self._last)

    def acknowledge(self) -> None:
        """The next prompt comes: what was done must be on the disk."""
        if self._waiting:
            self._write(durable=True)

    def forget(self) -> None:
        """The shell ends by itself."""
        if self.session is not None:
            self._waiting = []
            self.database.write(("DELETE FROM sessions WHERE id = ?", (self.session,)))
            self.session = None

    def _later(self, change: str, value: object, number: int) -> None:
        values = () if value is None else (value,)
        where = " WHERE session = ? AND number = ?"
        self._waiting.append((change + where, (*values, self.session, number)))

    def _write(self, *work: Work, durable: bool = False) -> None:
        """Do what waits, and this; where that fails all of it waits on."""
        self._waiting += work
        if self.database.write(*self._waiting, durable=durable) is not None:
            self._waiting = []

    def _ready(self) -> bool:
        """Whether there is a session in the database; it is made with the first statement."""
        if self.session is None:
            began = datetime.now().isoformat(" ", "minutes")
            made = "INSERT INTO sessions (began, folder) VALUES (?, ?)"
            self.session = self.database.write((made, (began, _here()))) or None
            if self.session is not None:
                self._lock(self.session)
                self._forget_old()
        return self.session is not None

    # ------------------------------------------------------------ sessions that were cut off

    def latest_cut_off(self) -> CutOff | None:
        """The latest session with statements that no shell has any more."""
        query = "SELECT id, began, folder, told FROM sessions ORDER BY id DESC"
        for session, began, folder, told in self.database.rows(query):
            if session != self.session and self._lock(session):
                self._unlock(session)
                statements = self._kept(session)
                if statements:
                    return CutOff(session, began, folder, told, statements)
        return None

    def news(self) -> CutOff | None:
        """The latest session that was cut off, unless that has been said before."""
        waiting = self.database.rows("SELECT id FROM sessions WHERE NOT told LIMIT 1")
        found = self.latest_cut_off() if waiting else None
        if found is None or found.told:
            return None
        self.database.write(("UPDATE sessions SET told = 1 WHERE id = ?", (found.session,)))
        return found

    def take_over(self, lost: CutOff) -> bool:
        """Go on with a session that was cut off; False when another shell was quicker.

        What was undone in it cannot be done again, and goes: its numbers are free.
        """
        if not self._lock(lost.session):
            return False
        self.session = lost.session
        gone = "DELETE FROM statements WHERE session = ? AND undone"
        self._write((gone, (lost.session,)))
        for entry in self.about.journal.past:
            entry.number = NOT_KEPT
        self._last = max(kept.number for kept in lost.statements)
        return True

    def again(self, kept: Kept) -> None:
        """A statement of the session has been run again, and stands last in the journal."""
        for entry in self.about.journal.past[-1:]:
            if entry.number is None:
                entry.number = kept.number
        self._size += len(kept.text)

    def drop(self, kept: Kept) -> None:
        """A statement of the session will not be run again."""
        self._later("DELETE FROM statements", None, kept.number)

    def _kept(self, session: int) -> list[Kept]:
        rows = self.database.rows(
            "SELECT number, source, text, outcome FROM statements"
            " WHERE session = ? AND NOT undone ORDER BY number",
            session,
        )
        return [Kept(*row) for row in rows]

    def _forget_old(self) -> None:
        """Forget sessions that were cut off, beyond the latest few, or too long in all."""
        query = (
            "SELECT id, SUM(LENGTH(text)) FROM sessions LEFT JOIN statements ON id = session"
            " GROUP BY id ORDER BY id DESC"
        )
        total = 0
        for place, (session, size) in enumerate(self.database.rows(query)):
            total += size or 0
            if session == self.session or (place <= MOST_SESSIONS and total <= MOST_TEXT):
                continue
            if self._lock(session):
                self.database.write(("DELETE FROM sessions WHERE id = ?", (session,)))
                self._unlock(session)

    # ------------------------------------------------------------ who has a session

    def _lock(self, session: int) -> bool:
        return self._locked(session, True)

    def _unlock(self, session: int) -> None:
        self._locked(session, False)

    def _locked(self, session: int, wanted: bool) -> bool:
        """Take or give back the lock of a session, which goes by itself when the process ends."""
        try:
            if self._locks is None:
                assert self.database.folder is not None
                flags = os.O_RDWR | os.O_CREAT
                self._locks = os.open(self.database.folder / LOCKS, flags, 0o600)
            if sys.platform == "win32":
                import msvcrt

                os.lseek(self._locks, session, os.SEEK_SET)
                msvcrt.locking(self._locks, msvcrt.LK_NBLCK if wanted else msvcrt.LK_UNLCK, 1)
            else:
                import fcntl

                operation = fcntl.LOCK_EX | fcntl.LOCK_NB if wanted else fcntl.LOCK_UN
                fcntl.lockf(self._locks, operation, 1, session)
        except OSError:
            return False
        return True


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was deleted
        return ""
