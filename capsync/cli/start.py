"""The first lines of the command, before anything is loaded.

Loading click alone takes three times as long as starting Python, so the version
is said without it. Everything else is `capsync.cli.app`.
"""

from __future__ import annotations

import gc
import sys

from capsync import __version__

_KEPT = 50_000
"""Objects made after which the collector looks for garbage, instead of Python's 700.

What a command makes of a large vault stays until its end, and looking through that
again and again takes an eighth of the time that looking at the vault does.
"""


def main() -> None:
    """Run the command line and end the process; ``capsync`` and ``python -m capsync``."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"capsync {__version__}\n")
        return
    gc.set_threshold(_KEPT)
    from capsync.cli.app import main as whole  # noqa: PLC0415  (click is slow)

    whole()
