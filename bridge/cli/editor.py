"""`changebridge editor`: completion and checks in any editor that speaks to yaml-language-server."""

import json
import os.path
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import typer

from bridge.cli.report import Format, FormatOption, ProjectOption, project_folder, show_json
from bridge.core.editor import schemas_for, vocabulary_of
from bridge.core.manifest import FILE
from bridge.errors import Problem, ProjectInvalid, Where
from bridge.project import Project, read_project

app = typer.Typer(add_completion=False)

#: Where the schemas are written, below the project's folder. They are made again at will, so that git leaves them out.
FOLDER: Final = ".changebridge"
SETTINGS: Final = ".vscode/settings.json"


@app.command()
def editor(project: ProjectOption = None, form: FormatOption = Format.TEXT) -> None:
    """Write schemas that complete keys, targets, schemas, event types, attributes and fields of this project.

    Run it again when the project has new names. Example: changebridge editor
    """
    folder = project_folder(project)
    found, problems = read_project(folder)
    if found is None:
        raise ProjectInvalid(*problems)
    rules = found.manifest.rules.rstrip("/")
    settings = {"yaml.schemas": _associations(rules)}
    made = _schemas(found) | {f"{FOLDER}/.gitignore": "*\n"}
    written = {name: _write(folder / name, text) for name, text in made.items()}
    known = (folder / SETTINGS).exists() and _is_set(folder / SETTINGS, settings["yaml.schemas"])
    if not (folder / SETTINGS).exists():
        written[SETTINGS] = _write(folder / SETTINGS, _pretty(settings))
        known = True
    if form is Format.JSON:
        show_json({"files": written, "settings": settings, "known": known, "modelines": _modelines(rules)})
    else:
        _show(written, settings, known=known, rules=rules)


def _schemas(project: Project) -> dict[str, str]:
    words = vocabulary_of(project.manifest, project.rules, project.schemas)
    return {f"{FOLDER}/{name}": _pretty(schema) for name, schema in schemas_for(words).items()}


def _associations(rules: str) -> dict[str, list[str]]:
    """Which files each schema is for, as VS Code's settings say it."""
    return {
        f"./{FOLDER}/rules.schema.json": [f"{rules}/**/*.yaml", f"{rules}/**/*.yml"],
        f"./{FOLDER}/bridge.schema.json": [FILE],
    }


def _modelines(rules: str) -> dict[str, str]:
    """The first line of a file, for editors without such settings."""
    away = {f"{rules}/*.yaml": (rules, "rules"), FILE: ("", "bridge")}
    paths = {name: os.path.relpath(f"{FOLDER}/{schema}.schema.json", at) for name, (at, schema) in away.items()}
    return {name: f"# yaml-language-server: $schema={Path(path).as_posix()}" for name, path in paths.items()}


def _write(path: Path, text: str) -> str:
    """Whether the file is new, changed or was so already."""
    try:
        before = path.read_text("utf-8") if path.exists() else None
        if before != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        fix = "correct the path or its permissions"
        problem = Problem(Where(file=str(path)), "C041", f"it cannot be written: {error.strerror}", fix)
        raise ProjectInvalid(problem) from None
    return "written" if before is None else "unchanged" if before == text else "renewed"


def _is_set(path: Path, wanted: Mapping[str, Any]) -> bool:
    """Whether an author's own settings have the associations. They may hold comments, so they are never rewritten."""
    text = path.read_text("utf-8", "replace")
    return all(json.dumps(name) in text or json.dumps(name.removeprefix("./")) in text for name in wanted)


def _show(written: Mapping[str, str], settings: Mapping[str, Any], *, known: bool, rules: str) -> None:
    for name, done in written.items():
        print(f"{done:9}  {name}")
    if not known:
        print(f"\n{SETTINGS} is there already. Add this to it:\n\n{_pretty(settings)}", end="")
    print("\nFor other editors, as the first line of a file:\n")
    for name, line in _modelines(rules).items():
        print(f"  {name}: {line}")


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
