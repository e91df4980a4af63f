"""Schemas for those outside: in one file, for tolerant readers, for code generators, and for EventBridge's registry.

`bundle` makes one file of a schema and all that it refers to. `widen` says it in a language with fewer words, and
keeps account of what could not be said; `speech` and `types` name the languages. `spell` writes it in older notations,
`envelope` puts it into the event around it, `saying` finds which rules say it, `registry` puts all of that together for
EventBridge, and `plan` compares it with what is there.
"""
