"""What an error says, word for word."""

from collections.abc import Callable

import pytest


def told(kind: type[Exception], call: Callable[[], object]) -> str:
    """The message of the error that `call` raises, which is exactly of this kind."""
    with pytest.raises(kind) as caught:
        call()
    assert caught.type is kind
    return str(caught.value)
