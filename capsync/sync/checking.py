"""One read between two runs: whether a note has changed in the space.

Most reads find nothing, and must cost next to nothing: no walk over the vault, no run in the
ledger. Only a note that has changed is worth a run.
"""

from __future__ import annotations

import hashlib

from capsync.model.normal import digest
from capsync.model.note import Note
from capsync.model.token import NoteId
from capsync.plan.picks import Choice
from capsync.sync.run import Run


def check(run: Run, choice: Choice) -> Note | None:
    """Read a note, or its Markdown, and learn from it.

    Args:
        run: The last run of this process, for what it knows of the space.

    Returns:
        The note, if it is not what both sides last agreed on.

    Raises:
        Stale: It is gone from the space, or in the trash there.
        NoteError, RetryError, AuthError: It cannot be read.
    """
    note = NoteId(choice.note)
    if choice.probe:
        text = run.remote.markdown(note)
        run.reads.probed(note, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
        return None
    there = run.with_main(run.space.read(note))
    if run.memory.notes.digest_of(note) != digest(there):
        return there
    run.reads.checked(note, changed=False)
    run.confirmed.append(note)
    return None
