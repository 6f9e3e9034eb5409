"""The batches of each epoch, and the way of the random streams back to the last whole epoch."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from engine.datasets import Dataset, Row
from engine.targets import encode_rows

AGAIN = 20_000  # rows that may be drawn again on the way back: some hundredths of a second


class Batches:
    """Draws the rows of one epoch after the other.

    To note the state of a stream takes as long as a short epoch. So it is noted once for many
    epochs, whose rows `go_back` draws again, where nothing but the rows is drawn from `stream`.
    With `others` (streams of dropout, say) or `alone=False` it is noted for each epoch.
    """

    def __init__(
        self,
        data: Dataset,
        batch: int | None,
        stream: Random,
        encode: Callable[[Row], Row] | None,
        others: Sequence[Random] = (),
        alone: bool = True,
    ) -> None:
        self._draw = _draws(data, batch, stream, encode)
        self._streams = list({id(one): one for one in (stream, *others)}.values())
        self._each = bool(others) or not alone
        rows = batch if data.generated and batch is not None else len(data)
        self._every = 1 if self._each else max(1, AGAIN // max(rows, 1))
        self._noted: list[tuple[Any, ...]] = []
        self._epoch = 0  # the one before which the states were noted

    def of(self, epoch: int) -> list[list[Row]]:
        """The batches of an epoch; they count from 1, one after the other."""
        if not self._noted or epoch - self._epoch >= self._every:
            self._noted = [stream.getstate() for stream in self._streams]
            self._epoch = epoch
        return self._draw()

    def go_back(self, whole: int) -> None:
        """Put the streams back to where they stood after the last of so many whole epochs."""
        if not self._noted or (self._each and whole >= self._epoch):
            return
        for stream, state in zip(self._streams, self._noted, strict=True):
            stream.setstate(state)
        for _ in range(self._epoch, whole + 1):
            self._draw()


def _draws(
    data: Dataset, batch: int | None, stream: Random, encode: Callable[[Row], Row] | None
) -> Callable[[], list[list[Row]]]:
    """A function that gives the batches of the next epoch."""
    if data.generated:
        count = len(data) if batch is None else batch
        if encode is None:
            return lambda: [data.draw(count, stream)]
        return lambda: [encode_rows(encode, data.draw(count, stream))]
    rows = encode_rows(encode, data.rows())
    if batch is None or batch >= len(rows):
        whole = [rows]
        return lambda: whole

    def shuffled() -> list[list[Row]]:
        stream.shuffle(rows)
        return [rows[start : start + batch] for start in range(0, len(rows), batch)]

    return shuffled
