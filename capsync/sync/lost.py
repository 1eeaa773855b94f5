"""What in a file has no home in the space, told when the file goes there."""

from __future__ import annotations

import shlex

from capsync.markdown.links import Names, NoNames
from capsync.markdown.losses import new_losses
from capsync.model.token import NoteId
from capsync.sync.run import Run
from capsync.vault.names import stem_of

MOST = 3
"""Losses of one note that a report names."""


class _Found(NoNames):
    """Which links find a note: those that do now, and those that will."""

    def __init__(self, now: Names, coming: frozenset[str]) -> None:
        self.now, self.coming = now, coming

    def resolve(self, name: str) -> NoteId | None:
        """Give some note for a name that is still to come."""
        soon = name.partition("#")[0].strip().removesuffix(".md").casefold() in self.coming
        return self.now.resolve(name) or (NoteId(name) if soon else None)


def tell_losses(run: Run, path: str, text: str, before: str = "", *, soon: bool = False) -> None:
    """Report what in a file that went to the space has no home there.

    Args:
        before: What the file held when this was last told; what is lost of that is known.
        soon: Whether a link finds the note of a new file, though that may not be made yet.
    """
    coming = _names_of_new_files(run) if soon and "[[" in text else frozenset()
    lost = new_losses(text, before, _Found(run.index, coming))
    run.report.losses += [f"{path} {loss}" for loss in lost[:MOST]]
    if len(lost) > MOST:
        see = f"capsync convert --check {shlex.quote(path)}"
        run.report.losses.append(f"{path}: and {len(lost) - MOST} more; see {see}")


def _names_of_new_files(run: Run) -> frozenset[str]:
    if run.coming is None:
        names = [local.path.removesuffix(".md") for local in run.seen.new]
        names += [stem_of(local.path) for local in run.seen.new]
        names += [local.document.title or "" for local in run.seen.new if local.document]
        run.coming = frozenset(name.casefold() for name in names)
    return run.coming
