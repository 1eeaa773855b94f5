"""The command line as launchd and Windows start it; no command of its own.

    python -P -m capsync.cli.launched [NAME=VALUE…] ARGUMENT…

A scheduled task has no environment, so it comes as arguments. And neither knows
exit codes that starting again cannot help: here they end with 0, after the
message is in the log.
"""

from __future__ import annotations

import os
import re
import sys

from capsync.service.systemd import HELPLESS

_VARIABLE = re.compile(r"[A-Za-z_]+=")


def main() -> None:
    """Run capsync and end the process."""
    words = sys.argv[1:]
    while words and _VARIABLE.match(words[0]):
        name, _, value = words.pop(0).partition("=")
        os.environ[name] = value
    sys.argv[1:] = words
    from capsync.cli.start import main as whole  # noqa: PLC0415  (after the environment)

    try:
        whole()
    except SystemExit as exc:
        if exc.code in HELPLESS:
            sys.exit(0)
        raise


if __name__ == "__main__":
    main()
