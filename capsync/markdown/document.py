"""A whole file: front matter and body, to a note and back.

read_document(text)           the file taken apart; nothing is looked up yet
put_document(document, …)     the note it now means
write_document(note, …)       a new file for a note
document_onto(text, …)        the file with only the lines of what changed replaced
"""

from __future__ import annotations

from dataclasses import replace

from capsync.markdown.frontmatter import dump_scalar, edit, split
from capsync.markdown.lens import put
from capsync.markdown.links import Names
from capsync.markdown.onto import write_new, write_onto
from capsync.markdown.opened import ID_KEY, TITLE_KEY, TYPE_KEY, Document, read_document
from capsync.markdown.properties import find_fields, keys_of, missing_tags, write_value
from capsync.markdown.property_values import read_value
from capsync.model.note import PAGE, TITLE, Note, PropertyDefinition, Structure
from capsync.model.property import PropertyId, PropertyValue, Scalar, cleared
from capsync.model.token import NoteId

__all__ = [
    "Document",
    "document_onto",
    "new_tags",
    "put_document",
    "read_document",
    "with_front_matter",
    "with_id",
    "write_document",
]


def new_tags(
    document: Document, structure: Structure, names: Names, before: Document | None = None
) -> tuple[str, ...]:
    """List the tags a file names that do not exist yet.

    Args:
        before: The file as it was when both sides agreed. A field that reads the same still
            means the tags it meant, whatever became of them.

    Raises:
        FrontMatterProblem: Two of its fields are the same property.
    """
    found = find_fields(document.fields, structure)
    past = {} if before is None else find_fields(before.fields, structure)
    edited = {
        key: each
        for key, each in found.items()
        if key not in past or past[key][0].value != each[0].value
    }
    return missing_tags(edited, names)


def put_document(
    document: Document,
    old: Note,
    structure: Structure,
    names: Names,
    *,
    title: str,
    before: Document | None = None,
) -> Note:
    """Give the note a file now means.

    Args:
        old: The note the file was written from; an empty one for a new file.
        title: What the file's name says the title is.
        before: The file as it was when it was written from *old*, or put to
            it. A field that reads the same as then has not been edited, even
            if what it names goes by another name now; a field that is gone
            since clears its property.

    Raises:
        FrontMatterProblem: A field is no value of its property.
    """
    values = dict(old.properties)
    values[TITLE] = Scalar("title", document.title or title)
    found = find_fields(document.fields, structure)
    past = {} if before is None else find_fields(before.fields, structure)
    for key, (field, definition) in found.items():
        if key in past and past[key][0].value == field.value and key in old.properties:
            continue
        value = read_value(field, definition, names)
        was = old.properties.get(key)
        if was is None or write_value(was, definition, names) != write_value(
            value, definition, names
        ):
            values[key] = value
    for key in past:
        if key not in found and key in values:
            values[key] = cleared(past[key][1].type) or values[key]
    sections = old.sections or {PropertyId(""): ()}
    return replace(old, properties=values, sections=put(document.body, sections, names))


def write_document(note: Note, structure: Structure, names: Names, *, title: str | None) -> str:
    """Write a new file.

    Args:
        title: The title, where the file's name cannot say it; else None.

    Raises:
        UnreadableResult: The body cannot be written so that it reads back.
    """
    lines = ["---", f"{ID_KEY}: {note.id}"]
    if structure.id != PAGE:
        lines.append(f"{TYPE_KEY}: {dump_scalar(structure.title)}")
    if title is not None:
        lines.append(f"{TITLE_KEY}: {dump_scalar(title)}")
    for key, definition in keys_of(structure).items():
        value = note.properties.get(definition.id)
        source = None if value is None else write_value(value, definition, names)
        if source is not None:
            lines.append(f"{dump_scalar(key)}: {source}")
    body = write_new(note.sections, names) if note.sections else ""
    return "\n".join([*lines, "---", *(["", body] if body else [""])])


def document_onto(
    document: Document,
    old: Note,
    new: Note,
    structure: Structure,
    names: Names,
    *,
    title: str | None,
) -> str:
    """Write a changed note onto its file.

    Args:
        old: The note the file means now.
        title: What the front matter should say of the title; None for nothing.

    Raises:
        FrontMatterProblem: The front matter cannot be edited.
        UnreadableResult: The body cannot be written so that it reads back.
    """
    body = write_onto(document.body, old.sections, new.sections, names)
    text = document.text[: len(document.text) - len(document.body)] + body
    changes: dict[str, str | None] = {}
    if title != document.title:
        changes[TITLE_KEY] = None if title is None else dump_scalar(title)
    found = find_fields(document.fields, structure)
    for key, definition in keys_of(structure).items():
        was, now = old.properties.get(definition.id), new.properties.get(definition.id)
        if _shown(was, names, definition) == _shown(now, names, definition):
            continue
        field = found[definition.id][0] if definition.id in found else None
        source = None if now is None else write_value(now, definition, names, like=field)
        changes[field.key if field else key] = source
    return edit(text, changes) if changes else text


def _shown(value: PropertyValue | None, names: Names, definition: PropertyDefinition) -> str | None:
    return None if value is None else write_value(value, definition, names)


def with_id(text: str, note: NoteId) -> str:
    """Write a note's id into its file's front matter and touch nothing else.

    Raises:
        FrontMatterProblem: The front matter cannot be edited.
    """
    return edit(text, {ID_KEY: note})


def with_front_matter(text: str, before: str, note: NoteId) -> str:
    """Write the id into a file that has lost it; where all front matter is gone, all of it.

    Args:
        before: The file as it was when it had its id.

    Raises:
        FrontMatterProblem: The front matter cannot be edited.
    """
    held = split(text)
    if held.body != text or text.startswith("\ufeff"):
        return with_id(text, note)
    gap = "" if text.startswith(("\n", "\r")) else "\n"
    return with_id(before.removesuffix(split(before).body) + gap + text, note)
