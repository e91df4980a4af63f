"""A project's events as documents for EventBridge's schema registry, with what was lost and what no longer fits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jsonschema import Draft4Validator

from bridge.core.export.bundle import Bundle
from bridge.core.export.plan import Step
from bridge.core.export.registry import MAX_CONTENT, Export, Form, export
from bridge.core.export.saying import Saying, carried, sayings
from bridge.core.export.widen import Loss
from bridge.core.schema.dialect import Pointer
from bridge.core.schema.places import where
from bridge.core.way import Way, json_path
from bridge.errors import Problem, Where
from bridge.project import Project


@dataclass(frozen=True, slots=True)
class Exported:
    """A document, and what there is to say about it."""

    export: Export
    losses: tuple[tuple[Where, Loss], ...]  #: in their files
    problems: tuple[Problem, ...]  #: G005, G007, G008


def exported(project: Project, bundles: Mapping[str, Bundle], form: Form) -> tuple[list[Exported], list[Step]]:
    """A document for each event type of these schemas, and a step for each schema that is left out, with the reason."""
    said, made, skipped = sayings(project.rules), [], []
    for name, bundle in bundles.items():
        groups = _by_type(project, said.get(name, []))
        if not groups:
            why = "no rule says it" if name not in said else "it goes to no EventBridge bus"
            skipped.append(Step("skip", name, why))
        for group in groups:
            whole = any("whole" in carried(each, project.manifest.targets) for each in group)
            made.append(_told(project, bundle, export(bundle, group, name, form, whole=whole)))
    return made, skipped


def _by_type(project: Project, said_by: list[Saying]) -> list[list[Saying]]:
    groups: dict[str, list[Saying]] = {}
    for saying in said_by:
        if carried(saying, project.manifest.targets):
            groups.setdefault(saying.type, []).append(saying)
    return list(groups.values())


def _told(project: Project, bundle: Bundle, made: Export) -> Exported:
    losses = tuple(dict.fromkeys((place_of(project, bundle, loss), loss) for loss in made.losses))
    place = place_of(project, bundle, Loss((), ""))
    examples = _example_problems(project, bundle, made) if made.form == "jsonschema" else ()
    return Exported(made, losses, (*_size_problems(made, place), *_proof_problems(made, place), *examples))


def place_of(project: Project, bundle: Bundle, loss: Loss) -> Where:
    """The line of the author's file that said what was lost."""
    origin = bundle.origin(loss.steps)
    source = project.schemas.links.sources[str(origin[0])]
    steps = _followed(source.document, origin[1:])
    return replace(where(source.file, source.text, steps), path=_path(steps))


def _followed(document: Any, steps: Pointer) -> Pointer:
    """The steps as far as they lead in a file, where `oneOf` stands for what readers get as `anyOf`."""
    way: list[str | int] = []
    for step in steps:
        taken = "oneOf" if step == "anyOf" and "oneOf" in document and "anyOf" not in document else step
        try:
            document = document[taken]
        except (LookupError, TypeError):
            break
        way.append(taken)
    return tuple(way)


def _path(steps: tuple[Any, ...]) -> str:
    way: Way = None
    for step in steps:
        way = (way, step)
    return json_path(way)


def _size_problems(made: Export, place: Where) -> Iterator[Problem]:
    if len(made.content) > MAX_CONTENT:
        what = f"'{made.name}' has {len(made.content):,} characters, and the registry takes {MAX_CONTENT:,}"
        yield Problem(place, "G005", what, "shorten its descriptions and examples, or split the event")


def _proof_problems(made: Export, place: Where) -> Iterator[Problem]:
    """A schema that refuses what the original allows is our mistake, and never published."""
    if made.proof.answer == "no":
        what = "the exported schema refuses events that the original allows"
        yield Problem(place, "G007", what, "report it as a bug of changebridge; leave this schema out until then")
    elif made.proof.answer == "unknown":
        what = f"it is not proved that the exported schema allows all events: {made.proof.reason}"
        fix = "nothing, or say the schema in a simpler way"
        yield Problem(place, "G007", what, fix, level="warning")


def _example_problems(project: Project, bundle: Bundle, made: Export) -> Iterator[Problem]:
    validator = draft4_validator(made)
    examples = bundle.document.get("examples")
    for number, example in enumerate(examples if isinstance(examples, list) else ()):
        if not validator.is_valid(example):
            place = place_of(project, bundle, Loss(("examples", number), ""))
            what = "the example is not valid in Draft 4, where a number written with a fraction is no integer"
            yield Problem(place, "G008", what, "write whole numbers without a fraction", level="warning")


def draft4_validator(made: Export) -> Draft4Validator:
    """What validates an event's data against a Draft 4 export, as Python subscribers do."""
    definitions: Any = made.document["definitions"]
    return Draft4Validator({"definitions": definitions, "allOf": [{"$ref": f"#/definitions/{made.data}"}]})
