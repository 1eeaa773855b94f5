"""What a person can do about a note that was set aside, where its message does not say it."""

from __future__ import annotations

import re

from capsync.sync.masked import masked

_AGAIN = "nothing to do: the next sync looks again"
_STEPS = (
    (r"^the file (is gone|has changed|is being saved)", _AGAIN),
    (r"^there is (another file already|a file at )", "rename or move one of the two files"),
    (r"surrogate pair", "remove the broken character from the note in the app"),
    (r"leads? out of the vault", "put the file itself into the vault"),
    (r"^the service refused it", "change what the service names, or make the change in the app"),
    (
        r"^the service does not have it",
        "look for it in the space's trash, or remove the capacities-id line to make a new note",
    ),
    (
        r"^a property of type .* cannot be set",
        "set it in the app, and take the change back in the file",
    ),
    (r"cannot be made through the API", "make it in the app, or take it out of the file"),
    (r"needs at least two columns", "give the grid a second column, or take it apart"),
    (r"cannot be sent", "take that character or number out of the file"),
    (
        r"is not among the space's types",
        "make the type again in the app, or delete the file if the note is not needed",
    ),
    (r"^it is not synced", "to sync it, change the [sync] part of .capsync/config.toml"),
    (r"^what it held before is not kept", "capsync history shows which versions are there"),
)
_LINE = re.compile(r"^line \d+: ")
_SAYS_IT = re.compile(r"; |, or ")
"""How our messages go on to say what to do."""
CORRECT = "correct that line of the file, or take the change back"
LOOK = "capsync why and the note's name say more"


def next_step(message: str) -> str:
    """Say what to do about a note; empty where *message* says it already.

    Args:
        message: Why it was set aside, as `capsync.errors.NoteError.message`.
    """
    plain = masked(message)
    for pattern, step in _STEPS:
        if re.search(pattern, plain):
            return step
    if _SAYS_IT.search(plain):
        return ""
    return CORRECT if _LINE.match(plain) else LOOK
