"""Has the system keep ``capsync watch`` running: from logging in to logging out, and after a crash.

    job        what is to be run: program, vault, environment
    systemd    as a user unit (Linux)
    launchd    as a launch agent (macOS)
    windows    as a scheduled task
    manager    what these have in common: a file, programs to run, a state
    manage     the file written, the programs run
    notify     what the daemon tells systemd of itself

The first four only make text and read it; `manage` writes the file and runs the
programs through a callable that is handed in.
"""

from __future__ import annotations
