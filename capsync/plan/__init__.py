"""Deciding: from what the two sides hold to what has to be done.

    reconcile    one note             to  a verdict
    merge_note   three notes          to  one note, and what could not be merged
    merge        three bodies         to  one body, likewise
    union        two bodies, no base  to  one body with everything in it
    conflicts    two versions         to  what a person sees of them, side by side
    choices      a person's choice    to  one body without the conflict
    properties   three sets of values to  one, and the values that were overruled
    edits        old and new body     to  the fewest block edits
    apply        a body and edits     to  the body they lead to
    safety       counts of a plan     to  nothing, or an objection
    schedule     what checks found    to  the note to read next

Everything here is a pure function of its arguments.
"""
