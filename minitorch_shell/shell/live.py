"""Training in place: one block that is drawn again and again, then wiped."""

from __future__ import annotations

import math
import shutil
from itertools import pairwise
from typing import TextIO

from minitorch_shell.rendering.style import Style
from minitorch_shell.results.printed import number_text
from minitorch_shell.results.records import Progress

CURVE = 24  # characters of the loss curve
BAR = 30
_LEVELS = "▁▂▃▄▅▆▇█"
_ASCII_LEVELS = "_.-~=+*#"


class LiveBlock:
    """The block on a terminal; `draw` replaces it, `wipe` takes it away."""

    def __init__(self, stream: TextIO, style: Style) -> None:
        self.stream = stream
        self.style = style
        self.height = 0

    def draw(self, progress: Progress) -> None:
        width = shutil.get_terminal_size().columns - 1
        lines = block_lines(progress, width, self.style)
        self.stream.write(self._back() + "\n".join(lines))
        self.stream.flush()
        self.height = len(lines)

    def wipe(self) -> None:
        if self.height:
            self.stream.write(self._back())
            self.stream.flush()
        self.height = 0

    def _back(self) -> str:
        """To the start of the block, and clear what is below."""
        if not self.height:
            return ""
        up = f"\x1b[{self.height - 1}A" if self.height > 1 else ""
        return f"\r{up}\x1b[J"


def block_lines(progress: Progress, width: int, style: Style) -> list[str]:
    """The bar with the epoch; loss and curve; speed and time left (on a line of its own if narrow).

    The text itself fits in `width` columns.
    """
    epoch = f" epoch {progress.epoch:,}/{progress.epochs:,}"
    room = max(4, min(BAR, width - len(epoch)))
    done = progress.epoch / max(1, progress.epochs)
    filled = min(room, int(done * room))
    full, empty = ("━", "─") if style.unicode else ("#", ".")
    bar = style.paint(full * filled, "good") + style.paint(empty * (room - filled), "dim")
    loss = f"loss {number_text(progress.loss, 4)}"
    if progress.validation_loss is not None:
        loss += f"  validation {number_text(progress.validation_loss, 4)}"
    pace = _pace(progress)
    curve = loss_curve(progress.losses, max(0, min(CURVE, width - len(loss) - 2)), style.unicode)
    second = f"{loss}  {curve}"
    if len(second) + len(pace) + 2 <= width:
        return [bar + epoch, f"{second}  {style.paint(pace, 'dim')}"]
    return [bar + epoch[:width], second[:width], style.paint(pace[:width], "dim")]


def _pace(progress: Progress) -> str:
    seconds = max(progress.seconds, 1e-9)
    speed = progress.epoch / seconds
    left = (progress.epochs - progress.epoch) / speed
    shown = f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}"
    return f"{shown} epochs/s, {duration(left)} left"


def duration(seconds: float) -> str:
    """`4 s`, `2:05`, `1:02:05`"""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def loss_curve(losses: list[float], width: int, unicode: bool = True) -> str:
    """All losses as `width` characters, each the mean of its share; on a log scale if that fits."""
    if not losses or width < 1:
        return ""
    count = min(width, len(losses))
    bounds = [len(losses) * part // count for part in range(count + 1)]
    shares = [losses[start:stop] for start, stop in pairwise(bounds)]
    # A long run is looked at in samples, so that drawing stays cheap.
    sampled = [share[:: max(1, len(share) // 64)] for share in shares]
    means = [sum(share) / len(share) for share in sampled]
    finite = [mean for mean in means if math.isfinite(mean)]
    if not finite:
        return ""
    if min(finite) > 0:
        means = [math.log(mean) if math.isfinite(mean) else mean for mean in means]
        finite = [mean for mean in means if math.isfinite(mean)]
    low, high = min(finite), max(finite)
    levels = _LEVELS if unicode else _ASCII_LEVELS
    top = len(levels) - 1
    span = (high - low) or 1.0
    return "".join(
        levels[round((mean - low) / span * top)] if math.isfinite(mean) else "?" for mean in means
    )
