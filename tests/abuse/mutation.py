"""Bytes changed at random, and JSON whose parts are replaced by what nobody expects."""

from __future__ import annotations

import json
from random import Random
from typing import Any

ODD_BYTES = (b"\0", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\x1b[2J", b"\r", b"\n", b'"', b",",
             b"{" * 50, b"[" * 3_000, b"nan", b"inf", b"-1", b"1e999", b"9" * 400, b"1_0",
             b"\xed\xa0\x80", b"'", b"\\", b"\t", b"=", b"#", b"  ")  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, [], {}, "", "x", "nan", "inf", "\x1b[31m\u202e", True, False, -1, 0, 1, 2.5, 1e308, -0.0,
    10**400, 10**9, float("nan"), float("inf"), [[[[]]]], {"type": "linear"}, "same", ["x"] * 50,
)  # fmt: skip


def changed_bytes(raw: bytes, random: Random) -> bytes:
    """The bytes with one to five changes."""
    text = bytearray(raw)
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        at = random.randrange(len(text) + 1)
        until = min(len(text), at + random.choice((0, 1, 1, 4, 30)))
        way = random.randrange(6)
        if way == 0:
            text[at:until] = b""
        elif way == 1:
            text[at:until] = random.choice(ODD_BYTES)
        elif way == 2:
            text[at:until] = random.randbytes(random.randint(1, 4))
        elif way == 3:
            del text[at:]
        elif way == 4:
            text[at:at] = text[random.randrange(len(text) + 1) :][:200]
        elif text:
            at = min(at, len(text) - 1)
            text[at] ^= 1 << random.randrange(8)
    return bytes(text)


def changed_json(raw: bytes, random: Random) -> bytes:
    """The JSON with one to three of its parts replaced, dropped or doubled."""
    value = json.loads(raw)
    for _ in range(random.choice((1, 1, 2, 3))):
        value = _changed(value, random)
    return json.dumps(value).encode()


def _changed(value: Any, random: Random) -> Any:
    inside = isinstance(value, dict | list) and len(value) > 0
    if not inside or random.random() < 0.15:
        return random.choice(ODD_VALUES)
    if isinstance(value, dict):
        name = random.choice(list(value))
        way = random.randrange(8)
        if way == 0:
            return {key: part for key, part in value.items() if key != name}
        if way == 1:
            return {**value, random.choice(("x", "type", "\x1b", "")): random.choice(ODD_VALUES)}
        return {**value, name: _changed(value[name], random)}
    at = random.randrange(len(value))
    way = random.randrange(8)
    if way == 0:
        return value[:at] + value[at + 1 :]
    if way == 1:
        return [*value, value[at]]
    return [*value[:at], _changed(value[at], random), *value[at + 1 :]]
