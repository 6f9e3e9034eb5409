"""The offers at the cursor, as prompt_toolkit wants them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from pathlib import Path

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from minitorch_shell.assist.cursor import Spot, locate
from minitorch_shell.assist.offers import offers_at
from minitorch_shell.catalogue.commands import followed_by
from minitorch_shell.session.session import Session

MOST_WHILE_TYPING = 40  # offers; Tab shows all


class ShellCompleter(Completer):
    """Offers for prompt_toolkit."""

    def __init__(self, session: Session, ready: Callable[[], bool] = lambda: True) -> None:
        self.session = session
        self.ready = ready  # whether the parser is loaded; the menu does not wait for it

    async def get_completions_async(
        self, document: Document, event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """The same, after the key that was pressed has been drawn."""
        await asyncio.sleep(0)
        for completion in self.get_completions(document, event):
            yield completion

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterable[Completion]:
        before = document.text_before_cursor
        spot = locate(before)
        typing = not event.completion_requested
        if typing and not (self.ready() and _speaks_up(spot, before)):
            return
        most = MOST_WHILE_TYPING if typing else None
        start, found = offers_at(self.session, document.text, len(before), most)
        if typing and [offer.text for offer in found] == [before[start:]]:
            return
        for offer in found:
            shown = Path(offer.text).name if spot.string is not None else offer.text
            slash = "/" if offer.text.endswith("/") else ""
            yield Completion(
                offer.text, start - len(before), display=shown + slash, display_meta=offer.doc
            )


def _speaks_up(spot: Spot, before: str) -> bool:
    """Whether the menu opens by itself: in a word, and where the choice is small."""
    if spot.string is not None:
        return False
    if spot.word:
        return True
    if spot.option:
        return before.endswith("=")
    return before.endswith(" ") and (
        spot.previous == "on" or followed_by(spot.previous) in ("data", "topic", "setting")
    )
