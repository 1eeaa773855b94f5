"""Keeps a vault in sync until it is told to stop, and lets itself be asked.

loop       one thread that waits and does one piece of work at a time, the most urgent first
turns      when it does what by itself: arithmetic only
inbox      what reaches that thread from all others
desk       a vault that is open, and what is handed in from outside
work       what is done there: push, list, and write down what was learned
reading    the space read in turn, a note at a time
survey     a list of the space, a request at a time
job        a whole sync that somebody has asked for, between everything else
failing    notes that cannot be synced as they are: tried again more and more seldom
trouble    what keeps it from syncing, told once
stopping   ending in time

control    what other processes ask of the daemon, as things on a queue
requests   what those are, and the answers
peer       one of those processes: what it sent so far, what it has yet to be sent
address    where the daemon of a vault is found: a Unix socket, or a port and a secret
asking     the other end: ask the daemon of a vault
desktop    notifications on the desktop: what is worth one, and how to show it
alerting   the same as the daemon uses it: once, without waiting
"""

from __future__ import annotations
