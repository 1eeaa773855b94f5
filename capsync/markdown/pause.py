"""A pause for Python's collector of cyclic garbage while a large text is read.

Reading makes a great many small objects that all stay and that never refer to
one another in circles. The collector would walk over all of them again and
again, in the middle of the work, and find nothing: a third of the time of
reading a megabyte. Small texts are not worth the trouble.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

LARGE = 100_000
"""Characters from which a text is large."""


@contextmanager
def pause_collecting(text: str) -> Iterator[None]:
    """Let no garbage be collected inside, if *text* is large and it would be otherwise.

    However threads overlap in it, the last one out leaves the collector running.
    """
    if len(text) < LARGE or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
