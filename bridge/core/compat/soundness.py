"""The rules about a schema by itself: its examples hold, and each of its parts allows something."""

from collections.abc import Iterator
from typing import Any

from jsonschema_rs import ReferencingError, Registry, Validator

from bridge.core.compat.cause import said
from bridge.core.compat.finding import Finding, place
from bridge.core.compat.side import Version
from bridge.core.contain import dead_parts
from bridge.core.contain.judge import compiled
from bridge.core.schema.close import forms
from bridge.core.schema.dialect import Pointer
from bridge.core.schema.link import Links


def examples(now: Version) -> Iterator[Finding]:
    """Each entry of an `examples` list that its own schema refuses."""
    contract = now.contract
    for steps, schema in contract.source.schemas():
        listed = schema.get("examples")
        if not isinstance(listed, list):
            continue
        validator = _validator(now, steps)
        for index, value in enumerate(listed):
            error = next(iter(validator.iter_errors(value)), None)
            if error is not None:
                pointer = (contract.name, *steps, "examples", index)
                what = f"an example breaks the schema that it is for: {said(error)}"
                yield Finding("EXAMPLE_INVALID", contract.name, place(contract.links, pointer), what, now.use.events)


def _validator(now: Version, steps: Pointer) -> Validator:
    whole = forms(now.contract.links, (now.contract.name, *steps))
    return compiled(whole.open if steps else whole.closed)


def dead(now: Version, others: Registry | None) -> Iterator[Finding]:
    """Each part that no value can satisfy."""
    contract = now.contract
    for part in dead_parts(contract.source.document, others):
        steps = _steps(contract.source.document, part.pointer)
        why = f": {' and '.join(part.keywords)} exclude each other" if len(part.keywords) > 1 else ""
        where = place(contract.links, (contract.name, *steps))
        yield Finding("DEAD_SUBSCHEMA", contract.name, where, f"no value can satisfy this part{why}", now.use.events)


def registry(links: Links) -> Registry | None:
    """All schemas by `$id`, for what looks into one as it is written; None where they do not go together."""
    documents = [(str(source.document[source.dialect.id]), source.document) for source in links.sources.values()]
    try:
        return Registry(documents)
    except (ReferencingError, ValueError):
        return None


def _steps(document: Any, pointer: str) -> Pointer:
    steps: list[str | int] = []
    for text in pointer.split("/")[1:]:
        name = text.replace("~1", "/").replace("~0", "~")
        step = int(name) if isinstance(document, list) else name
        document = document[step]
        steps.append(step)
    return tuple(steps)
