"""`config.toml` and `init.mt`: what a user has set for every session."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from minitorch_shell.files.reading import Unreadable, open_ordinary, read_source

FILE = "config.toml"
FIRST_PROGRAM = "init.mt"


@dataclass(slots=True)
class Config:
    """The settings, and what was wrong with the file."""

    theme: str = "dark"
    keys: str = "emacs"
    digits: int = 6
    preview: bool = True
    warnings: list[str] = field(default_factory=list)


# Setting -> the values it can have, and a line about it.
_CHOICES: dict[str, tuple[tuple[Any, ...], str]] = {
    "theme": (("dark", "light", "mono"), "colours for a dark or a light background, or none"),
    "keys": (("emacs", "vi"), "keys of the input line"),
    "digits": (tuple(range(1, 18)), "significant digits of printed numbers, 1 to 17 (all)"),
    "preview": ((True, False), "show the value of an expression while it is typed"),
}


def config_folder() -> Path:
    """Where `config.toml` and `init.mt` are looked for."""
    import platformdirs

    return Path(platformdirs.user_config_path("minitorch", appauthor=False))


def read_text(path: Path) -> str:
    """The text of a file of the user's; OSError or `Unreadable` where it is none."""
    return read_source(str(path), open_ordinary).text


def read_config(path: Path | None = None) -> Config:
    """The settings in a file; what is unknown or wrong becomes a warning."""
    config = Config()
    path = config_folder() / FILE if path is None else path
    try:
        values = tomllib.loads(read_text(path))
    except FileNotFoundError:
        return config
    except (OSError, Unreadable) as error:
        config.warnings.append(f"{path}: cannot be read ({error})")
        return config
    except tomllib.TOMLDecodeError as error:
        config.warnings.append(f"{path}: {error}")
        return config
    except (RecursionError, ValueError):  # thousands of brackets, of digits
        config.warnings.append(f"{path}: a value is beyond all measure")
        return config
    for name, value in values.items():
        _take(config, path, name, value)
    return config


def _take(config: Config, path: Path, name: str, value: Any) -> None:
    if name not in _CHOICES:
        close = get_close_matches(name, _CHOICES, 1)
        hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(_CHOICES)}"
        config.warnings.append(f"{path}: unknown setting `{name}`; {hint}")
        return
    allowed = _CHOICES[name][0]
    if not any(type(value) is type(known) and value == known for known in allowed):
        if name == "digits":
            wanted = "a whole number from 1 to 17"
        else:
            wanted = " or ".join(_toml(known) for known in allowed)
        config.warnings.append(f"{path}: `{name}` must be {wanted}")
        return
    setattr(config, name, value)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def config_text() -> str:
    """A file with every setting at its default, each with a line that explains it."""
    defaults = Config()
    lines = ["# The settings of minitorch. What stands here are the defaults.", ""]
    for name, (allowed, doc) in _CHOICES.items():
        words = " | ".join(_toml(value) for value in allowed) if name != "digits" else ""
        lines.append(f"# {doc}" + (f": {words}" if words else ""))
        lines += [f"{name} = {_toml(getattr(defaults, name))}", ""]
    lines.append(f"# A program `{FIRST_PROGRAM}` in the same folder runs before the first prompt.")
    return "\n".join(lines) + "\n"


def generate_config() -> tuple[Path, bool]:
    """Write the file with the defaults, unless there is one; its path, and whether it is new.

    Raises OSError where it cannot be written.
    """
    path = config_folder() / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(config_text())
    except FileExistsError:
        return path, False
    except OSError:  # a full disk: half a file would stand in the way of the next try
        path.unlink(missing_ok=True)
        raise
    return path, True
