"""What things are: the one shape both converters meet in; standard library only.

token      runs of text, links, formulas and code inside a block
block      the blocks of a body, the ones we carry unread included
property   the values of a note's properties
note       a note, and the structures that say which properties it may have
builtin    the structures every space has, for when the service leaves them out
codec      the service's JSON to all of these and back, losing nothing; see `codec_values`
normal     the form in which two equal notes are equal, and its digest
"""
