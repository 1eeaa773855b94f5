"""Values that name a note which is in the trash.

An object that was tagged goes on naming its tag after that was trashed, but the service
takes no value that does. Nobody can write such a note again who does not leave it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from capsync.errors import Rejected
from capsync.model.property import EntityValue, PropertyId, PropertyValue
from capsync.model.token import NoteId


def without_gone(
    values: Mapping[PropertyId, PropertyValue], problem: Rejected
) -> tuple[Mapping[PropertyId, PropertyValue], NoteId | None]:
    """Leave out of *values* the target that the service complains of by its id.

    Returns:
        The values, and the target; as they were, and None, where it complains of something else.
    """
    said = problem.message.casefold()
    entities = {key: each for key, each in values.items() if isinstance(each, EntityValue)}
    targets = (target for each in entities.values() for target in each.targets)
    gone = next((target for target in targets if target.casefold() in said), None)
    if gone is None:
        return values, None
    fewer: dict[PropertyId, PropertyValue] = {
        key: replace(each, targets=tuple(name for name in each.targets if name != gone))
        for key, each in entities.items()
    }
    return {**values, **fewer}, gone
