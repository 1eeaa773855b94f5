"""Runs the command line as ``python -m capsync``."""

from __future__ import annotations

from capsync.cli.start import main

main()
