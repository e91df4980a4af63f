"""The bridge's modules, and which of them each imports, read off the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "bridge"
FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    """The name under which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


#: The file of each.
MODULES = {module_of(path): path for path in FILES}


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it; of others than ours, where the names are from."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in inner if name in MODULES]
            yield from modules
            if len(modules) < len(inner):
                yield node.module or ""
