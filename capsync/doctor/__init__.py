"""What is wrong with a vault, its memory, the machine and the way to the service.

finding    what a check found: how bad, what, where, and what helps
examine    all checks in order; a check that breaks is a finding as well
ask        the service, asked at most twice
service    token, service, space and clock: facts to findings
places     other sync tools around the vault, file systems, room: facts to findings
look       those facts, from the disk
files      what other tools and crashed runs left in the vault: facts to findings
walk       those facts, by one walk over the vault
memory     the memory and what it says of the notes
running    whether the system keeps capsync watch running
machine    versions and the limits of the watcher

Nothing is changed by any of it.
"""

from __future__ import annotations
