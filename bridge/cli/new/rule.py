"""`changebridge new rule`: a rule drafted from a captured record, into the project at hand."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.new.drafting import EntityOption, RecordOption, ScrubOption, change_in, entity_name
from bridge.cli.new.writing import write_new
from bridge.cli.report import ProjectOption, project_folder
from bridge.core.draft import Place, draft
from bridge.core.draft.names import name_of
from bridge.core.manifest import FILE
from bridge.core.map import Literal
from bridge.errors import Problem, ProjectInvalid, Where
from bridge.project import Project, load_project

app = typer.Typer(add_completion=False)


@app.command()
def rule(
    record_file: Annotated[
        Path, typer.Option("--from-record", metavar="FILE", help="A captured record, in any form that `map` takes.")
    ],
    entity: EntityOption = None,
    record: RecordOption = None,
    scrubbed: ScrubOption = False,
    project: ProjectOption = None,
) -> None:
    """Draft an entity, its event, both schemas and an example from a captured record.

    Example: changebridge new rule --from-record record.json --scrub
    """
    found = load_project(project_folder(project))
    _, change = change_in(record_file, record, scrubbed=scrubbed)
    made = draft(change, _place(found), entity_name(entity))
    _demand_new(made.entity, found)
    write_new(found.folder, made.files)
    print(
        f"next: cut {made.entity} down to what subscribers need, then: changebridge lint; changebridge test",
        file=sys.stderr,
    )


def _demand_new(entity: str, project: Project) -> None:
    for each in project.rules.entities:
        if each.name == entity:
            what, fix = f"there is an entity '{entity}' already", "name the new one: --entity NAME"
            raise ProjectInvalid(Problem(Where(file=each.file), "C042", what, fix))


def _place(project: Project) -> Place:
    """Where the draft goes, its names made as those of the first rule and the first schema are."""
    manifest = project.manifest
    if not manifest.targets:
        fix = "add a target to bridge.yaml: the draft must say where its events go"
        raise ProjectInvalid(Problem(Where(file=FILE), "C043", "the project has no target", fix))
    name = name_of(manifest.project) or "project"
    return Place(
        rules=manifest.rules.rstrip("/"),
        schemas=manifest.schemas.rstrip("/"),
        types=_types(project) or f"com.example.{name}",
        ids=_ids(project) or f"https://schemas.example.com/{name}/",
        source=_source(project) or f"/{name}",
        target=next(iter(manifest.targets)),
    )


def _types(project: Project) -> str:
    """`com.example.shop` of `com.example.shop.order.placed.v1`, an event `placed` of `order`."""
    for each in (rule for entity in project.rules.entities for rule in entity.rules):
        begin, found, _ = _text(each.type.template).rpartition(f".{each.entity}.{each.event}.v")
        if found:
            return begin
    return ""


def _ids(project: Project) -> str:
    """`https://example.com/` of a schema `order/placed.v1.json` with the `$id` of `https://example.com/order/placed.v1.json`."""
    schemas = project.schemas.by_name.values()
    return next((each.id.removesuffix(each.name) for each in schemas if each.id.endswith(f"/{each.name}")), "")


def _source(project: Project) -> str:
    """`/shop` of `/shop/orders`."""
    sources = (_text(rule.source.template) for entity in project.rules.entities for rule in entity.rules)
    return next((source.rpartition("/")[0] for source in sources if source.count("/") > 1), "")


def _text(template: object) -> str:
    return str(template.value) if isinstance(template, Literal) else ""
