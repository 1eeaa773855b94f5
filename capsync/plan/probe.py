"""The second probe: whether a digest of a note's Markdown tells that the note has changed.

Reading a note as Markdown has a quota of its own, but the service's rendering is neither
complete nor promised to stay the same. So a digest counts only once the note itself was
read right behind it; and a note whose digest changes for no reason, or stays as it was
though the note changed, is not probed any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

CHANCES = 2
"""Mistakes after which a note is not probed any more."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What is known of the rendering of one note."""

    digest: str | None = None
    """Of its Markdown, as of the last probe; None for never probed."""
    sure: bool = False
    """Whether the note itself was read behind that probe, and no change was found since."""
    mistakes: int = 0
    """How often the digest was wrong lately; forgotten when it has found a change."""

    @property
    def works(self) -> bool:
        """Say whether the note is worth probing."""
        return self.mistakes < CHANCES


def seen(probe: Probe, digest: str) -> Probe:
    """Learn the digest that a probe has found; unless it is *sure* now, the note must be read.

    A digest that differs is held to be a mistake until the note is found changed. One that
    is still what it was before the note changed has missed that change.
    """
    same = probe.digest == digest
    if probe.sure and same:
        return probe
    return Probe(digest, sure=False, mistakes=probe.mistakes + (probe.sure or same))


def read_behind(probe: Probe, *, changed: bool) -> Probe:
    """Learn what reading the note has found, right behind a probe that asked for it."""
    return replace(probe, sure=True, mistakes=0 if changed else probe.mistakes)


def read_alone(probe: Probe, *, changed: bool) -> Probe:
    """Learn what reading the note has found, without a probe just before."""
    return replace(probe, sure=probe.sure and not changed)
