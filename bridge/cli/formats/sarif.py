"""Findings as SARIF 2.1.0, which code hosts show beside the code.

Format: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0". Limits: GitHub, "SARIF support for
code scanning", which also names the fingerprint that it compares uploads by.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import quote

from bridge.cli.formats.files import Files
from bridge.core.wire import write_json
from bridge.errors import Aside, Problem, Where
from bridge.pages import Page, pages

#: Results of a run; a file with more is refused whole.
RESULTS: Final = 25_000
_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def rendered(problems: Sequence[Problem], files: Files) -> str:
    """One run. Errors come before warnings where not all fit."""
    kept = sorted(problems, key=lambda problem: problem.level)[:RESULTS]
    codes = sorted({problem.code for problem in kept})
    driver = {
        "name": "changebridge",
        "version": version("changebridge"),
        "rules": [_rule(code, pages().get(code)) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": list(_results(kept, codes, files)),
    }
    return write_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}).decode() + "\n"


def _rule(code: str, page: Page | None) -> dict[str, Any]:
    if page is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.first},
        "help": {"text": page.text, "markdown": page.text},
    }


def _results(problems: Sequence[Problem], codes: Sequence[str], files: Files) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for problem in problems:
        fingerprint = _fingerprint(problem, files)
        seen[fingerprint] += 1
        result: dict[str, Any] = {
            "ruleId": problem.code,
            "ruleIndex": codes.index(problem.code),
            "level": problem.level,
            "message": {"text": f"{problem.what}\nfix: {problem.fix}"},
            "locations": [_location(problem.where, files)] if problem.where.file else [],
            "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:{seen[fingerprint]}"},
        }
        if problem.also:
            result["relatedLocations"] = [_related(problem.also, files)]
        yield result


def _fingerprint(problem: Problem, files: Files) -> str:
    """The same wherever the line moves to: code, file and what stands on the line; the count tells equals apart."""
    where = problem.where
    said = "\0".join((problem.code, where.file, where.path, files.line(where).strip() or problem.what))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


def _location(where: Where, files: Files) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(files.from_here(where.file))}}
    if where.line:
        physical["region"] = {"startLine": where.line} | ({"startColumn": where.column} if where.column else {})
    return {"physicalLocation": physical}


def _related(also: Aside, files: Files) -> dict[str, Any]:
    return {"id": 1, "message": {"text": also.says}} | _location(also.where, files)
