"""One version of everything: the schemas of a project as they are, or as one was released, and who says them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bridge.core.compat.contract import Contract, contract
from bridge.core.compat.version import version
from bridge.core.map import Literal
from bridge.core.rules import Entity
from bridge.core.schema.link import Links, link
from bridge.core.schema.source import Source, read
from bridge.errors import Problem, ProjectInvalid, Where, raise_if_any


@dataclass(frozen=True, slots=True)
class Use:
    """How rules publish a schema."""

    events: tuple[str, ...] = ()  #: `<entity>.<event>`
    types: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()  #: those that are fixed


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one schema."""

    label: str  #: as findings call it: "main", "release 2 of 2026-01-10"
    contract: Contract
    use: Use
    place: Where | None = None  #: where it is recorded, if it was released


@dataclass(frozen=True, slots=True)
class Side:
    """The event schemas of a project, by name."""

    links: Links
    versions: Mapping[str, Version]


def read_links(files: Mapping[str, bytes], folder: str = "") -> Links:
    """The schemas of these files, linked. Raises `ProjectInvalid` with every problem, S001 to S016."""
    sources: list[Source] = []
    problems: list[Problem] = []
    for name in sorted(files):
        try:
            sources.append(_source(name, f"{folder}{name}", files[name]))
        except ProjectInvalid as error:
            problems += error.problems
    links, tangles = link(sources, frozenset(files))
    raise_if_any(problems + tangles)
    return links


@lru_cache(maxsize=4_096)  # releases hold the same common schemas again and again
def _source(name: str, file: str, data: bytes) -> Source:
    return read(name, file, data)


def side(label: str, links: Links, entities: Iterable[Entity]) -> Side:
    """The event schemas among those that are linked: what rules publish, and what is versioned or stands alone.

    Schemas of stored items, and parts that only other schemas refer to, are promises to nobody. Raises
    `ProjectInvalid` S017.
    """
    entities = tuple(entities)
    uses = _uses(entities)
    items = {entity.item_schema for entity in entities}
    parts = {str(target[0]) for pointer, target in links.targets.items() if pointer[0] != target[0]}
    names = [name for name in links.sources if _is_event(name, uses, items, parts)]
    return Side(links, {name: Version(label, contract(links, name), uses.get(name, Use())) for name in names})


def closure(links: Links, name: str) -> list[str]:
    """The files that a schema needs, itself among them, sorted."""
    refers: dict[str, set[str]] = {}
    for pointer, target in links.targets.items():
        refers.setdefault(str(pointer[0]), set()).add(str(target[0]))
    found, waiting = {name}, [name]
    while waiting:
        further = refers.get(waiting.pop(), set()) - found
        found |= further
        waiting += further
    return sorted(found)


def _is_event(name: str, uses: Collection[str], items: Collection[str], parts: Collection[str]) -> bool:
    return name in uses or (name not in items and (bool(version(name)) or name not in parts))


def _uses(entities: Iterable[Entity]) -> dict[str, Use]:
    uses: dict[str, Use] = {}
    for rule in (rule for entity in entities for rule in entity.rules):
        for key, schema in rule.schemas.items():
            known = uses.get(schema.name, Use())
            types = {key} if key else _fixed(rule.type.template)
            uses[schema.name] = Use(
                (*known.events, *({rule.name} - {*known.events})),
                known.types | types,
                known.sources | _fixed(rule.source.template),
            )
    return uses


def _fixed(template: object) -> set[str]:
    return {str(template.value)} if isinstance(template, Literal) and template.value else set()
