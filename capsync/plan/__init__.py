"""Deciding: from what the two sides hold to what has to be done.

    reconcile    one note             to  a verdict
    merge_note   three notes          to  one note, and what could not be merged
    merge        three bodies         to  one body, likewise
      fields     three blocks         to  one block; `words` what is said inside
      order      both sides' siblings to  one order, by `diff3`
      survivors  three bodies         to  which blocks survive where; `twins` are equal ones
    union        two bodies, no base  to  one body with everything in it
    conflicts    two versions         to  what a person sees of them, side by side
    choices      a person's choice    to  one body without the conflict
    properties   three sets of values to  one, and the values that were overruled
    edits        old and new body     to  the fewest block edits, by `sequence` and `tree`
    target       a body wanted        to  the nearest that can be reached
    apply        a body and edits     to  the body they lead to
    safety       counts of a plan     to  nothing, or an objection
    creation     new notes            to  the order in which to make them
    schedule     what checks found    to  the note to read next, and why: `picks`
      rates      checks               to  how likely a note has changed; `company` if others have
      worth      a check              to  what it is worth; `lines` those alike wait in
      probe      digests              to  whether they tell that a note has changed
      kept       what is learned      as  plain values, for the next process
    quiet        saves in a row       to  when to look at the note

Everything here is a pure function of its arguments.
"""
