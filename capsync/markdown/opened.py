"""A file taken apart, and what it says of itself: which note it is, of what type, called what.

This much is asked of every file that changed, also by commands that convert nothing.
So it is apart from the converter, which takes long to load.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from capsync.markdown.frontmatter import (
    Field,
    FrontMatterProblem,
    Null,
    Scalar as YamlScalar,
    fields,
    split,
)
from capsync.markdown.links import is_id
from capsync.model.token import NoteId

__all__ = ["ID_KEY", "TITLE_KEY", "TYPE_KEY", "Document", "FrontMatterProblem", "read_document"]

ID_KEY = "capacities-id"
TYPE_KEY = "type"
TITLE_KEY = "title"


@dataclass(frozen=True, slots=True)
class Document:
    """A file taken apart."""

    text: str
    """The whole file."""
    body: str
    fields: Mapping[str, Field]
    id: NoteId | None
    type: str | None
    title: str | None
    """What the front matter says the title is; None where the file name does."""

    @property
    def is_bare(self) -> bool:
        """Whether there is no front matter, or an empty one."""
        return not self.fields


def read_document(text: str) -> Document:
    """Take a file apart; nothing is looked up yet.

    Raises:
        FrontMatterProblem: Its front matter is no YAML, or its id, type or title is no text.
    """
    envelope = split(text)
    found = fields(envelope)
    name = _text(found, ID_KEY)
    if name is not None:
        name = name.strip().lower()
        if not is_id(name):
            raise FrontMatterProblem(
                f"“{ID_KEY}: {name}” is no id; restore it, or remove the line to make a new note",
                found[ID_KEY].line,
            )
    return Document(
        text,
        envelope.body.removeprefix("\ufeff"),
        found,
        None if name is None else NoteId(name),
        _text(found, TYPE_KEY),
        _text(found, TITLE_KEY),
    )


def _text(found: Mapping[str, Field], key: str) -> str | None:
    """Give the text of one of our own keys; None where it is empty, as in a template."""
    match found.get(key):
        case None | Field(value=Null()):
            return None
        case Field(value=YamlScalar(text=text)):
            return text if text.strip() else None
        case Field(line=line):
            raise FrontMatterProblem(f"“{key}” takes one text; correct it or remove it", line)
