"""Templates, and words for times and states.

Everything from outside passes two nets on its way into a page: what steers the direction
of text is spelled out, then everything is escaped. `Exact` goes round the first, for
what a form sends back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from capsync.times import ago, stamp, when

_STEERING = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls but tab and line ends
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # direction and line
    "\ud800-\udfff]"  # halves of surrogate pairs
)
_SURROGATE = re.compile("[\ud800-\udfff]")


class Exact(str):
    """A text that goes into a page as it is, but for escaping."""

    __slots__ = ()


def exact(text: str) -> Exact:
    """Keep a text as it is, as far as a page can hold it."""
    return Exact(_SURROGATE.sub("\ufffd", text))


def visible(text: str) -> str:
    """Spell out what would not be seen and changes how the rest is."""
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _safe(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Markup | Exact):
        return visible(value)
    return value


def many(number: int, one: str, more: str | None = None) -> str:
    """Give ``1 note`` or ``2,000 notes``."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def clock(at: float) -> str:
    """Give the time of day as a person here reads it, to the second."""
    return f"{datetime.fromtimestamp(at, UTC).astimezone():%H:%M:%S}"


def parted(message: str) -> tuple[str, str]:
    """Part a message into what is wrong and what to do about it, as our errors say it."""
    cause, _, remedy = message.partition("; ")
    return cause, remedy


def address(note: str) -> str:
    """Give where the page of a note is."""
    return f"/notes/{quote(note, safe='')}"


class Templates:
    """Makes pages."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("capsync.web"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_safe,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        functions = (exact, many, ago, when, clock, stamp, parted, address, visible)
        self._environment.filters.update({each.__name__: each for each in functions})

    def page(self, name: str, values: Mapping[str, Any]) -> str:
        """Make a page of the template called *name*."""
        return self._environment.get_template(f"{name}.html").render(values)
