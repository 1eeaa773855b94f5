"""One object of the space: read, made, changed.

Links come and go with their plain meaning: a link's text that only repeats
its target's title is empty inside capsync and the title on the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from itertools import takewhile

from capsync.errors import Rejected, ServerFault, Unconvertible
from capsync.model.block import BlockId, Blocks, GroupBlock, TextBlock, walk
from capsync.model.normal import digest, map_tokens, with_plain_links
from capsync.model.note import Note, PropertyDefinition, Structure, StructureId
from capsync.model.property import PropertyId, PropertyValue, is_unset
from capsync.model.token import LinkToken, NoteId, OpaqueToken, Token, plain_text
from capsync.plan.edits import AppendBlocks, DeleteBlock, Edit, UpdateBlock, block_edits
from capsync.plan.properties import changed_values
from capsync.plan.tree import columns_of
from capsync.sync.index import Index
from capsync.sync.sides import Remote
from capsync.sync.targets import without_gone

TOO_LARGE = 413
"""The status of a request whose body is larger than the service takes."""
_UUID = "00000000-0000-0000-0000-000000000000"
MAIN = PropertyId("")
"""Stands for a note's main section as long as nobody has said what it is called."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What it takes to make an object what it should be."""

    there: Note
    """What it is."""
    wanted: Note
    values: Mapping[PropertyId, PropertyValue]
    edits: Mapping[PropertyId, tuple[Edit, ...]]
    names: tuple[str, ...] = ()
    """What a person calls the properties in `values`."""

    @property
    def requests(self) -> int:
        """Count the requests it takes."""
        return bool(self.values) + sum(len(edits) for edits in self.edits.values())

    def __str__(self) -> str:
        counts = {"changed": 0, "added": 0, "removed": 0}
        for edit in (edit for edits in self.edits.values() for edit in edits):
            match edit:
                case UpdateBlock():
                    counts["changed"] += 1
                case AppendBlocks(blocks=blocks):
                    counts["added"] += len(blocks)
                case DeleteBlock():
                    counts["removed"] += 1
        said = [f"{count} {_blocks(count)} {how}" for how, count in counts.items() if count]
        said[:0] = [f"{name} changed" for name in self.names]
        return "; ".join(said) or "nothing"


def _blocks(count: int) -> str:
    return "block" if count == 1 else "blocks"


def changes_between(there: Note, wanted: Note, structure: Structure) -> Changes:
    """Say what makes *there* into *wanted*; what cannot be written is left out."""
    values = _writable(changed_values(there.properties, wanted.properties), structure)
    edits = {}
    for key, blocks in wanted.sections.items():
        held = there.sections.get(key, ())
        done = block_edits(held, blocks or _one_empty(held))
        if done:
            edits[key] = done
    definitions = {each.id: each for each in structure.properties}
    names = tuple(_called(key, definitions.get(key)) for key in values)
    return Changes(there, wanted, values, edits, names)


def first_values(note: Note, structure: Structure) -> dict[PropertyId, PropertyValue]:
    """Give the values with which to make an object; what cannot be written is left out."""
    values = _writable(note.properties, structure)
    return {key: value for key, value in values.items() if not is_unset(value)}


def _writable(
    values: Mapping[PropertyId, PropertyValue], structure: Structure
) -> dict[PropertyId, PropertyValue]:
    """Leave out what the structure's definitions do not let us write."""
    fixed = {each.id for each in structure.properties if not each.writable}
    return {key: value for key, value in values.items() if key not in fixed}


def _called(key: PropertyId, definition: PropertyDefinition | None) -> str:
    return key if definition is None or len(key) != len(_UUID) else definition.name or key


def _check_sayable(changes: Changes) -> None:
    """Refuse to write a text anew that holds something only the app can write.

    Raises:
        Unconvertible: It would be lost.
    """
    for edit in (edit for edits in changes.edits.values() for edit in edits):
        blocks = edit.blocks if isinstance(edit, AppendBlocks) else ()
        for block in walk((edit.block,) if isinstance(edit, UpdateBlock) else blocks):
            tokens = block.tokens if isinstance(block, TextBlock) else ()
            unread = [each for each in tokens if isinstance(each, OpaqueToken)]
            if unread:
                raise Unconvertible(
                    f"“{plain_text(tokens)[:40]}” holds a {unread[0].kind}, which only the app can "
                    "write; change that paragraph in the app, or take the change back here",
                    note=changes.there.id,
                )


def _one_empty(held: Blocks) -> Blocks:
    """Leave one empty paragraph: in the app, nobody can click into a section without any block."""
    first = next((each for each in held if isinstance(each, TextBlock)), None)
    return () if first is None else (TextBlock(id=first.id),)


