"""The structure that CONTRIBUTING.md promises, held by reading the code itself."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.modules import FILES, PACKAGE, ROOT, imports, module_of

#: What the pure core may import besides itself: nothing that reads a clock, draws lots, or touches the world.
PURE_LIBRARIES = {
    "base64", "binascii", "bisect", "collections", "dataclasses", "datetime", "decimal", "difflib", "enum", "functools",
    "hashlib", "hmac", "ipaddress", "itertools", "json", "math", "operator", "re", "string", "types", "typing",
    "unicodedata", "urllib", "uuid", "yaml", "orjson", "jsonschema_rs", "contextlib", "copy", "heapq", "numbers", "fractions",
    "graphlib",
}  # fmt: skip
#: Which of our own packages each may import: the arrows of the design, all one way.
MAY_IMPORT = {
    "frozen": set(),
    "late": set(),
    "loop": set(),
    "errors": {"frozen"},
    "core": {"frozen", "late", "errors"},
    "ports": {"frozen", "late", "errors", "core"},
    "relay": {"frozen", "late", "errors", "core", "loop", "ports"},
    "aws": {"frozen", "late", "errors", "core", "loop", "ports", "relay"},
    "subscriber": {"frozen", "late", "errors", "core", "cloudevent", "aws"},
    "local": {"frozen", "late", "errors", "core", "ports", "relay", "project", "subscriber", "archive"},
}
#: Modules of the middle layer: the pipeline between ports and the edges.
RELAY = {
    "relay", "consignment", "book", "lanes", "budget", "settle", "tally", "parking", "parcel", "report", "redrive", "discards",
    "claiming", "breaker", "dispatch", "unsent", "region", "order",
}  # fmt: skip


def _layer(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "relay" if first in RELAY else first


def _functions() -> Iterator[tuple[str, int]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                yield f"{path.relative_to(ROOT)}:{node.name}", body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", [p for p in FILES if _layer(p) == "core"], ids=str)
def test_the_core_is_pure(path):
    """The core imports no boto3, os, time, random, network or files."""
    outside = {name.split(".")[0] for name in imports(path)} - {"bridge"}
    assert outside <= PURE_LIBRARIES


@pytest.mark.parametrize("path", [p for p in FILES if _layer(p) in MAY_IMPORT], ids=str)
def test_imports_point_one_way(path):
    """errors ← core ← ports ← relay; aws and local stand on them and not on each other."""
    layer = _layer(path)
    ours = [name.split(".") for name in imports(path) if name.startswith("bridge.")]
    layers = {"relay" if parts[1] in RELAY else parts[1] for parts in ours} - {layer}
    assert layers <= MAY_IMPORT[layer]


def test_only_settings_reads_the_environment():
    """`os.environ` and `os.getenv` stand in settings.py alone, and where a child process gets an environment of its own."""
    readers = {
        path.relative_to(PACKAGE).as_posix() for path in FILES if re.search(r"os\.(environ|getenv)", path.read_text())
    }
    assert readers <= {"settings.py", "local/ministack.py"}


def test_modules_are_small():
    """No module is longer than 250 lines."""
    assert [f"{p.relative_to(ROOT)}: {n}" for p in FILES if (n := len(p.read_text().splitlines())) > 250] == []


def test_functions_are_short():
    """Median at most 6 lines, nine of ten at most 20, none above 40."""
    sizes = dict(_functions())
    ordered = sorted(sizes.values())
    assert [name for name, size in sizes.items() if size > 40] == []
    assert statistics.median(ordered) <= 6
    assert ordered[len(ordered) * 9 // 10] <= 20


def test_commands_are_one_screen():
    """A file of the command line has at most 120 lines: the work is done elsewhere."""
    long = [p.name for p in (PACKAGE / "cli").glob("*.py") if len(p.read_text().splitlines()) > 120]
    assert long == []


def test_there_are_no_import_cycles():
    """Not even deferred ones."""
    graph = {module_of(path): {name for name in imports(path) if name.startswith("bridge")} for path in FILES}
    graph = {
        module: {known for name in names for known in _known(name, graph)} - {module} for module, names in graph.items()
    }
    assert _cycle(graph) is None


def _known(name: str, graph: dict[str, set[str]]) -> set[str]:
    return {name} & graph.keys()


def _cycle(graph: dict[str, set[str]]) -> list[str] | None:
    done: set[str] = set()

    def visit(module: str, way: list[str]) -> list[str] | None:
        if module in way:
            return [*way[way.index(module) :], module]
        if module in done:
            return None
        done.add(module)
        return next((found for each in sorted(graph[module]) if (found := visit(each, [*way, module]))), None)

    return next((found for module in sorted(graph) if (found := visit(module, []))), None)


def test_every_public_thing_says_what_it_is():
    """Public modules, classes and functions have a docstring."""
    silent = []
    for path in FILES:
        tree = ast.parse(path.read_text())
        named = [
            n for n in ast.walk(tree) if isinstance(n, ast.ClassDef | ast.FunctionDef) and not n.name.startswith("_")
        ]
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        private = [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name.startswith("_")]
        inner = {id(n) for f in functions + private for n in ast.walk(f) if n is not f}
        own = [n for n in named if id(n) not in inner and not _is_plain_method(n)]
        silent += [f"{path.relative_to(ROOT)}:{n.name}" for n in own if not ast.get_docstring(n)]
        silent += [str(path.relative_to(ROOT))] * (not ast.get_docstring(tree) and bool(tree.body))
    assert silent == []


#: Methods that a Protocol already documents.
DOCUMENTED_BY_PROTOCOL = {
    "say", "vanishes", "reads", "name", "ordered", "objection", "calls", "publish", "seen", "remember", "park", "keys",
    "parcel", "drop", "now", "monotonic", "sleep", "jitter",
}  # fmt: skip


def _is_plain_method(node: ast.ClassDef | ast.FunctionDef) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name in DOCUMENTED_BY_PROTOCOL


CODE = re.compile(r"\"([A-Z]\d{3})\"")


def _pages() -> dict[str, str]:
    return {
        m[1]: p.name
        for p in (PACKAGE / "codes").glob("*.md")
        for m in re.finditer(r"^## ([A-Z]\d{3}) ", p.read_text(), re.MULTILINE)
    }


def test_every_code_has_its_page():
    """Each code that the package can say is documented, and nothing else is."""
    used = {code for path in FILES for code in CODE.findall(path.read_text())}
    assert used - _pages().keys() == set()
    assert _pages().keys() - used == set()


def test_nothing_names_a_machine_or_an_index():
    """No lock file, source or page carries a path of a machine or the host of a package index."""
    forbidden = re.compile(r"--(extra-)?index-url|files\.pythonhosted|/root/|/home/[a-z]+/")
    tracked = [p for g in ("*.toml", "*.md", "requirements/*", "bridge/**/*.py") for p in ROOT.glob(g) if p.is_file()]
    assert [str(p.relative_to(ROOT)) for p in tracked if forbidden.search(p.read_text())] == []
