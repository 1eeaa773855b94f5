"""Who may come in: a link that works once, then a cookie.

The secret of the link is good for one visit. Whoever brings it first gets a cookie that
no script can read and that no other site's pages can send along; then a new link is made
for another browser. All of it is gone when the process ends.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from hmac import compare_digest
from threading import Lock

MOST = 16
"""Browsers that may be in at a time; the first to have come has to leave."""


class Door:
    """The links and cookies of one server; safe between threads."""

    def __init__(
        self,
        port: int,
        *,
        announce: Callable[[str], None] = lambda _link: None,
        random: Callable[[], str] = lambda: secrets.token_urlsafe(32),
    ) -> None:
        """
        Args:
            announce: Told each new link.
            random: Gives a text that nobody can guess.
        """
        self.port = port
        self.cookie = f"capsync_{port}"
        """The cookie's name; another port of this machine shares cookies, so it has another."""
        self._announce = announce
        self._random = random
        self._lock = Lock()
        self._inside: dict[str, str] = {}
        self._secret = random()

    @property
    def origins(self) -> tuple[str, ...]:
        """Give the origins that are this server."""
        return tuple(f"http://{host}" for host in self.hosts)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Give the names, with the port, under which it answers."""
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    @property
    def link(self) -> str:
        """Give the link that lets one browser in."""
        return f"{self.origins[0]}/open?secret={self._secret}"

    def enter(self, secret: str) -> str | None:
        """Exchange a link's secret for a cookie's value; None if it is not, or no longer, good."""
        with self._lock:
            if not _same(secret, self._secret):
                return None
            self._secret = self._random()
            cookie = self._random()
            while len(self._inside) >= MOST:
                del self._inside[next(iter(self._inside))]
            self._inside[_digest(cookie)] = self._random()
        self._announce(self.link)
        return cookie

    def token_of(self, cookie: str) -> str | None:
        """Give what each form of this visitor has to say; None for a cookie that is not known."""
        digest = _digest(cookie)
        with self._lock:
            return next(
                (it for key, it in self._inside.items() if compare_digest(key, digest)), None
            )


def same_token(one: str, other: str) -> bool:
    """Compare two secrets in a time that tells nothing of them."""
    return _same(one, other)


def _same(one: str, other: str) -> bool:
    return compare_digest(_digest(one), _digest(other))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
