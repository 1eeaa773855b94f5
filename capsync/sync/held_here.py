"""Which notes are held, as far as the folder and the memory tell; see `capsync.sync.held`."""

from __future__ import annotations

from datetime import UTC, datetime

from capsync.model.token import NoteId
from capsync.state.store import Held, Store
from capsync.sync.observe import Local, Observed, digest_text


def said(held: Held) -> str:
    """Say why a note is left alone and what to do."""
    at = datetime.fromtimestamp(held.at, UTC)
    return (
        f"undone {at:%Y-%m-%d %H:%M}; edit it on either side, or run capsync sync "
        f"“{held.path or held.note}” to go on"
    )


def held_here(memory: Store, seen: Observed) -> tuple[Held, ...]:
    """List what is held as far as can be told without asking the space."""
    files = {local.path: local for local in seen.new}

    def is_held(held: Held) -> bool:
        note = NoteId(held.note)
        if not note:
            local = files.get(held.path)
            text = local.document.text if local and local.document else None
            return text is not None and digest_text(text) == held.vault
        return is_same_here(memory, held, seen.files.get(note))

    return tuple(each for each in memory.held.list() if is_held(each))


def is_same_here(memory: Store, held: Held, local: Local | None) -> bool:
    """Say whether the file of a note is as the undo left it; *local* is that file now."""
    left = (held.path, held.vault) if held.vault is not None else None
    return _vault_side(memory, NoteId(held.note), local) == left


def _vault_side(memory: Store, note: NoteId, local: Local | None) -> tuple[str, str] | None:
    """Give where the file of a note is and the digest of what it holds; None without one."""
    if local is None:
        return None
    if local.document is not None:
        return local.path, digest_text(local.document.text)
    record = memory.notes.get(note)
    return None if record is None else (local.path, record.text_digest)
