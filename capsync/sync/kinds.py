"""Which kinds of objects are synced, and what kind a new file becomes."""

from __future__ import annotations

from capsync.errors import Unconvertible
from capsync.markdown.document import Document
from capsync.model.note import DAILY_NOTE, PAGE, TAG, TASK, Structure, StructureId
from capsync.sync.observe import Local
from capsync.sync.run import Run
from capsync.vault.names import folder_name


def is_synced(structure: StructureId) -> bool:
    """Say whether notes of a structure are synced: those the API can write."""
    return structure in (PAGE, TAG, TASK, DAILY_NOTE) or "-" in structure


def can_create(structure: StructureId) -> bool:
    """Say whether the API makes objects of a structure."""
    return structure != DAILY_NOTE and is_synced(structure)


def structure_for(run: Run, local: Local, document: Document) -> Structure:
    """Say what a new file becomes: what its front matter says, else its top folder.

    Raises:
        Unconvertible: There is no such type, or the service makes no objects of it.
    """
    if document.type is not None:
        wanted = document.type.strip().casefold()
        fits = [each for each in run.structures.values() if each.title.casefold() == wanted]
        if not fits:
            line = document.fields["type"].line
            known = ", ".join(each.title for each in run.structures.values() if can_create(each.id))
            raise Unconvertible(
                f"line {line}: “type: {document.type}” is no type of this space; its types are: "
                f"{known}",
                note=local.path,
            )
        found = fits[0]
    else:
        top = local.path.partition("/")[0] if "/" in local.path else ""
        fits = [each for each in run.structures.values() if top and folder_name(each.plural) == top]
        found = fits[0] if fits else run.structures[PAGE]
    if not can_create(found.id):
        raise Unconvertible(
            f"the service makes no new {found.title} for others; make it in the Capacities app, or "
            "move the file to another folder",
            note=local.path,
        )
    return found
