"""Tells of the texts that a rule says whatever the event's schema asks of them and they satisfy anyway.

To the algebra of schemas a pattern is a name: it holds another only where it is written alike. So where the language of
a text lies within a pattern of the schema that stands at the same place, the pattern is written into the text's own
schema, which means as much as before. `contain.facts` does the same for any two schemas, each part of one against
each of the other; here it is known which stands against which.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bridge.core.proof.text.decide import inside
from bridge.core.proof.text.language import ANYTHING, Language, literals
from bridge.core.proof.text.pattern import language
from bridge.core.proof.texts import SURELY, language_of, length_of, surely

#: RFC 3986 and 3987 define each of these as one case of the other.
_WIDER: Final[Mapping[str, tuple[str, ...]]] = {
    "uri-reference": ("uri",),
    "iri": ("uri",),
    "iri-reference": ("uri", "iri", "uri-reference"),
}
#: Longest list of texts that a language is compared with.
MAX_LISTED: Final = 64


def informed(schema: Mapping[str, Any], reader: Any) -> dict[str, Any]:
    """The schema of what is said, with every demand of the reader's texts that it satisfies anyway."""
    if not isinstance(reader, Mapping):
        return dict(schema)
    if "anyOf" in schema:
        return {**schema, "anyOf": [informed(each, reader) for each in schema["anyOf"]]}
    if schema.get("type") == "string":
        return _text(schema, reader)
    made = dict(schema)
    if "properties" in schema:
        made["properties"] = {name: _member(inner, reader, name) for name, inner in schema["properties"].items()}
    if isinstance(schema.get("items"), Mapping):
        made["items"] = informed(schema["items"], reader.get("items"))
    if "prefixItems" in schema and "prefixItems" not in reader:
        made["prefixItems"] = [informed(each, reader.get("items")) for each in schema["prefixItems"]]
    return made


def _member(inner: Any, reader: Mapping[str, Any], name: str) -> Any:
    asked = reader.get("properties", {}).get(name, reader.get("additionalProperties"))
    return informed(inner, asked) if isinstance(inner, Mapping) else inner


def _text(schema: Mapping[str, Any], reader: Mapping[str, Any]) -> dict[str, Any]:
    asked = list(_demands(reader))
    if not asked:
        return dict(schema)
    least, most = length_of((schema,))
    sized = {**({"minLength": least} if least else {}), **({} if most is None else {"maxLength": most})}
    known = [demand for demand in asked if _satisfies(schema, demand)]
    return {**schema, **sized, **({"allOf": [*schema.get("allOf", ()), *known]} if known else {})}


def _demands(reader: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the reader asks of texts, whichever of its alternatives it stands in."""
    for part in (reader, *reader.get("anyOf", ()), *reader.get("allOf", ())):
        if isinstance(part, Mapping):
            for keyword in ("pattern", "format", "minLength", "maxLength", "enum", "const"):
                if keyword in part:
                    yield {keyword: part[keyword]}
            if part is not reader:
                yield from (each for each in part.get("allOf", ()) if isinstance(each, dict) and set(each) <= _KNOWN)


_KNOWN: Final = frozenset({"pattern", "format"})


def _satisfies(schema: Mapping[str, Any], demand: Mapping[str, Any]) -> bool:
    """Whether every text of the schema surely satisfies the demand, which it does not say itself."""
    ((keyword, value),) = demand.items()
    if schema.get(keyword) == value or keyword in ("minLength", "maxLength"):
        return False
    if keyword == "format":
        return _formatted(schema, value)
    whole = language(value) if keyword == "pattern" else _listed(value if keyword == "enum" else [value])
    return whole is not None and bool(_lies_in(schema, whole))


def _lies_in(schema: Mapping[str, Any], whole: Language) -> bool | None:
    loose = language_of(schema, counted=False)
    return (loose is not ANYTHING and inside(loose, whole)) or inside(language_of(schema), whole)


def _listed(values: list[Any]) -> Language | None:
    texts = [value for value in values if isinstance(value, str)]
    return literals(texts) if 0 < len(texts) <= MAX_LISTED else None


def _formatted(schema: Mapping[str, Any], name: str) -> bool:
    own = {part.get("format") for part in (schema, *schema.get("allOf", ())) if isinstance(part, Mapping)}
    if own & set(_WIDER.get(name, ())):
        return True
    return name in SURELY and bool(inside(language_of(schema), surely(name)))
