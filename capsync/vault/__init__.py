"""The folder: notes as files of Markdown, read and replaced with care.

vault     where a vault is, and what its configuration says
selection which part of a space it wants
names     titles to file names and back
ignore    which files are none of our business
why_not   why a file is no note, in words
files     the folder as a whole: read, write, move
scan      all that is in it
trash     what was deleted, a folder a day
disk      single files: replaced at once or not at all, never over someone's work
system    the calls to the file system, so that a folder can live elsewhere
trouble   what the disk complains about, as errors that name path and remedy
lock      one capsync per vault
watcher   whoever keeps a vault in sync, woken when something happens in it
events    what happens, in one shape; from `inotify`, else from `observed`
"""

from __future__ import annotations
