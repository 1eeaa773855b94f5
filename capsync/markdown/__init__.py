"""Text ↔ note; pure. mistune and YAML stop here.

    frontmatter   a file                to  front matter and body, byte for byte, and edits by line
    yaml_guard, yaml_values, yaml_dump  from YAML, within bounds, to values and back
    dates         a date or a span      to  the model, and back
    scanner       a body                to  a tree of blocks with their lines, for mistune
    starts, goes_on, definitions        how each kind of block begins, goes on; link definitions
    inline        a line of text        to  tokens (mistune's rules and our syntax)
    inline_parser, emphasis, brackets   in time that grows with the text and no faster, by `cursor`
    syntax        what ours adds to CommonMark's
    reader        a tree                to  pieces: model blocks that know which lines they are
    links         a link                to  the note it means, and back
    placeholder   what has no word      to  a line that stands for it
    view          blocks                to  what Markdown can say of them; `view_tokens` of tokens
    own_view      blocks                to  whether that is all of them, without making it
    escape        tokens                to  the cheapest text that reads back as them
    tame          tokens                to  whether the cheapest text is right; `tame_start`
    writer        blocks                to  Markdown
    checked       blocks                to  Markdown, read back as a whole
    align         old and new blocks    to  which is which
    inherit       two that are one      to  the new one with what Markdown could not say
    weave, tree   aligned blocks        to  a body, headings and unseen blocks in place
    pins          placeholders          to  the blocks they stand for, none lost, none twice
    lens          text and an old note  to  the note the text now means (`get` and `put`)
    sources       a new note            to  which old lines each of its blocks goes on
    onto          a new note            to  the old text with only the changed lines replaced
    properties    property values       to  front matter, and which fields are properties
    property_values  fields             to  property values
    opened        a file                to  its parts, and which note it says it is
    document      a file                to  a note and back, all of the above together
    losses        a file                to  what in it has no home in the service; `losses_inline`
    pause         the collector of garbage, held back while a large text is read

Everything here is a pure function of its arguments.
"""
