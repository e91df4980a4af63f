"""Everything that can be said of a project without running it: what reading finds, the checks, and the proof.

The proof is asked last, of a project that has no error: it follows rules as they will run.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.core.change import Value
from bridge.core.lint import Subject, lint
from bridge.core.manifest import FILE
from bridge.core.proof import Proof, prove
from bridge.core.silence import heard, silences
from bridge.core.wire import write_json
from bridge.core.yamltree import read_tree
from bridge.errors import Problem
from bridge.pages import codes
from bridge.project import Project, read_project


@dataclass(frozen=True, slots=True)
class Review:
    """A project as far as it can be read, and every problem that no comment silences, in file order."""

    project: Project | None
    problems: list[Problem]
    proof: Proof | None = None  #: None where an error kept it from being asked


def review(folder: Path) -> Review:
    """Read and check a project. Never raises for what is wrong with it."""
    project, found = read_project(folder)
    if project is None:
        return Review(None, found)
    text = _text(folder, FILE)
    page = read_tree(text.encode(), FILE, [])
    subject = Subject(project.rules, project.schemas, project.manifest, page, codes())
    problems = found + lint(subject, opinion, found)
    sound = not any(problem.level == "error" for problem in problems)
    proof = prove(project.rules, project.schemas) if sound else None
    problems += proof.problems if proof else []
    files = {FILE, *_files(project), *(problem.where.file for problem in problems)}
    comments = [each for file in sorted(files) for each in silences(_text(folder, file), file)]
    return Review(project, heard(problems, comments, codes()), proof)


def _files(project: Project) -> set[str]:
    """The files of rules and schemas that could be read."""
    rules = {entity.file for entity in project.rules.entities}
    return rules | {source.file for source in project.schemas.links.sources.values()}


def _text(folder: Path, file: str) -> str:
    """A file's text where it can hold a comment of ours, or is the project file; else nothing, to save reading it."""
    try:
        data = (folder / file).read_bytes() if file else b""
    except OSError:
        return ""
    return data.decode("utf-8", "replace") if b"changebridge:" in data or file == FILE else ""


def opinion(schema: Mapping[str, Any], value: Value) -> bool | None:
    """What `jsonschema` says of a value, as a subscriber would ask it; None where it fails."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- slow to import, and few schemas need it

    try:
        plain, whole = (json.loads(write_json(each)) for each in (value, dict(schema)))
        return bool(Draft202012Validator(whole).is_valid(plain))
    except Exception:  # noqa: BLE001 -- whatever stops it stops the subscriber too
        return None
