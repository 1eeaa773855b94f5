"""The folder: notes as files of Markdown, read and replaced with care.

vault     where a vault is, and what its configuration says
names     titles to file names and back
ignore    which files are none of our business
files     the folder as a whole: scan, read, write, move, trash
disk      single files: replaced at once or not at all, never over someone's work
system    the calls to the file system, so that a folder can live elsewhere
trouble   what the disk complains about, as errors that name path and remedy
lock      one capsync per vault
"""

from __future__ import annotations
