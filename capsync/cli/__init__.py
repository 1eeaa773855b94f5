"""The command line: from what a person types to text and an exit code.

start      the first lines, which know the version without loading anything
app        the group, the options before the command, errors as text and exit codes
session    a vault, its memory, the service and the engine, as one context
init       ``capsync init``: a folder and a space, connected
sync       ``capsync sync``: both ways, once
status     ``capsync status``: what is in sync and what waits, without the network
conflicts  ``capsync conflicts``: what nobody has settled, without the network
resolve    ``capsync resolve``: settle it, then sync
history    ``capsync history``: the earlier versions of a note, without the network
diff       ``capsync diff``: what a sync would change, or what a version was
restore    ``capsync restore``: a version, or a deleted note, on both sides
undo       ``capsync undo``: the last run, taken back
verify     ``capsync verify``: whether both sides are what is remembered
sandbox    ``capsync sandbox``: the service on this machine
demo       ``capsync demo``: the sandbox and a vault, to try; `tour` is the guided one
output     reports and status as text
progress   how far a sync is, on a terminal
quotas     what is left of the quota, kept from run to run

Commands are loaded when they are asked for.
"""

from __future__ import annotations
