"""Where the token and the service's address come from.

The token is in the environment, else in the system's keyring under the space's
id, else in a file of the vault's state folder that only its owner can read:
never in the vault. A keyring that is missing, locked or broken is like one
that holds nothing, and only this module knows that there is one.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from capsync.errors import AuthError, ConfigError
from capsync.state.place import state_path
from capsync.vault.vault import VaultConfig

TOKEN = "CAPSYNC_TOKEN"  # noqa: S105  (the name of a variable)
API_URL = "CAPSYNC_API_URL"
SERVICE = "capsync"
"""What our entries in the keyring are filed under."""

IN_KEYRING = "the system's keyring"
"""Where a token is, in words, if it is there."""

NO_TOKEN = (
    f"no token; make one in Capacities under Settings > Capacities API, then run: capsync init"
    f" (or set {TOKEN})"
)
"""What to say where there is no vault yet."""
NO_TOKEN_HERE = NO_TOKEN.replace("capsync init", "capsync login")
"""What to say in a vault."""


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A token and where it was found."""

    token: str = field(repr=False)
    place: str
    """In words: the variable, the keyring, or the path of a file."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What came of removing a token."""

    removed: tuple[str, ...]
    """Where it was, in words."""
    left: tuple[str, ...]
    """Where it still is, in words, as it could not be removed."""


def given_token(environ: Mapping[str, str]) -> str | None:
    """Give the token that was handed to this process, or None."""
    return environ.get(TOKEN, "").strip() or None


def locate_token(config: VaultConfig, environ: Mapping[str, str]) -> FoundToken | None:
    """Find the token for a vault and say where it was; None where there is none.

    Raises:
        ConfigError: It is in a file that others can read, or that cannot be read.
    """
    if given := given_token(environ):
        return FoundToken(given, TOKEN)
    if kept := _from_keyring(config.space):
        return FoundToken(kept, IN_KEYRING)
    file = token_file(config, environ)
    filed = _from_file(file)
    return FoundToken(filed, str(file)) if filed else None


def find_token(config: VaultConfig, environ: Mapping[str, str]) -> str:
    """Find the token for a vault.

    Raises:
        AuthError: There is none.
        ConfigError: It is in a file that others can read.
    """
    found = locate_token(config, environ)
    if found is None:
        raise AuthError(NO_TOKEN_HERE)
    return found.token


def keep_token(token: str, config: VaultConfig, environ: Mapping[str, str]) -> str:
    """Keep the token for later runs and say where it is, in words.

    Raises:
        ConfigError: There is no keyring, and the file cannot be written.
    """
    file = token_file(config, environ)
    if _to_keyring(config.space, token):
        with suppress(OSError):
            file.unlink()  # an older one would come back should the keyring fail
        return IN_KEYRING
    _to_file(file, token)
    return str(file)


def forget_token(config: VaultConfig, environ: Mapping[str, str]) -> Forgotten:
    """Remove the token from wherever `keep_token` may have put it."""
    file = token_file(config, environ)
    removed: list[str] = []
    left: list[str] = []
    if _from_keyring(config.space):
        (removed if _out_of_keyring(config.space) else left).append(IN_KEYRING)
    try:
        file.unlink()
        removed.append(str(file))
    except FileNotFoundError:
        pass
    except OSError:
        left.append(str(file))
    return Forgotten(tuple(removed), tuple(left))


def chosen_url(config: VaultConfig | None, environ: Mapping[str, str]) -> str | None:
    """Give the address of the service, or None for its usual place."""
    given = environ.get(API_URL, "").strip()
    return given or (config.api_url if config else None)


def check_trusted(config: VaultConfig, agreed: str | None, environ: Mapping[str, str]) -> None:
    """Keep the token from an address that only the vault names.

    The configuration of a vault may come from someone else, with the folder.

    Args:
        agreed: The address that ``capsync init`` was last given for this vault here.

    Raises:
        ConfigError: A person on this machine has to agree first.
    """
    url = config.api_url
    if url is None or environ.get(API_URL, "").strip() or url == agreed or is_loopback(url):
        return
    raise ConfigError(
        f"this vault names {url} as its service, which nobody on this machine agreed to;"
        f" if it is right to send the token there, run: {API_URL}={url} capsync init"
    )


def is_loopback(url: str | None) -> bool:
    """Say whether an address is on this machine."""
    try:
        host = urlsplit(url or "").hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def token_file(config: VaultConfig, environ: Mapping[str, str]) -> Path:
    """Give the file that holds the token where there is no keyring; it need not be there."""
    return state_path(config.vault, environ).with_name("token")


def _from_file(file: Path) -> str | None:
    try:
        with file.open(encoding="utf-8") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            if sys.platform != "win32" and stat.S_IMODE(mode) & 0o077:
                raise ConfigError(f"others can read the token; run: chmod 600 '{file}'")
            return opened.read().strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"{file}: the token cannot be read; remove the file") from exc


def _to_file(file: Path, token: str) -> None:
    beside = file.with_name(f"token.{os.getpid()}")
    try:
        file.parent.parent.mkdir(parents=True, exist_ok=True)
        file.parent.mkdir(mode=0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(beside, flags, 0o600), "w", encoding="utf-8") as opened:
            opened.write(f"{token}\n")
        beside.replace(file)
    except OSError as exc:
        raise ConfigError(f"{file}: the token cannot be kept ({exc.strerror})") from exc
    finally:
        with suppress(OSError):
            beside.unlink()


def _from_keyring(space: str) -> str | None:
    try:
        import keyring  # noqa: PLC0415  (slow, and only needed here)

        return keyring.get_password(SERVICE, space) or None
    except Exception:  # noqa: BLE001  (a backend raises whatever it likes)
        return None


def _to_keyring(space: str, token: str) -> bool:
    """Put the token in the keyring; say whether it is there, for some swallow everything."""
    try:
        import keyring  # noqa: PLC0415  (slow, and only needed here)

        keyring.set_password(SERVICE, space, token)
    except Exception:  # noqa: BLE001  (a backend raises whatever it likes)
        return False
    return _from_keyring(space) == token


def _out_of_keyring(space: str) -> bool:
    """Remove the token from the keyring; say whether it is gone."""
    try:
        import keyring  # noqa: PLC0415  (slow, and only needed here)

        keyring.delete_password(SERVICE, space)
    except Exception:  # noqa: BLE001  (a backend raises whatever it likes)
        return False
    return _from_keyring(space) is None
