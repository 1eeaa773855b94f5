"""Everything capsync raises on purpose.

The tree follows what the caller does about an error, not where it arose.
The engine has exactly one ``except`` clause per branch.

    CapsyncError
    ├── RunError             stop the run; a person must act
    │   ├── ConfigError      exit 2
    │   ├── SafetyStop       exit 4, the plan looks like an accident
    │   └── AuthError        exit 5
    ├── RetryError           exit 6, the same action may work later
    │   ├── Unreachable
    │   ├── RateLimited
    │   └── ServerFault
    └── NoteError            exit 1, set this note aside, carry on with the rest
        ├── Unconvertible    the file cannot be read as a note
        ├── Rejected         the service refused it
        └── Stale            the note moved since the plan was made
"""

from __future__ import annotations

from typing import ClassVar


class CapsyncError(Exception):
    """Base of every error capsync raises on purpose."""

    exit_code: ClassVar[int] = 1
    """Process exit status when this error reaches the command line."""


class RunError(CapsyncError):
    """The run cannot go on until a person changes something."""

    exit_code = 2


class ConfigError(RunError):
    """A setting, an argument or the vault itself is not usable as it is."""


class SafetyStop(RunError):
    """The plan looks like an accident; nothing was touched."""

    exit_code = 4


class AuthError(RunError):
    """The service does not accept the token, or not for this."""

    exit_code = 5

    def __init__(self, message: str, *, missing_scopes: tuple[str, ...] = ()) -> None:
        """
        Args:
            missing_scopes: Scopes the service named, such as ``api:write``.
        """
        super().__init__(message)
        self.missing_scopes = missing_scopes


class RetryError(CapsyncError):
    """The action failed for a reason that passes by itself."""

    exit_code = 6

    def __init__(
        self, message: str, *, after: float | None = None, maybe_done: bool = False
    ) -> None:
        """
        Args:
            after: Seconds the service asked us to wait, or None if it did not say.
            maybe_done: Whether the service may have carried the request out all the same.
        """
        super().__init__(message)
        self.after = after
        self.maybe_done = maybe_done


class Unreachable(RetryError):
    """No answer came: no connection, a time-out, or a connection cut short."""


class RateLimited(RetryError):
    """The service turned the request away unread; it was not carried out."""


class ServerFault(RetryError):
    """The service failed, is being updated, or answered with something unreadable."""


class NoteError(CapsyncError):
    """One note cannot be synced as it is; the others are unaffected."""

    def __init__(self, message: str, *, note: str) -> None:
        """
        Args:
            message: What is wrong and what to do, one line.
            note: The note's path in the vault, or its id where it has no file.
        """
        super().__init__(f"{note}: {message}" if note else message)
        self.note = note
        self.message = message


class Unconvertible(NoteError):
    """The file cannot be read as a note: YAML, encoding, an unknown label, a wrong type."""


class Rejected(NoteError):
    """The service refused the request and would refuse it again."""

    def __init__(self, message: str, *, note: str, status: int = 0, code: str = "") -> None:
        """
        Args:
            status: HTTP status, 0 where there was none.
            code: The service's own code, such as ``cap_invalid_input``.
        """
        super().__init__(message, note=note)
        self.status = status
        self.code = code


class Stale(NoteError):
    """The note moved or went away since it was last looked at."""
