"""Which kinds of objects are synced, and what kind a new file becomes."""

from __future__ import annotations

from difflib import get_close_matches

from capsync.errors import Unconvertible
from capsync.markdown.document import Document
from capsync.markdown.frontmatter import FrontMatterProblem
from capsync.markdown.properties import find_fields
from capsync.markdown.property_values import texts_of
from capsync.model.note import DAILY_NOTE, PAGE, TAGS, Structure, StructureId
from capsync.sync.observe import Local
from capsync.sync.run import Run
from capsync.sync.scope import can_write
from capsync.vault.names import folder_name

_ALMOST = 0.75
"""How alike two words are that are one misspelt, between 0 and 1."""


def can_create(structure: StructureId) -> bool:
    """Say whether the API makes objects of a structure."""
    return structure != DAILY_NOTE and can_write(structure)


def tags_in(document: Document, structure: Structure) -> frozenset[str]:
    """List the tags that a file gives its note, case folded; none where it cannot be read."""
    try:
        found = find_fields(document.fields, structure).get(TAGS)
        names = texts_of(found[0].value) if found else ()
        return frozenset(name.casefold() for name in names)
    except (FrontMatterProblem, ValueError):
        return frozenset()


def named_type(run: Run, document: Document, path: str) -> Structure | None:
    """Say which type a file's front matter names; None where it means something of its own.

    Many vaults have had a key of this name before.

    Raises:
        Unconvertible: It is almost one of the space's types, so most likely misspelt.
    """
    if document.type is None:
        return None
    by_title = {each.title.casefold(): each for each in run.structures.values()}
    said = document.type.strip().casefold()
    near = get_close_matches(said, by_title, 1, _ALMOST)
    if said not in by_title and near:
        line = document.fields["type"].line
        raise Unconvertible(
            f"line {line}: “type: {document.type}” is no type of this space; did you mean "
            f"{by_title[near[0]].title}?",
            note=path,
        )
    return by_title.get(said)


def structure_for(run: Run, local: Local, document: Document) -> Structure:
    """Say what a new file becomes: what its front matter says, else its top folder.

    Raises:
        Unconvertible: There is no such type, or the service makes no objects of it.
    """
    said = named_type(run, document, local.path)
    if said is not None:
        found = said
    else:
        top = local.path.partition("/")[0] if "/" in local.path else ""
        fits = [each for each in run.structures.values() if top and folder_name(each.plural) == top]
        found = fits[0] if fits else run.structures[PAGE]
        if document.type is not None:
            run.report.remarks.append(
                f"{local.path}: “type: {document.type}” is no type of this space; taken for a key "
                f"of your own, the note is a {found.title}"
            )
    if not can_create(found.id):
        raise Unconvertible(
            f"the service makes no new {found.title} for others; make it in the Capacities app, or "
            "move the file to another folder",
            note=local.path,
        )
    reason = run.scope.why_not_new(found.id, tags_in(document, found))
    if reason:
        raise Unconvertible(
            f"{reason}, so that this new {found.title} would not be synced; "
            "see the [sync] part of .capsync/config.toml",
            note=local.path,
        )
    return found
