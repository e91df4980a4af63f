"""Arrays and objects that functions make."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bridge.core.proof.calls import Call, Result
from bridge.core.proof.parts import (
    array_of,
    element,
    elements,
    member,
    members,
    names_in,
    object_of,
    row_of,
    sizes,
    under,
)
from bridge.core.proof.shapes import (
    ANY,
    BOOLEAN,
    HOLE,
    NULL,
    Branch,
    Shape,
    is_holed,
    joined,
    left_null,
    listed,
    only,
    schema_of,
    split,
    types_of,
    values_of,
)


def _keyed(call: Call, lists: Iterable[Shape], allowed: tuple[str, ...] = ("number", "string")) -> None:
    """A risk (X020) where the keys in one list may be of several types or of wrong ones."""
    for each in lists:
        found = types_of(call.of(len(call.node.children) - 1, elements(each)))
        if len(found) > 1 or not found <= set(allowed):
            call.risk("X020", f"may get keys of {' and '.join(sorted(found))}")


def _may_be_no_key(key: Branch) -> bool:
    """Whether a key may be null, or have a part that is."""
    names = types_of((key,))
    if names == {"array"}:
        return "null" in types_of(elements((key,)))
    if names == {"object"}:
        members = key.get("properties", {}).values()
        return key.get("additionalProperties") is not False or any("null" in types_of(split(each)) for each in members)
    return "null" in names or not names.isdisjoint({"array", "object"})


def _branches(lists: Shape) -> list[Shape]:
    return [(branch,) for branch in lists]


def _same_elements(lists: Shape) -> Shape:
    return tuple(array_of(elements((branch,)), *sizes(branch)) for branch in only(lists, "array"))


def _sort(call: Call) -> Shape:
    return _same_elements(call.arguments[0])


def _sort_by(call: Call) -> Shape:
    _keyed(call, _branches(call.arguments[0]))
    return _same_elements(call.arguments[0])


def _extreme_by(call: Call) -> Shape:
    _keyed(call, _branches(call.arguments[0]))
    empty = any(not sizes(branch)[0] for branch in call.arguments[0])
    return joined(elements(call.arguments[0]), (NULL,) if empty else ())


def _group_by(call: Call) -> Shape:
    _keyed(call, _branches(call.arguments[0]), ("string",))
    made = []
    for branch in call.arguments[0]:
        inner, (least, most) = elements((branch,)), sizes(branch)
        keys = only(call.of(1, inner), "string")
        made.append({"type": "object", "additionalProperties": array_of(inner, 1, most), **_named(keys, bool(least))})
    return tuple(made)


def _named(keys: Shape, some: bool) -> dict[str, Any]:
    """Of an object whose names are all of a shape, and of which there are some."""
    if not keys:
        return {"maxProperties": 0}
    names = {key: value for key, value in schema_of(keys).items() if key != "type"} if len(keys) == 1 else {}
    return {**({"propertyNames": names} if names else {}), **({"minProperties": 1} if some else {})}


def _get(call: Call) -> Shape:
    container, key = call.arguments
    found: list[Shape] = []
    if types_of(container) != {"object"} or types_of(key) != {"string"}:
        wanted = types_of(container) == {"array"} and types_of(key) == {"number"}
        if not wanted:
            call.risk("X020", "may look up a name in an array, or a number in an object")
    if only(container, "object"):
        found.append(_under(only(container, "object"), key))
    for branch in only(container, "array"):
        index = [value for each in key for value in values_of(each) or [None]]
        exact = len(index) == 1 and isinstance(index[0], int)
        found.append(element((branch,), index[0]) if exact else joined(elements((branch,)), (NULL,)))
    return joined(*found)


def _under(container: Shape, key: Shape) -> Shape:
    names = [value for each in key for value in values_of(each) or [None]]
    if all(isinstance(name, str) for name in names):
        return joined(*(member(container, name) for name in names))
    return joined(members(container), (NULL,))


def _added(call: Call) -> Shape:
    if len(call.node.children) > 2:  # the keys of both lists are compared
        keys = call.of(2, elements(only(joined(*call.arguments[:2]), "array")))
        if any(map(_may_be_no_key, keys)) or is_holed(keys):
            call.risk("X020", "may get keys that are null, or hold null")
    many = call.arguments[1 if call.function.name == "added" else 0]
    lists = only(many, "array")
    made = tuple(array_of(elements((branch,)), 0, sizes(branch)[1]) for branch in lists)
    return joined(made, ({"type": "array", "maxItems": 0},) if types_of(many) - {"array"} else ())


def _merge(call: Call) -> Shape:
    """Of closed objects of known members the members of all; else any object."""
    shapes = [only(shape, "object") for shape in call.arguments]
    if not all(len(shape) == 1 and values_of(shape[0]) is None and names_in(shape[0]) is not None for shape in shapes):
        holes = (HOLE,) if is_holed(call.arguments) else ()
        return ({"type": "object", "additionalProperties": schema_of((*ANY, *holes))},)
    required: dict[str, Shape] = {}
    optional: dict[str, Shape] = {}
    for (branch,) in shapes:
        for name in names_in(branch) or ():
            if name in branch.get("required", ()):
                required[name] = under(branch, name)
                optional.pop(name, None)
            elif name in required:
                required[name] = joined(required[name], under(branch, name))
            else:
                optional[name] = joined(optional.get(name, ()), under(branch, name))
    return (object_of(required, {name: shape for name, shape in optional.items() if shape}),)


def _names(branch: Branch) -> Shape:
    names = None if values_of(branch) is not None else names_in(branch)
    if names:
        return listed(names)
    asked = branch.get("propertyNames")
    return ({**asked, "type": "string"},) if isinstance(asked, dict) and "anyOf" not in asked else ({"type": "string"},)


def _count(branch: Branch) -> tuple[int, int | None]:
    """The fewest and the most members."""
    least, most = sizes(branch, "minProperties", "maxProperties")
    return max(least, len(branch.get("required", ()))), most


def _keys(call: Call) -> Shape:
    return tuple(array_of(_names(branch), *_count(branch)) for branch in call.arguments[0])


def _values(call: Call) -> Shape:
    return tuple(array_of(members((branch,)), *_count(branch)) for branch in call.arguments[0])


def _items(call: Call) -> Shape:
    return tuple(
        array_of((object_of({"key": _names(branch), "value": members((branch,))}, {}),), *_count(branch))
        for branch in call.arguments[0]
        if members((branch,))
    ) or ({"type": "array", "maxItems": 0},)


def _from_items(call: Call) -> Shape:
    inner = elements(call.arguments[0])
    keys, values = member(inner, "key"), member(inner, "value")
    if inner and (types_of(inner) != {"object"} or types_of(keys) != {"string"} or _may_lack(inner, "value")):
        call.risk("X021", "may get an element without a text under 'key' and a 'value'")
    rest: Any = schema_of(values) if values else True
    some = any(not sizes(branch)[0] for branch in call.arguments[0])
    return ({"type": "object", "additionalProperties": rest, **_named(only(keys, "string"), not some)},)


def _may_lack(shape: Shape, name: str) -> bool:
    return any(name not in branch.get("required", ()) for branch in only(shape, "object") if values_of(branch) is None)


def _zip(call: Call) -> Shape:
    lists = [only(shape, "array") for shape in call.arguments]
    counts = [sizes(branch) for shape in lists for branch in shape]
    most = [each for _, each in counts if each is not None]
    inner = [elements(shape) for shape in lists]
    if not all(inner):
        return ({"type": "array", "maxItems": 0},)
    return (
        array_of((row_of(inner),), min(least for least, _ in counts), max(most) if len(most) == len(counts) else None),
    )


def _to_array(call: Call) -> Shape:
    (given,) = call.arguments
    others = joined(only(given, "boolean", "number", "string", "object"), left_null(given))
    return joined(only(given, "array"), (array_of(others, 1, 1),) if others else ())


def _images(call: Call) -> Shape:
    """`changed` and `became` look at both images, by a path that may be an expression which refuses."""
    for image in ("old", "new"):
        call.of(0, call.world.root(image))
    return (BOOLEAN,)


RESULTS: Final[Mapping[str, Result]] = {
    "sort": _sort,
    "sort_by": _sort_by,
    "max_by": _extreme_by,
    "min_by": _extreme_by,
    "group_by": _group_by,
    "get": _get,
    "added": _added,
    "removed": _added,
    "merge": _merge,
    "keys": _keys,
    "values": _values,
    "items": _items,
    "from_items": _from_items,
    "zip": _zip,
    "to_array": _to_array,
    "changed": _images,
    "became": _images,
}
