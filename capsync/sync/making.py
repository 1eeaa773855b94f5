"""New files in the order in which to make objects of them.

A link needs its target, so targets come first. Where links go in circles, some notes are
begun before their targets are there, and finished after: what would have to be written
twice is left for then, so that an overview of a hundred notes which all link back to it
takes two requests more, and not a hundred.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from capsync.markdown.document import Document
from capsync.markdown.frontmatter import Field
from capsync.markdown.links import linked_names
from capsync.markdown.properties import find_fields
from capsync.markdown.property_values import texts_of
from capsync.model.block import Block, Blocks, TextBlock, walk
from capsync.model.note import Note, Structure
from capsync.model.token import plain_text
from capsync.plan.creation import creation_order
from capsync.sync.observe import Local
from capsync.sync.place import title_of
from capsync.vault.names import stem_of


@dataclass(frozen=True, slots=True)
class Making:
    """A visit to a new file."""

    local: Local
    waits_for: frozenset[str] = frozenset()
    """The keys of the names in it whose notes are made after it; only if it is visited again."""
    is_second: bool = False
    """Whether its object was made at the first visit, and all it links to since."""

    @property
    def path(self) -> str:
        """Where the file is."""
        return self.local.path


def in_order(files: Sequence[Local]) -> list[Making]:
    """Put new files in an order in which link targets come first, some of them twice."""
    by_name: dict[str, int] = {}
    for index, local in enumerate(files):
        path = local.path.removesuffix(".md")
        for name in (title_of(local), path, stem_of(local.path)):
            by_name.setdefault(_key(name), index)
    links = {
        index: {name: by_name[name] for name in _names(local) if name in by_name}
        for index, local in enumerate(files)
    }
    order = creation_order(
        {index: frozenset(targets.values()) for index, targets in links.items()},
        {index: _cost(local, by_name) for index, local in enumerate(files)},
    )
    last = {index: at for at, index in enumerate(order)}
    made: set[int] = set()
    visits = []
    for at, index in enumerate(order):
        open_ = frozenset(name for name, target in links[index].items() if target not in made)
        if index in made:
            visits.append(Making(files[index], is_second=True))
        elif last[index] == at:
            visits.append(Making(files[index]))
        else:
            visits.append(Making(files[index], open_))
        made.add(index)
    return visits


def document_begun(
    document: Document, waits_for: Collection[str], structure: Structure
) -> Document:
    """Leave out the fields that name notes which are yet to be made.

    Returns:
        *document* itself where there are none.

    Raises:
        FrontMatterProblem: Two of its fields are the same property.
    """
    if not waits_for:
        return document
    found = find_fields(document.fields, structure).values()
    waiting = [
        field
        for field, definition in found
        if definition.type == "entity" and any(name in waits_for for name in _said(field))
    ]
    if not waiting:
        return document
    fields = {key: each for key, each in document.fields.items() if each not in waiting}
    return replace(document, fields=fields)


def note_begun(note: Note, waits_for: Collection[str]) -> Note:
    """Leave out what it would take more than one update to write again.

    A body that is begun with some of its blocks is finished with one append. One without
    any would be given an empty paragraph by the service, which would have to go again.

    Returns:
        *note* itself where all of it is to be made at once.
    """
    if not waits_for:
        return note
    sections = {key: _begun(body, waits_for) for key, body in note.sections.items()}
    return note if sections == note.sections else replace(note, sections=sections)


def _begun(body: Blocks, waits_for: Collection[str]) -> Blocks:
    counts = [sum(_waits(each, waits_for) for each in walk((block,))) for block in body]
    first = next((place for place, count in enumerate(counts) if count), 0)
    cost = (counts[0] if counts and not first else 0) + 1
    return body if sum(counts) <= cost else body[: first or 1]


def _waits(block: Block, waits_for: Collection[str]) -> bool:
    text = plain_text(block.tokens) if isinstance(block, TextBlock) else ""
    return any(_key(name) in waits_for for name in linked_names(text))


def _names(local: Local) -> Iterator[str]:
    """List the keys of all names in a file that may be those of notes."""
    if local.document is not None:
        yield from map(_key, linked_names(local.document.text))
        for field in local.document.fields.values():
            yield from _said(field)


def _said(field: Field) -> Iterable[str]:
    """List the keys of the names in a field, should it hold any."""
    try:
        return [_key(text) for text in texts_of(field.value)]
    except ValueError:
        return ()


def _cost(local: Local, names: Collection[str]) -> int:
    """Say how many writes it takes to finish a note that is begun without its links."""
    document = local.document
    if document is None:
        return 1
    fields = any(name in names for field in document.fields.values() for name in _said(field))
    first, _, rest = document.body.lstrip().partition("\n\n")
    linked = [any(_key(name) in names for name in linked_names(text)) for text in (first, rest)]
    return max(1, fields + sum(linked))


def _key(name: str) -> str:
    """Give what names have in common that mean the same note."""
    bare = name.strip().removeprefix("[[").removesuffix("]]").partition("|")[0]
    return bare.partition("#")[0].strip().removesuffix(".md").casefold()
