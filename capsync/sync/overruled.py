"""Properties that both sides changed: what a person is told of the value that lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from capsync.markdown.links import Names
from capsync.markdown.properties import write_value
from capsync.model.note import TITLE, PropertyDefinition, Structure
from capsync.model.property import PropertyValue, Scalar, is_unset
from capsync.plan.conflicts import shortened
from capsync.plan.properties import Overruled


def overruled_remarks(
    path: str, overruled: Iterable[Overruled], structure: Structure, names: Names
) -> Iterator[str]:
    """Say of each value that had to give way what it was and where it still is."""
    for each in overruled:
        definition = structure.definition(each.property)
        name = definition.name or each.property if definition else each.property
        kept, lost = (_said(value, definition, names) for value in (each.kept, each.lost))
        how = f"{path}: “{name}” was changed on both sides; "
        if each.lost is None or is_unset(each.lost):
            yield f"{how}“{kept}” was kept, though the other side had cleared it"
        else:
            yield f"{how}the file's “{kept}” was kept; the space's “{lost}” is in the history"


def _said(
    value: PropertyValue | None, definition: PropertyDefinition | None, names: Names
) -> str | None:
    """Write a value as the front matter would."""
    match value:
        case None:
            return None
        case Scalar(value=str() as text):
            return shortened(text)
        case _ if definition is not None and definition.id != TITLE:
            return shortened(write_value(value, definition, names) or "")
        case Scalar(value=plain):
            return shortened(str(plain))
        case _:
            return shortened(str(value))
