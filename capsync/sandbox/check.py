"""Check what a request says, the way the real service's schemas do.

A check is a function that takes a value, where it was found and a `Findings`,
and gives back the value with unknown fields dropped. What is wrong and what
was dropped is noted in the findings; nothing is raised until the end, so that
one answer names every mistake. The wording follows Zod's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from capsync.sandbox.message import Refusal

Place: TypeAlias = tuple[str | int, ...]
Check: TypeAlias = Callable[[Any, Place, "Findings"], Any]

UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    r"|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff",
    re.IGNORECASE,
)


class Missing:
    """Stands for a field that was not sent."""


MISSING: Final = Missing()


@dataclass(slots=True)
class Findings:
    """What checking has brought to light so far."""

    issues: list[tuple[str, Place]] = field(default_factory=list)
    """Messages and where they belong; any makes the request a 400."""
    dropped: list[Place] = field(default_factory=list)
    """Fields no schema knows; the service ignores them without a word."""

    def issue(self, message: str, place: Place) -> None:
        """Note something wrong."""
        self.issues.append((message, place))

    def expected(self, what: str, value: object, place: Place) -> None:
        """Note a value of the wrong type."""
        self.issue(f"Invalid input: expected {what}, received {kind(value)}", place)

    def verdict(self) -> None:
        """Raise the refusal the issues amount to, if there are any.

        Raises:
            Refusal: 400, naming every issue and its place.
        """
        if self.issues:
            raise Refusal(400, "\n".join(_line(*issue) for issue in self.issues))


def _line(message: str, place: Place) -> str:
    return f"✖ {message}\n  → at {spelled(place)}" if place else f"✖ {message}"


def spelled(place: Place) -> str:
    """Write a place as ``blocks[0].tokens``."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        elif re.fullmatch(r"[A-Za-z_$][\w$]*", step):
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text


def kind(value: object) -> str:
    """Name a JSON value's type as JavaScript would."""
    match value:
        case Missing():
            return "undefined"
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def text(*, low: int = 0, high: int | None = None, trim: bool = False) -> Check:
    """Check for a string of *low* to *high* characters, None for no limit."""

    def check(value: Any, place: Place, found: Findings) -> Any:
        if not isinstance(value, str):
            found.expected("string", value, place)
            return ""
        value = value.strip() if trim else value
        if len(value) < low:
            found.issue(f"Too small: expected string to have >={low} characters", place)
        if high is not None and len(value) > high:
            found.issue(f"Too big: expected string to have <={high} characters", place)
        return value

    return check


def matching(test: Callable[[str], bool], message: str) -> Check:
    """Check for a string that passes *test*."""

    def check(value: Any, place: Place, found: Findings) -> Any:
        if not isinstance(value, str):
            found.expected("string", value, place)
        elif not test(value):
            found.issue(message, place)
        return value

    return check


uuid = matching(lambda value: UUID.fullmatch(value) is not None, "Invalid UUID")


def number(value: Any, place: Place, found: Findings) -> Any:
    """Check for a number; what is too large for one was read as infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        found.expected("number", value, place)
    elif not math.isfinite(value):
        found.issue("Invalid input: expected number, received Infinity", place)
    return value


def whole(low: int, high: int | None = None) -> Check:
    """Check for a whole number from *low* to *high*."""

    def check(value: Any, place: Place, found: Findings) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            found.expected("number", value, place)
        elif not float(value).is_integer():
            found.expected("int", value, place)
        elif value < low:
            found.issue(f"Too small: expected number to be >={low}", place)
        elif high is not None and value > high:
            found.issue(f"Too big: expected number to be <={high}", place)
        return value

    return check


def boolean(value: Any, place: Place, found: Findings) -> Any:
    """Check for true or false."""
    if not isinstance(value, bool):
        found.expected("boolean", value, place)
    return value


def one_of(*options: str) -> Check:
    """Check for one of a few words."""
    allowed = frozenset(options)
    listed = "|".join(f'"{option}"' for option in options)
    message = f"Invalid option: expected one of {listed}"

    def check(value: Any, place: Place, found: Findings) -> Any:
        if not isinstance(value, str) or value not in allowed:
            found.issue(message, place)
        return value

    return check


def nullable(inner: Check) -> Check:
    """Let null through, check everything else."""
    return lambda value, place, found: None if value is None else inner(value, place, found)


def array(inner: Check, *, low: int = 0, high: int | None = None) -> Check:
    """Check for a list of *low* to *high* entries."""

    def check(value: Any, place: Place, found: Findings) -> Any:
        if not isinstance(value, list):
            found.expected("array", value, place)
            return []
        if len(value) < low:
            found.issue(f"Too small: expected array to have >={low} items", place)
        if high is not None and len(value) > high:
            found.issue(f"Too big: expected array to have <={high} items", place)
        return [inner(entry, (*place, index), found) for index, entry in enumerate(value)]

    return check


def mapping(inner: Check) -> Check:
    """Check for an object with any keys and values of one kind."""

    def check(value: Any, place: Place, found: Findings) -> Any:
        if not isinstance(value, dict):
            found.expected("record", value, place)
            return {}
        return {key: inner(entry, (*place, key), found) for key, entry in value.items()}

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Check for an object with these fields; others are dropped and noted."""
    known = {**required, **(optional or {})}

    def check(value: Any, place: Place, found: Findings) -> Any:
        if not isinstance(value, dict):
            found.expected("object", value, place)
            return {}
        found.dropped += [(*place, key) for key in value if key not in known]
        return {
            key: inner(value.get(key, MISSING), (*place, key), found)
            for key, inner in known.items()
            if key in value or key in required
        }

    return check


def variant(cases: Callable[[], Mapping[str, Check]]) -> Check:
    """Check for one of several objects, told apart by their ``type``.

    Args:
        cases: Gives the check for each type; called late, so checks may be recursive.
    """

    def check(value: Any, place: Place, found: Findings) -> Any:
        if not isinstance(value, dict):
            found.expected("object", value, place)
            return {}
        table = cases()
        name = value.get("type")
        if not isinstance(name, str) or name not in table:
            listed = " | ".join(f"'{case}'" for case in table)
            found.issue(f"Invalid discriminator value. Expected {listed}", (*place, "type"))
            return {}
        return table[name](value, place, found)

    return check


def held_to(inner: Check, rule: Callable[[Any], bool], message: str, *at: str) -> Check:
    """Check *inner*, then a rule that spans its fields."""

    def check(value: Any, place: Place, found: Findings) -> Any:
        before = len(found.issues)
        clean = inner(value, place, found)
        if len(found.issues) == before and not rule(clean):
            found.issue(message, (*place, *at))
        return clean

    return check
