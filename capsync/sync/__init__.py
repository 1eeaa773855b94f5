"""Does what `capsync.plan` decides.

sides     what the engine needs of the space, the vault, the memory and the screen
report    what a sync is asked to do, and what it did
index     which note a title means, and which title a note has
observe   the vault as it is now: which file is which note
space     reading and writing one object, with titles filled in
known     a note both sides know: reconcile, merge, write
create    a file without an object, an object without a file
remove    notes that are gone from one side
engine    one sync from start to end
"""
