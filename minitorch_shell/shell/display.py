"""Where results go in the shell: text, and the live block while a network trains."""

from __future__ import annotations

import os

from minitorch_shell.rendering.fitting import prose, visible
from minitorch_shell.rendering.output import Output, fitted
from minitorch_shell.rendering.text import SHELL_ONLY
from minitorch_shell.results.records import Lines, Progress, Result, TrainingReport
from minitorch_shell.shell.interrupts import Interrupts
from minitorch_shell.shell.live import CURVE, LiveBlock, loss_curve


class Display:
    """A receiver for the terminal of the shell."""

    def __init__(self, color: str, interrupts: Interrupts) -> None:
        self.output = Output(color)
        self.interrupts = interrupts
        self.live = os.environ.get("TERM") != "dumb" and self.output.out.isatty()
        self.block = LiveBlock(self.output.out, self.output.out_style)
        self.losses: list[float] = []  # of the training run that is shown
        self.kept = False  # whether a run that was stopped has said what it kept

    def __call__(self, result: Result) -> None:
        with self.interrupts.held_back():
            if isinstance(result, Progress) and self.live:
                if result.report and result.asked:
                    self.block.wipe()
                    self.output(result)
                self.progress(result)
                self.losses = result.losses
                return
            self.block.wipe()
            if isinstance(result, TrainingReport):
                curve = loss_curve(self.losses, CURVE, self.output.out_style.unicode)
                result, self.losses = result._replace(curve=curve), []
            self.output(result)
            if isinstance(result, Lines) and result.kind in SHELL_ONLY:
                for line in result.lines:
                    self.say(line)
            if isinstance(result, TrainingReport) and result.stopped == "interrupted":
                self.kept = True
                self.say(f"{result.network} keeps the weights of the last whole epoch")

    def progress(self, result: Progress) -> None:
        """Show how far a training run is, where that can be wiped away again."""
        if self.live:
            with self.interrupts.held_back():
                self.block.draw(result)

    def stopped(self) -> None:
        """After Ctrl-C: say so, unless the training run did."""
        with self.interrupts.held_back():
            self.block.wipe()
            if not self.kept:
                self.say("stopped; what was done so far stays")
            self.kept = False

    def say(self, line: str) -> None:
        """A word from the shell itself."""
        out, style = self.output.out, self.output.out_style
        for part in prose(visible(line), fitted(style, out).columns):
            print(style.paint(part, "dim"), file=out, flush=True)
