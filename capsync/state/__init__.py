"""The memory: what both sides held when they last agreed, and how it came about.

store      all of it, by opening one file
notes      the agreement on each note, its former names, and finding one by words
awaited    links that wait for a note of their name
journal    what is about to be done
revisions  every version that was ever overwritten
deeds      what each run did, as far as it takes to undo it
held       notes that an undo has set back
checks     what the schedule of reads has learned
ledger     what was set aside, what the last runs reported, and odds and ends
database   the file: transactions, and its errors as ours
schema     the tables and the migrations that led to them
version    which migrations there are, known without loading them
look       all of it, looked at without a change
activity   what happened, a line each, in a file of its own
place      where these files are

Losing the file loses no note: equal pairs are adopted again, unequal ones merge.
"""

from __future__ import annotations
