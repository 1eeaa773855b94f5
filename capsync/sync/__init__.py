"""Does what `capsync.plan` decides.

    engine      one sync from start to end
    sides       what the engine needs of the space and the screen, as protocols
    report      what a sync is asked to do, and what it did
    run         what every part of one run works with
    begin       a run from its beginning to its end, whatever it is for
    home        that the vault is the vault, and not a copy of it
    guard       what a sync would take from either side, and whether that is too much
    emptied     that nothing never wins against something
    meant       names as the links of one note mean them
    meanwhile   whether somebody else edited a note while it was written
    observe     the vault as it is now: which file is which note
    cut_off     files that were about to be written when a run was cut off
    choose      which notes a sync looks at
    index       which note a title means, and which title a note has
    place       where a note's file goes, and what its name says of the title
    space       one object: read, made, changed
    targets     values that name a note in the trash
    look        a note both sides know: what each holds, and what has to happen
    settle      that note brought into agreement: written, merged, remembered
    resolve     conflicts that are open in files, and settling them
    resolved    what a file means that one was settled in, until it is synced
    overruled   what a person is told of a property's value that lost
    kinds       which kinds of objects are synced, and what kind a new file becomes
    create      files without an object
    adopt       objects without a file, files whose note the memory does not know
    awaited     links that were written before their target was there
    intentions  objects that are about to be made, files about to be moved
    resume      writes to the space that nobody heard the end of
    remove      notes that are gone from one side
    preview     what a run would change, as texts
    history     the past of a note: finding it by any name, and its versions
    differences a version beside the file as it is now; diffs as text
    retention   which versions need not be kept any longer
    restore     a version, or a deleted note, brought back on both sides
    comeback    objects out of the trash, or made anew; files likewise
    undo        the last run, taken back
    setback     one note, back to what both sides held before a run
    undone      what is remembered of it then
    held        notes that were set back, left alone until a person goes on
    contents    what a note says, whatever its blocks are called
    verify      whether both sides are what is remembered
    status      how things stand, without the network

Nothing here knows httpx, SQLite or Markdown's syntax.
"""
