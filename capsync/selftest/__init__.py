"""The simulator: the whole engine in memory and in virtual time, under all the trouble there is.

steps     a schedule as data: who does what, in which order, in which world
draw      a schedule from a seed
play      play one to its end, check the invariants
stage     the space, the machines, the weather, and who acts
around    what all machines share
machine   one vault with its disk, memory and clock, and the real capsync on it
moments   where a run may be killed, and where others get in between
life      a daemon, from its start to its end
hours     when it is killed or stopped, and what others do meanwhile
memory    a file system in memory
wire      from the client to the sandbox, without a network
weather   the trouble on the way
clocks    time that passes, and what each machine takes it for
desk      one vault, as a person gets at it
editor    a person with an editor
app       a person in the app
words     what people typed, and what became of it by their own doing
calm      after the storm: sync and follow the advice until all is quiet
check     the invariants
shrink    make what goes wrong short
many      many schedules, one process a core

What is not simulated: threads of capsync (it has none that write), two runs on
one vault at once (the lock of the real disk sees to that), what a power cut takes
from a disk that said it had it, disks that are full or read-only, media, and what
is wrong with a token.
"""

from __future__ import annotations
