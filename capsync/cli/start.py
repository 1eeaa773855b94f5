"""The first lines of the command, before anything is loaded.

Loading click alone takes three times as long as starting Python, so the version
is said without it. Everything else is `capsync.cli.app`.
"""

from __future__ import annotations

import sys

from capsync import __version__


def main() -> None:
    """Run the command line and end the process; ``capsync`` and ``python -m capsync``."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"capsync {__version__}\n")
        return
    from capsync.cli.app import main as whole  # noqa: PLC0415  (click is slow)

    whole()
