"""Takes shapes apart, into members and elements, and makes shapes of arrays and objects."""

from collections.abc import Iterable, Mapping

from bridge.core.proof.shapes import ANY, NOTHING, NULL, Branch, Shape, joined, listed, schema_of, split, values_of
from bridge.core.proof.text.decide import inside
from bridge.core.proof.text.language import literal
from bridge.core.proof.text.pattern import language


def member(shape: Shape, name: str) -> Shape:
    """What an object has under a name; null where it has nothing, and of what is no object."""
    return joined(*(_member(branch, name) for branch in shape))


def _member(branch: Branch, name: str) -> Shape:
    values = values_of(branch)
    if values is not None:
        return listed(value.get(name) if isinstance(value, dict) else None for value in values)
    if branch["type"] != "object":
        return (NULL,)
    found = under(branch, name)
    return found if name in branch.get("required", ()) else joined(found, (NULL,))


def under(branch: Branch, name: str) -> Shape:
    """The shape of a member that is there."""
    if name in branch.get("properties", {}):
        return split(branch["properties"][name])
    if not may_be_named(branch, name):
        return NOTHING
    for pattern, schema in branch.get("patternProperties", {}).items():
        whole = language(pattern)
        fits = None if whole is None else inside(literal(name), whole)
        if fits is None:
            return ANY
        if fits:
            return split(schema)
    return split(branch.get("additionalProperties", True))


def names_in(branch: Branch) -> list[str] | None:
    """The members that an object may have, where it lists them all; None where it may have others."""
    declared = sorted(name for name, inner in branch.get("properties", {}).items() if inner is not False)
    if branch.get("patternProperties"):
        return None
    if branch.get("additionalProperties") is False:
        return declared
    names = branch.get("propertyNames")
    return values_of(names) if isinstance(names, Mapping) and ("enum" in names or "const" in names) else None


def may_be_named(schema: Branch, name: str) -> bool:
    """Whether an object of the schema may have a member of this name, as far as a list of its names tells."""
    names = schema.get("propertyNames")
    listed_names = values_of(names) if isinstance(names, Mapping) and ("enum" in names or "const" in names) else None
    return listed_names is None or name in listed_names


def members(shape: Shape) -> Shape:
    """What an object may have under any name, nulls included."""
    return joined(*(_members(branch) for branch in shape))


def _members(branch: Branch) -> Shape:
    values = values_of(branch)
    if values is not None:
        return listed(inner for value in values if isinstance(value, dict) for inner in value.values())
    declared = [split(each) for each in branch.get("properties", {}).values()]
    patterned = [split(each) for each in branch.get("patternProperties", {}).values()]
    return joined(*declared, *patterned, split(branch.get("additionalProperties", True)))


def elements(shape: Shape) -> Shape:
    """What an element of an array may be; nothing where it is always empty."""
    return joined(*(_elements(branch) for branch in shape))


def _elements(branch: Branch) -> Shape:
    values = values_of(branch)
    if values is not None:
        return listed(inner for value in values if isinstance(value, list) for inner in value)
    if branch["type"] != "array" or branch.get("maxItems") == 0:
        return NOTHING
    first = [split(each) for each in branch.get("prefixItems", ())]
    closed = "maxItems" in branch and branch["maxItems"] <= len(first)
    return joined(*first, NOTHING if closed else split(branch.get("items", True)))


def element(shape: Shape, index: int) -> Shape:
    """The element at an index; null where there is none."""
    return joined(*(_element(branch, index) for branch in shape))


def _element(branch: Branch, index: int) -> Shape:
    values = values_of(branch)
    if values is not None:
        lists = [value if isinstance(value, list) else [] for value in values]
        return listed(value[index] if -len(value) <= index < len(value) else None for value in lists)
    if branch["type"] != "array":
        return (NULL,)
    first = branch.get("prefixItems", ())
    if index < 0 and branch.get("minItems", 0) == branch.get("maxItems"):
        index += branch["maxItems"]
        if index < 0:
            return (NULL,)
    found = split(first[index]) if 0 <= index < len(first) else _elements(branch)
    needed = index + 1 if index >= 0 else -index
    return found if branch.get("minItems", 0) >= needed else joined(found, (NULL,))


def sizes(branch: Branch, least: str = "minItems", most: str = "maxItems") -> tuple[int, int | None]:
    """The fewest and the most elements, or characters with other keywords; None for no bound."""
    values = values_of(branch)
    if values:
        counts = [len(value) for value in values if isinstance(value, list | str | dict)]
        return min(counts, default=0), max(counts, default=0)
    return branch.get(least, 0), branch.get(most)


def sliced(branch: Branch, cut: tuple[int | None, int | None, int | None]) -> Shape:
    """Some elements of an array, nulls among them; null of what is no array."""
    values = values_of(branch)
    if values is not None:
        return listed(value[slice(*cut)] if isinstance(value, list) else None for value in values)
    if branch["type"] != "array":
        return (NULL,)
    start, stop, step = cut
    least, most = sizes(branch)
    if (start or 0) < 0 or (step or 1) < 0:  # a longer array may have fewer elements there
        return (array_of(_elements(branch), 0, most),)
    if most is None and stop is not None and stop >= 0:
        most = stop
    counts = [None if size is None else len(range(size)[slice(*cut)]) for size in (least, most)]
    return (array_of(_elements(branch), counts[0] or 0, counts[1]),)


def array_of(items: Shape, least: int = 0, most: int | None = None) -> Branch:
    """An array of such elements."""
    if not items:
        most = 0
    sized = {"minItems": least} if least else {}
    if most is not None:
        sized["maxItems"] = most
    return {"type": "array", **({"items": schema_of(items)} if items else {}), **sized}


def row_of(parts: Iterable[Shape]) -> Branch:
    """An array of exactly these elements."""
    shapes = list(parts)
    if not shapes:
        return {"type": "array", "maxItems": 0}
    each = [schema_of(shape) for shape in shapes]
    return {"type": "array", "prefixItems": each, "minItems": len(each), "maxItems": len(each)}


def object_of(required: Mapping[str, Shape], optional: Mapping[str, Shape]) -> Branch:
    """An object of exactly these members."""
    properties = {name: schema_of(shape) for name, shape in {**required, **optional}.items()}
    return {
        "type": "object",
        "properties": properties,
        **({"required": sorted(required)} if required else {}),
        "additionalProperties": False,
    }