class SpaceSide:
    """Reads and writes objects."""

    def __init__(
        self, remote: Remote, index: Index, tell: Callable[[str], None] = lambda _: None
    ) -> None:
        """
        Args:
            tell: Told what a person should know of a write.
        """
        self.remote, self.index, self.tell = remote, index, tell

    def read(self, note: NoteId) -> Note:
        """Read an object.

        Raises:
            Stale: It is gone, or in the trash.
            ServerFault: The service keeps its body to itself.
        """
        found = self.remote.get(note)
        if not found.complete:
            raise ServerFault(f"the service did not send the body of {note}")
        return self.plain(found)

    def plain(self, note: Note) -> Note:
        """Empty the texts of links that only repeat a title."""
        return with_plain_links(note, self.index.repeats)

    def make(
        self,
        structure: StructureId,
        properties: Mapping[PropertyId, PropertyValue],
        sections: Mapping[PropertyId, Blocks] | None,
    ) -> Note:
        """Make an object; the answer is read again where it came without the body.

        Where the body is too large for one request, the object is made without it.
        """
        filled = None
        if sections is not None:
            filled = {key: self._filled(blocks) for key, blocks in sections.items()}
        try:
            answer = self.remote.create(structure, properties, filled)
        except Rejected as exc:
            if filled is None or exc.status != TOO_LARGE:
                raise
            answer = self.remote.create(structure, properties, None)
        return self._whole(answer)

    def write(self, changes: Changes) -> Note:
        """Make an object what it should be and give what the service has made of it.

        Raises:
            ServerFault: The service said yes and did nothing.
            Unconvertible: It would lose something that only the app can write.
        """
        _check_sayable(changes)
        there = changes.there
        held = frozenset(block.id for body in there.sections.values() for block in walk(body))
        answer: Note | None = None
        if changes.values:
            answer = self._set_values(there, changes.values)
        for section, edits in changes.edits.items():
            for edit in edits:
                answer = self._carry_out(there.id, section, edit, held)
        if answer is None:
            return there
        stored = self._whole(answer)
        if digest(stored) == digest(there):
            raise ServerFault("the service accepted the change but did not make it")
        return stored

    def _set_values(self, there: Note, values: Mapping[PropertyId, PropertyValue]) -> Note:
        """Change properties; what they name that is in the trash by now is left out."""
        try:
            return self.remote.update(there.id, properties=values)
        except Rejected as exc:
            fewer, gone = without_gone(values, exc)
            if gone is None:
                raise
            name = self.index.title_of(gone) or gone
            self.tell(f"“{there.title}” names “{name}”, which is in the trash; it was left out")
        return self._set_values(there, fewer)

    def _whole(self, answer: Note) -> Note:
        return self.plain(answer) if answer.complete else self.read(answer.id)

    def _carry_out(
        self, note: NoteId, section: PropertyId, edit: Edit, held: Set[BlockId | None]
    ) -> Note:
        named = section if section != MAIN else None
        match edit:
            case UpdateBlock():
                (block,) = self._filled((edit.block,))
                return self.remote.update_block(
                    note, edit.id, block, section=named, with_children=edit.with_children
                )
            case AppendBlocks():
                return self._append(note, section, edit, held)
            case DeleteBlock():
                return self.remote.delete_block(note, edit.id)

    def _append(
        self, note: NoteId, section: PropertyId, edit: AppendBlocks, held: Set[BlockId | None]
    ) -> Note:
        """Add blocks, in halves where they are too much for one request.

        Args:
            held: The ids of all blocks that were there before the note was changed.
        """
        try:
            return self.remote.append(
                note,
                self._filled(edit.blocks),
                section=section if section != MAIN else None,
                after=edit.after,
                parent=edit.parent,
                at_start=edit.after is None,
            )
        except Rejected as exc:
            if exc.status != TOO_LARGE or len(edit.blocks) == 1:
                raise
        half = len(edit.blocks) // 2
        first = replace(edit, blocks=edit.blocks[:half])
        answer = self._whole(self._append(note, section, first, held))
        last = _last_added(answer, section, first, held)
        rest = AppendBlocks(edit.blocks[half:], last, None)
        return self._append(note, section, rest, held)

    def _filled(self, blocks: Blocks) -> Blocks:
        """Give links without a text the title of their target."""

        def titled(token: Token) -> Token:
            if isinstance(token, LinkToken) and token.entity is not None and not token.text:
                return replace(token, text=self.index.title_of(token.entity) or "")
            return token

        carrier = Note(NoteId(""), StructureId(""), sections={MAIN: blocks})
        return map_tokens(carrier, titled).sections[MAIN]


def _last_added(
    answer: Note, section: PropertyId, edit: AppendBlocks, held: Set[BlockId | None]
) -> BlockId | None:
    """Find the last of the blocks that *edit* has just added.

    Raises:
        ServerFault: None of them is there.
    """
    row = [block.id for block in _siblings(answer, section, edit)]
    begin = row.index(edit.after) + 1 if edit.after in row else 0
    added = list(takewhile(lambda name: name not in held, row[begin:]))
    if not added:
        raise ServerFault("the service accepted the change but did not make it")
    return added[-1]


def _siblings(answer: Note, section: PropertyId, edit: AppendBlocks) -> Blocks:
    """Give the neighbours among which *edit* has added blocks."""
    if edit.after is None and edit.parent is None:
        body = answer.sections.get(section)
        return next(iter(answer.sections.values()), ()) if body is None else body
    for body in answer.sections.values():
        for parent in (GroupBlock(body), *walk(body)):
            for row in columns_of(parent):
                if edit.after is None and parent.id == edit.parent:
                    return row
                if edit.after is not None and any(each.id == edit.after for each in row):
                    return row
    return ()
