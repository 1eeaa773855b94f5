"""A large vault that was synced a moment ago, made without the requests that would take.

Folders as people have them, wide and deep, with notes of a few kilobytes, and the
memory that a sync of them leaves. Nothing in it was changed since.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from capsync.markdown.document import put_document, read_document, write_document
from capsync.markdown.links import NoNames
from capsync.model.builtin import with_built_in
from capsync.model.codec import decode_note, encode_note
from capsync.model.codec_values import canonical
from capsync.model.normal import digest
from capsync.model.note import PAGE, Note
from capsync.model.property import PropertyId
from capsync.model.token import NoteId
from capsync.state.place import VARIABLE, state_path
from capsync.state.store import Record, Store
from capsync.sync.observe import digest_text
from capsync.vault.vault import VaultConfig, write_config
from tests.benchmarks._vaults import body_of, files_of

VAULTS = Path(__file__).parents[2] / "fixtures" / "vaults"
NOTES, FOLDERS = 10_000, 5_000
WIDTH, DEPTH = 250, 20
"""Folders beside each other where the vault is wide, in each other where it is deep."""
BODIES = 100
"""Bodies of 1 to 4 KB, used in turn."""
SYNCED_AT = 1_763_800_000.0


def make_synced(root: Path, state: Path, notes: int = NOTES, folders: int = FOLDERS) -> Path:
    """Make a vault at *root* and the memory of it in the folder *state*; gives its file."""
    root.mkdir(parents=True)
    vault = str(uuid5(NAMESPACE_URL, "vault"))
    write_config(root, VaultConfig(vault, space=str(uuid5(NAMESPACE_URL, "space")), title="Large"))
    drafts = [_Draft.of(body) for body in _bodies()]
    places = list(_folders(folders))
    for place in places:
        (root / place).mkdir(parents=True, exist_ok=True)
    memory_file = state_path(vault, {VARIABLE: str(state)})
    with Store.open(memory_file) as memory:
        memory.meta.put("vault at", str(root))
        memory.notes.remember_all(
            drafts[number % BODIES].at(root, places[number % folders], f"Note {number:05}")
            for number in range(notes)
        )
    return memory_file


def _folders(number: int) -> Iterator[str]:
    """Name folders, half of them beside each other and half in each other."""
    for at in range(number // 2):
        yield f"Wide {at // WIDTH:02}/Folder {at % WIDTH:03}"
    for at in range(number - number // 2):
        levels = (f"Level {level:02}" for level in range(1, at % DEPTH + 1))
        yield "/".join([f"Deep {at // DEPTH:03}", *levels])


def _bodies() -> Iterator[str]:
    """Cut notes out of the fixture vaults."""
    whole = "\n\n".join(
        body_of(content).replace("\r", "").strip()
        for folder in sorted(VAULTS.iterdir())
        for content in files_of(folder).values()
    )
    text = whole * (BODIES * 4_000 // len(whole) + 1)
    for number in range(BODIES):
        size = 1_000 + number * 3_000 // BODIES
        yield f"# Note {number}\n\n{text[:size].strip()}\n"
        text = text[size:]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A note, but for its id and title."""

    text: str
    record: Record

    @classmethod
    def of(cls, body: str) -> _Draft:
        page = with_built_in(())[PAGE]
        empty = Note(NoteId("{id}"), PAGE, {}, {PropertyId("body"): ()})
        raw = encode_note(
            put_document(read_document(body), empty, page, NoNames(), title="{title}")
        )
        _name_blocks(raw, (str(uuid5(NAMESPACE_URL, f"{body} {at}")) for at in count()))
        note = decode_note(raw)
        record = Record(
            id="",
            path="",
            structure=PAGE,
            title="",
            text_digest="",
            note_digest=digest(note),
            base=canonical(raw),
            text="",
            synced_at=SYNCED_AT,
            checked_at=SYNCED_AT,
        )
        return cls(write_document(note, page, NoNames(), title=None), record)

    def at(self, root: Path, folder: str, title: str) -> Record:
        """Write it to a file and give what a sync remembers of that."""
        note = str(uuid5(NAMESPACE_URL, title))
        text = self.text.replace("{id}", note, 1)
        place = root / folder / f"{title}.md"
        place.write_text(text, encoding="utf-8", newline="")
        stamp = place.stat()
        return replace(
            self.record,
            id=note,
            path=f"{folder}/{title}.md",
            title=title,
            text_digest=digest_text(text),
            mtime_ns=stamp.st_mtime_ns,
            size=stamp.st_size,
            inode=stamp.st_ino,
            base=self.record.base.replace("{id}", note, 1).replace("{title}", title, 1),
            text=text,
        )


def _name_blocks(raw: Any, ids: Iterator[str]) -> None:
    """Give blocks in JSON ids as the service does."""
    if isinstance(raw, dict):
        if str(raw.get("type")).endswith("Block"):
            raw.setdefault("id", next(ids))
        raw = raw.values()
    if not isinstance(raw, str | int | float | None):
        for each in raw:
            _name_blocks(each, ids)
