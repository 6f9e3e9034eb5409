"""The second wall around a program under `--safe`: what the system itself refuses, on Linux.

Landlock closes the file system but for the folder of the script and Python's own files; a filter
closes the system calls that make sockets and processes. Both hold for the process that calls
`close_in`, until it ends, whatever code it runs. Where the kernel lacks one, nothing is said and
the first wall stands alone. See docs/security.md.

The numbers are those of linux/landlock.h, linux/seccomp.h, linux/filter.h and of the tables of
system calls.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable

# ---------------------------------------------------------------- Landlock

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on all architectures
READ_FILE, READ_DIR, WRITE_FILE = 1 << 2, 1 << 3, 1 << 1
# Rights to files that a version of Landlock knows: execute, read, write, make, remove; from 2 on
# also refer, from 3 on truncate, from 5 on ioctl of devices.
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_TCP = 0b11  # bind, connect; from version 4 on
_SCOPES = 0b11  # abstract sockets and signals to the outside; from version 6 on
# What Python opens beside its own files: libraries of the system and their index, locales.
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/locale", "/etc/ld.so.cache",
           "/dev/urandom", "/dev/zero")  # fmt: skip


def _close_files(libc: ctypes.CDLL, readable: Iterable[str]) -> None:
    """Allow to read what is `readable` and Python's own, and to write nowhere but to /dev/null."""
    version = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return
    handled = _RIGHTS[max(known for known in _RIGHTS if known <= version)]
    attributes = struct.pack("=Q", handled)
    attributes += struct.pack("=Q", _TCP) if version >= 4 else b""
    attributes += struct.pack("=Q", _SCOPES) if version >= 6 else b""
    ruleset = libc.syscall(
        CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0)
    )
    if ruleset < 0:
        return
    python = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *sys.path} - {""}
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    own = [os.path.join(home, part) for part in ("minitorch_shell", "engine", "grammar")]
    for path in (*readable, *python, *own, *_SYSTEM):
        _allow(libc, ruleset, path, READ_FILE | READ_DIR)
    _allow(libc, ruleset, os.devnull, READ_FILE | WRITE_FILE)
    libc.syscall(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        at = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # it is not there: nothing to be allowed
    if not os.path.isdir(path):
        rights &= ~READ_DIR
    rule = struct.pack("=Qi", rights, at)
    libc.syscall(ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint32(0))
    os.close(at)


# ---------------------------------------------------------------- system calls

# By the name of the machine: the number of the architecture, and the calls that are refused:
# socket, socketpair, io_uring_setup, clone, fork, vfork, clone3, execve, execveat, ptrace.
_REFUSED = {
    "x86_64": (0xC000003E, (41, 53, 425, 56, 57, 58, 435, 59, 322, 101)),
    "aarch64": (0xC00000B7, (198, 199, 425, 220, 435, 221, 281, 117)),
}
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF: ld [k], jeq, jge, ret
_ALLOWED, _DENIED = 0x7FFF0000, 0x00050000 | 13  # EACCES
_OTHER_ABI = 0x40000000  # calls of the x32 ABI are numbered from here


def _close_calls(libc: ctypes.CDLL) -> None:
    """Refuse sockets, new processes and programs with EACCES."""
    if platform.machine() not in _REFUSED or sys.maxsize < 1 << 32:
        return
    architecture, refused = _REFUSED[platform.machine()]
    tests = [(_AT_LEAST, _OTHER_ABI), *((_EQUAL, call) for call in refused)]
    # A step: code, how many steps to skip where the test holds, and where it does not, value.
    # The last step refuses; each test counts the steps between itself and that one.
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 0, len(tests) + 2, architecture), (_LOAD, 0, 0, 0)]
    steps += [(code, len(tests) - at, 0, value) for at, (code, value) in enumerate(tests)]
    steps += [(_RETURN, 0, 0, _ALLOWED), (_RETURN, 0, 0, _DENIED)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    wanted = struct.pack("@HP", len(steps), ctypes.addressof(program))
    libc.prctl(22, ctypes.c_ulong(2), ctypes.c_char_p(wanted), 0, 0)  # PR_SET_SECCOMP, a filter


# ---------------------------------------------------------------- all together


def close_in(readable: Iterable[str], memory: int, seconds: float) -> None:
    """Close in this process, for good: files, sockets, processes, memory in bytes, CPU seconds.

    `readable` are the folders and files that may be read beside Python's own.
    """
    import resource

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(38, ctypes.c_ulong(1), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))
    _close_files(libc, readable)
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: int(seconds) + 2,  # the clock comes first
    }
    for kind, ours in bounds.items():
        known = [bound for bound in resource.getrlimit(kind) if bound != resource.RLIM_INFINITY]
        least = min(ours, *known) if known else ours
        # Beyond the soft bound of CPU time a signal tells why, beyond the hard one nothing does.
        spare = kind == resource.RLIMIT_CPU and not known
        resource.setrlimit(kind, (least, least + spare))
    _close_calls(libc)
