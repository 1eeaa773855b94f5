"""Does what `capsync.plan` decides.

    engine      one sync from start to end
    stages      what it does, in order
    sides       what the engine needs of the space and the screen, as protocols
    report      what a sync is asked to do, and what it did
    recorded    a sync whose report is remembered, whatever ended it
    masked      what reports quote of notes, left out for a log
    run         what every part of one run works with
    begin       a run from its beginning to its end, whatever it is for
    home        that the vault is the vault, and not a copy of it
    guard       what a sync would take from either side, and whether that is too much
    emptied     that nothing never wins against something
    choose      which notes a sync looks at
    called      what a person calls a note
    lost        what in a file has no home in the space
    troubles    which notes are set aside, from run to run
    remedy      what a person can do about them

    scope       which notes of a space are synced, and why the others are not
    scoping     what the names in the configuration mean
    unsynced    notes that are known but not synced, left alone on both sides
    apart       what is remembered of what is not synced
    census      how that is learned

    observe     the vault as it is now: which file is which note
    glance      some files as they are now, the others taken to be as they were
    echo        whether a file is just as capsync left it
    cut_off     files that were about to be written when a run was cut off
    listed      what a list of the space tells without reading a note
    reads       the schedule of reads, joined with the memory
    checking    one read between two runs
    meanwhile   whether somebody else edited a note while it was written

    index       which note a title means, and which title a note has
    indexing    the index of what is remembered, kept from run to run
    meant       names as the links of one note mean them
    place       where a note's file goes, and what its name says of the title
    space       one object: read, made, changed
    targets     values that name a note in the trash
    look        a note both sides know: what each holds, and what has to happen
    settle      that note brought into agreement: written, merged, remembered
    resolve     conflicts that are open in files, and settling them
    seen        settling one as a person saw it somewhere else
    resolved    what a file means that one was settled in, until it is synced
    overruled   what a person is told of a property's value that lost
    kinds       which kinds of objects are synced, and what kind a new file becomes
    making      new files in the order in which to make objects of them
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
    held_here   which those are, as far as can be told without the space
    contents    what a note says, whatever its blocks are called
    verify      whether both sides are what is remembered

    status      how things stand, without the network
    freshness   how lately the notes were compared with the space
    waiting     why what was edited here is not in the space yet
    why         why a note stands as it does; `why_there` asks the space as well
    trace       the answer, as plain values

Nothing here knows httpx, SQLite or Markdown's syntax.
"""
