"""The command line: from what a person types to text and an exit code.

start      the first lines, which know the version without loading anything
app        the group, the options before the command, errors as text and exit codes
session    a vault, its memory, the service and the engine, as one context
init       ``capsync init``: a folder and a space, connected
sync       ``capsync sync``: both ways, once
status     ``capsync status``: what is in sync and what waits, without the network
sandbox    ``capsync sandbox``: the service on this machine
demo       ``capsync demo``: the sandbox and a vault, to try; `tour` is the guided one
output     reports and status as text
progress   how far a sync is, on a terminal
quotas     what is left of the quota, kept from run to run

Commands are loaded when they are asked for.
"""

from __future__ import annotations
