"""What our messages quote, left out for a log that must not hold what a note says.

From the first quotation mark to the last: a text that is quoted may hold some itself.
"""

from __future__ import annotations

import re

_QUOTED = re.compile("“.*”", re.DOTALL)
_STRAIGHT = re.compile(r'"[^"\n]*"')
"""How the service and YAML quote."""


def masked(text: str) -> str:
    """Leave out what *text* quotes."""
    return _STRAIGHT.sub('"…"', _QUOTED.sub("“…”", text))
