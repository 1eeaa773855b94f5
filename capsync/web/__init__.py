"""A page of this machine: how the vault stands, what happens, and what needs a person.

server     the port, and this machine only
door       who may come in: a link that works once, then a cookie
guard      what every request has to pass, and what every answer carries
app        which address leads where
pages      what is read: overview, notes, one note, conflicts, what is set aside
actions    what is done: sync, pause, resolve, restore; by the hands that were given
hands      what those hands must be able to do
jobs       one thing done at a time, and what came of it
events     what happens, while somebody looks
place      the vault and its memory, opened for looking
standing   how every note stands
past       one note and its versions
sidebyside two texts beside each other
charts     numbers as pictures
render     templates, and words for times and states

Everything is read from the memory and the folder, never from the network. Pages are whole
without JavaScript; that only keeps them fresh.
"""

from __future__ import annotations
