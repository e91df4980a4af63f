"""Findings as a JUnit report: a failed test for each error, a passed one that tells for each warning."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from bridge.cli.formats.files import Files
from bridge.errors import Problem

#: What XML 1.0 §2.2 lets no document hold, however it is escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rendered(problems: Sequence[Problem], files: Files) -> str:
    """One suite; a lint without any problem is one test that passes."""
    failed = sum(problem.level == "error" for problem in problems)
    cases = [_case(problem, files) for problem in problems] or ['    <testcase classname="changebridge" name="lint"/>']
    numbers = f'tests="{len(cases)}" failures="{failed}" errors="0"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f"<testsuites {numbers}>",
            f'  <testsuite name="changebridge lint" {numbers}>',
            *cases,
            "  </testsuite>",
            "</testsuites>",
            "",
        ]
    )


def _case(problem: Problem, files: Files) -> str:
    where = problem.where
    file = files.from_here(where.file)
    named = {"classname": file or "project", "name": f"{problem.code} {where}".rstrip()}
    named |= {"file": file, "line": str(where.line)} if file and where.line else {}
    inside = _inside(problem)
    return f"    <testcase {_attributes(named)}>\n      {inside}\n    </testcase>"


def _inside(problem: Problem) -> str:
    whole = escape(_clean(str(problem)))
    if problem.level == "warning":
        return f"<system-out>{whole}</system-out>"
    return f"<failure {_attributes({'type': problem.code, 'message': problem.what})}>{whole}</failure>"


def _attributes(named: dict[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(_clean(value))}" for name, value in named.items())


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
