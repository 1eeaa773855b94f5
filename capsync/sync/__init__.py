"""Does what `capsync.plan` decides.

    engine      one sync from start to end
    sides       what the engine needs of the space and the screen, as protocols
    report      what a sync is asked to do, and what it did
    run         what every part of one sync works with
    observe     the vault as it is now: which file is which note
    choose      which notes a sync looks at
    index       which note a title means, and which title a note has
    place       where a note's file goes, and what its name says of the title
    space       one object: read, made, changed
    known       a note both sides know: compare, merge, write, remember
    create      a file without an object, an object without a file
    intentions  objects that are about to be made, so that none is made twice
    remove      notes that are gone from one side
    status      how things stand, without the network

Nothing here knows httpx, SQLite or Markdown's syntax.
"""
