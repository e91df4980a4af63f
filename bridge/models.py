"""Types for subscribers out of schemas: Pydantic models and TypeScript interfaces.

Both are made by others' generators, run as processes of their own: the one for Python by this interpreter, the one for
TypeScript by node. What they are given is `core.export.types`, which says how numbers, texts and choices become types.
"""

import ast
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any, Final

from bridge.core.change import Value
from bridge.core.export.naming import class_name, module_names
from bridge.core.export.types import interfaces, shaped
from bridge.core.wire import write_json
from bridge.errors import Problem, ProjectInvalid, Where

#: What is run where no json-schema-to-typescript is installed beside the project.
TYPESCRIPT_GENERATOR: Final = "json-schema-to-typescript@16.0.0"

_HEADER: Final = "Made by changebridge from the schemas: change them, not this file."
_PYTHON: Final = (
    "--input-file-type", "jsonschema", "--schema-version", "2020-12", "--output-model-type", "pydantic_v2.BaseModel",
    "--target-python-version", "3.11", "--formatters", "builtin", "--disable-timestamp", "--disable-warnings",
    "--no-allow-remote-refs", "--extra-fields", "ignore", "--enum-field-as-literal", "all", "--use-title-as-name",
    "--use-annotated", "--field-constraints", "--use-standard-collections", "--use-union-operator",
    "--use-schema-description", "--use-field-description", "--allow-population-by-field-name",
    "--custom-file-header", f"# {_HEADER}",
)  # fmt: skip
_TYPESCRIPT: Final = ("--unknownAny", f"--bannerComment=/* {_HEADER} */")
_SECONDS: Final = 300  #: for npx, which may have to download first


def python_models(opened: Mapping[str, Mapping[str, Value]], types: Mapping[str, Iterable[str]]) -> dict[str, bytes]:
    """The files of a package: a module of Pydantic v2 models for each schema, and `MODELS` by event type.

    `opened` are tolerant bundles by schema's name, `types` the event types of each.
    Raises `ProjectInvalid` G002 where the generator is not installed, G004 where it fails.
    """
    if importlib.util.find_spec("datamodel_code_generator") is None:
        fix = "pip install 'changebridge[models]'"
        raise ProjectInvalid(Problem(Where(), "G002", "datamodel-code-generator is not installed", fix))
    modules = module_names(opened)
    titles = {name: _title(name, document) for name, document in opened.items()}
    given = {f"{modules[name]}.json": shaped(dict(opened[name]), titles[name]) for name in opened}
    with TemporaryDirectory(prefix="changebridge-") as folder:
        source, made = Path(folder, "schemas"), Path(folder, "models")
        _write(source, given)
        command = [sys.executable, "-m", "datamodel_code_generator", "--input", str(source), "--output", str(made)]
        _run([*command, *_PYTHON], folder)
        files = {path.name: path.read_bytes() for path in sorted(made.glob("*.py"))}
    roots = {name: _root(files[f"{modules[name]}.py"], titles[name]) for name in opened}
    chosen = {each: f"{modules[name]}.{roots[name]}" for name in opened for each in types.get(name, ())}
    return {**files, "__init__.py": _package(sorted(modules.values()), chosen)}


def typescript_models(opened: Mapping[str, Mapping[str, Value]], folder: Path) -> dict[str, bytes]:
    """A declaration file for each schema. `folder` is where node's modules are looked for, upwards.

    Raises `ProjectInvalid` G003 where there is no node, G004 where the generator fails.
    """
    modules = module_names(opened)
    given = {}
    for name, document in opened.items():
        types = interfaces(shaped(dict(document), _title(name, document)))
        given[f"{modules[name]}.json"] = {k: v for k, v in types.items() if k != "$id"}
    command = typescript_command(folder)
    with TemporaryDirectory(prefix="changebridge-") as place:
        source, made = Path(place, "schemas"), Path(place, "types")
        _write(source, given)
        _run([*command, "-i", str(source), "-o", str(made), *_TYPESCRIPT], place)
        return {path.name: path.read_bytes() for path in sorted(made.glob("*.d.ts"))}


def typescript_command(folder: Path) -> list[str]:
    """How json-schema-to-typescript is run: the one installed nearest, else npx fetches the pinned one."""
    for place in (folder.resolve(), *folder.resolve().parents):
        tool = place / "node_modules" / "json-schema-to-typescript" / "dist" / "src" / "cli.js"
        if tool.is_file() and (node := which("node")):
            return [node, str(tool)]
    npx = which("npx")
    if npx is None:
        fix = "install Node.js 20 or later, and best: npm install --save-dev --save-exact " + TYPESCRIPT_GENERATOR
        raise ProjectInvalid(Problem(Where(), "G003", "there is no node to run json-schema-to-typescript with", fix))
    return [npx, "--yes", f"--package={TYPESCRIPT_GENERATOR}", "json2ts"]


def _title(name: str, document: Mapping[str, Any]) -> str:
    return class_name(str(document.get("title", ""))) or class_name(name.removesuffix(".json")) or "Data"


def _write(folder: Path, documents: Mapping[str, Any]) -> None:
    folder.mkdir()
    for name, document in documents.items():
        (folder / name).write_bytes(write_json(document))


def _run(command: Sequence[str], folder: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 -- no shell, and nothing of the schemas' is an argument
            command, cwd=folder, check=False, capture_output=True, text=True, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise ProjectInvalid(_failed(f"did not end within {_SECONDS} s")) from None
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip() and not line.startswith("Hint")]
        raise ProjectInvalid(_failed(f"ended with {done.returncode}: {(lines or ['without a word'])[-1][:300]}"))


def _failed(what: str) -> Problem:
    fix = "look at the schema with `changebridge schemas bundle NAME --open`, and leave out what is special in it"
    return Problem(Where(), "G004", f"the generator {what}", fix)


def _root(source: bytes, title: str) -> str:
    """The class of the whole: it has the title's name, or the generator had to give it another one and put it last."""
    classes = [node.name for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    return title if title in classes else classes[-1]


def _package(modules: Sequence[str], chosen: Mapping[str, str]) -> bytes:
    entries = "".join(f"    {json.dumps(name)}: {model},\n" for name, model in sorted(chosen.items()))
    return f"""\
# {_HEADER}
\"\"\"Models of the events' data, by event type.

Where every digit of a fraction counts, read with `Model.model_validate(json.loads(text, parse_float=Decimal))`:
Pydantic's own reader of JSON goes through a float, which keeps 15 digits.
\"\"\"

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from . import {", ".join(modules)}

MODELS: Final[Mapping[str, type[BaseModel]]] = {{
{entries}}}
""".encode()
