"""`changebridge build`: the Lambda artifact."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.build import Architecture, Artifact, Runtime
from bridge.build import build as built
from bridge.cli.report import Format, FormatOption, ProjectOption, project_folder, show_json
from bridge.errors import ProjectInvalid
from bridge.project import load_project, ruleless

app = typer.Typer(add_completion=False)


@app.command()
def build(
    *,
    project: ProjectOption = None,
    form: FormatOption = Format.TEXT,
    runtime: Annotated[Runtime, typer.Option("--runtime", help="Lambda's runtime.")] = Runtime.PYTHON313,
    architecture: Annotated[Architecture, typer.Option("--arch", help="The machine.")] = Architecture.ARM64,
    with_boto3: Annotated[
        bool, typer.Option("--with-boto3", help="Carry the locked boto3 instead of the runtime's own.")
    ] = False,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write.")] = Path("build/function.zip"),
) -> None:
    """Write the function as a zip: the bridge, the project and the locked dependencies. Equal input, equal bytes.

    Example: changebridge build --runtime python3.13 --arch arm64 --out build/function.zip
    """
    loaded = load_project(project_folder(project))
    if not loaded.rules.entities:
        raise ProjectInvalid(ruleless(loaded.manifest.rules))
    made = built(loaded, runtime, architecture, with_boto3=with_boto3)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(made.archive)
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written: {error.strerror}", param_hint="--out") from None
    if form is Format.JSON:
        show_json(_as_json(made, out))
        return
    for part in made.parts:
        print(f"{part.unpacked:>12,} {part.zipped:>12,}  {part.name}")
    print(f"{made.unpacked:>12,} {len(made.archive):>12,}  {out}")
    print(_said(made, runtime, architecture), file=sys.stderr)


def _said(made: Artifact, runtime: Runtime, architecture: Architecture) -> str:
    if made.checked:
        return f"bytes unpacked and zipped; imported by {runtime} with nothing else at hand"
    return f"bytes unpacked and zipped; not imported: this machine has no {runtime} on {architecture}"


def _as_json(made: Artifact, out: Path) -> dict[str, Any]:
    parts = [{"name": part.name, "unpacked": part.unpacked, "zipped": part.zipped} for part in made.parts]
    total = {"unpacked": made.unpacked, "zipped": len(made.archive)}
    return {"out": str(out), **total, "parts": parts, "checked": bool(made.checked)}
