"""The command line: from what a person types to text and an exit code.

start      the first lines, which know the version without loading anything
app        the group, the options before the command, errors as text and exit codes
here       the vault a command is about; its memory, opened for looking
session    a vault, its memory, the service and the engine, as one context
turn       the vault to ourselves, while the daemon steps aside
by_daemon  what the daemon is asked to do instead, where there is one
init       ``capsync init``: a folder and a space, connected; `in_scope` tells what will be synced
sync       ``capsync sync``: both ways, once
watch      ``capsync watch``: both ways, until it is told to stop
status     ``capsync status``: what is in sync and what waits, without the network
picture    all that status tells; `status_text`, `unsynced` and `watching` say it
why        ``capsync why``: how a note stands and what a sync would do; `why_text` says it
log        ``capsync log``: what capsync did and met
web        ``capsync web``: a page of this machine; `hands` and `daemon_hands` are what it can do
conflicts  ``capsync conflicts``: what nobody has settled, without the network
resolve    ``capsync resolve``: settle it, then sync
history    ``capsync history``: the earlier versions of a note, without the network
diff       ``capsync diff``: what a sync would change, or what a version was
restore    ``capsync restore``: a version, or a deleted note, on both sides
undo       ``capsync undo``: the last run, taken back
verify     ``capsync verify``: whether both sides are what is remembered
doctor     ``capsync doctor``: what is wrong, and what helps
login      ``capsync login``: a token, kept once it is accepted
logout     ``capsync logout``: the kept token, removed
signing_in a token and a person; for init and login
completion ``capsync completion``: the script for a shell; `completing` says what it offers
convert    ``capsync convert``: Markdown to blocks and back, without a vault
service    ``capsync service``: the system keeps ``capsync watch`` running
launched   the command line as launchd and Windows start it
sandbox    ``capsync sandbox``: the service on this machine
demo       ``capsync demo``: the sandbox and a vault, to try; `tour` is the guided one
selftest   ``capsync selftest``: syncing, rehearsed in memory
output     reports and status as text
progress   how far a sync is, on a terminal
quotas     what is left of the quota, kept from run to run

Commands are loaded when they are asked for.
"""

from __future__ import annotations
