"""A folder with bridge.yaml, rules and schemas, compiled into a Project, or every Problem that it has."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from os.path import normpath
from pathlib import Path, PurePath

from bridge.built import Built, digest_of, opened
from bridge.core.likeness import did_you_mean
from bridge.core.manifest import FILE, Manifest, Setting, read_manifest
from bridge.core.rules import Rules, compile_rules
from bridge.core.rules.event import Surroundings
from bridge.core.rules.load import is_beside
from bridge.core.rules.views import view_problems
from bridge.core.schema.compiled import Schemas
from bridge.errors import Problem, ProjectInvalid, Where, raise_if_any
from bridge.folders import files_below
from bridge.frozen import frozen


@frozen
class Project:
    """Everything that a project says, ready to run."""

    folder: Path
    manifest: Manifest
    rules: Rules
    schemas: Schemas
    version: str  #: digest of every file that decides what is published: 12 hex digits
    around: Surroundings  #: what its rules may refer to, for compiling one of them again


def load_project(folder: Path, expand: Callable[[Setting], str] | None = None) -> Project:
    """The compiled project. Raises `ProjectInvalid` with every error that it has.

    `expand` gives a setting's text with its `${env:NAME}` replaced, for the secrets; without it each secret is
    its own name, so that examples say the same everywhere.
    """
    project, problems = read_project(folder, expand)
    raise_if_any(problems)
    assert project is not None, "a project without errors was read"
    return project


def read_project(folder: Path, expand: Callable[[Setting], str] | None = None) -> tuple[Project | None, list[Problem]]:
    """The project as far as it can be read, and every problem, errors and warnings, in file order."""
    problems: list[Problem] = []
    try:
        kept = opened(folder)
        manifest = read_manifest(_read(folder / FILE, FILE), FILE, problems, kept.tree)
        schema_files = _files(folder, manifest.schemas, is_schema, problems)
        rule_files = _files(folder, manifest.rules, is_rule, problems)
    except ProjectInvalid as error:
        return None, sorted({*problems, *error.problems})
    if not rule_files and manifest.rules and not problems:
        problems.append(ruleless(manifest.rules))
    schemas = _schemas(schema_files, manifest.schemas, problems, kept)
    around = Surroundings(schemas, frozenset(schema_files), manifest.targets, _secrets(manifest, expand))
    rules, found = compile_rules(_with_folder(rule_files, manifest.rules), around, kept.tree)
    found += view_problems(rules.entities, manifest.views)
    deciding = {name: data for name, data in rule_files.items() if not is_beside(name)}
    version = digest_of({FILE: _read(folder / FILE, FILE)} | deciding | schema_files)[:12]
    return Project(folder, manifest, rules, schemas, version, around), sorted({*problems, *found})


def find_project(start: Path) -> Path:
    """The nearest folder, from here upwards, that holds bridge.yaml. Raises `ProjectInvalid` C001."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    fix = "go to a project's folder, or name it: --project DIR"
    raise ProjectInvalid(Problem(Where(file=str(start)), "C001", f"there is no {FILE} here or above", fix))


def is_schema(name: str) -> bool:
    """Whether a file of the schemas folder is one, by its name."""
    return name.endswith(".json")


def is_rule(name: str) -> bool:
    """Whether a file of the rules folder is one, or examples beside one, by its name."""
    return fnmatchcase(name, "*.y*ml")


def ruleless(folder: str) -> Problem:
    """A folder of rules without any: every change would be read, and nothing said of it. No error while one begins."""
    what = f"there is no rule file below '{folder}'; links to folders are not followed"
    fix = "draft one: changebridge new rule --from-record FILE; or correct `rules`"
    return Problem(Where(file=FILE), "C013", what, fix, level="warning")


def _secrets(manifest: Manifest, expand: Callable[[Setting], str] | None) -> Callable[[str], bytes]:
    """A secret's bytes by its name. Raises `KeyError` for a name that bridge.yaml does not have."""

    def secret(name: str) -> bytes:
        setting = manifest.secrets[name]
        return (expand(setting) if expand else name).encode()

    return secret


def _schemas(files: Mapping[str, bytes], folder: str, problems: list[Problem], kept: Built) -> Schemas:
    try:
        return kept.schemas(files, f"{folder.rstrip('/')}/")
    except ProjectInvalid as error:
        problems.extend(error.problems)
        return Schemas({})


def _with_folder(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    return {str(Path(folder) / name): data for name, data in files.items()}


def _files(folder: Path, name: str, is_wanted: Callable[[str], bool], problems: list[Problem]) -> dict[str, bytes]:
    """The files below a folder by their path in it, with `/`; none where the project file does not name it."""
    inside = folder / name
    if not name:
        return {}
    if PurePath(name).is_absolute() or normpath(name).startswith(".."):
        what = f"the folder '{name}' lies outside the project, so that no artifact could carry it"
        problems.append(Problem(Where(file=FILE), "C014", what, "put it below the folder of bridge.yaml"))
        return {}
    if not inside.is_dir():
        what = f"there is no folder '{name}'{did_you_mean(name, _folders(folder))}"
        problems.append(Problem(Where(file=FILE), "C003", what, "make it, or correct its name"))
        return {}
    try:
        found = files_below(inside, is_wanted)
    except OSError as error:
        raise _unreadable(str(Path(name) / Path(error.filename).relative_to(inside)), error) from None
    inner = {path.relative_to(inside).as_posix(): path for path in found}
    return {file: _read(path, str(Path(name) / file)) for file, path in inner.items()}


def _folders(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.is_dir()]


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: OSError) -> ProjectInvalid:
    what = f"cannot be read: {error.strerror}"
    fix = "correct the path or its permissions, or name another project: --project DIR"
    return ProjectInvalid(Problem(Where(file=name), "C002", what, fix))
