"""Examples that do not hold: for a person, a program, or a test report."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from bridge.cli.ink import Ink
from bridge.core.examples import Example, Failure, Fault, shown
from bridge.core.same import NOTHING

#: What XML 1.0 §2.2 lets no document hold, however it is escaped.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_text(failure: Failure, ink: Ink) -> str:
    """The example and each difference, below it the line of the rule that made the value.

    ```
    rules/order.yaml:14:9: order.placed: an order is announced
        data.id: expected "B", said "A"
            made at rules/order.yaml:11:13 by ${new.id}
    ```
    """
    return "\n".join([ink.paint(_title(failure.example), "bold"), *_lines(failure, ink)])


def _title(example: Example) -> str:
    return f"{example.where}: {example.subject}: {example.name}"


def _lines(failure: Failure, ink: Ink) -> Iterator[str]:
    for fault in failure.faults:
        yield "    " + _painted(fault, ink).replace("\n", "\n    ")
        if fault.origin:
            verb = "left out" if fault.path and fault.said is NOTHING else "made"
            yield ink.paint(f"        {verb} at {fault.origin.where} by {fault.origin.written}", "dim")


def _painted(fault: Fault, ink: Ink) -> str:
    if not fault.path:
        return fault.text
    expected, said = ink.paint(shown(fault.expected), "good"), ink.paint(shown(fault.said), "bad")
    return f"{ink.paint(fault.path, 'bold')}: expected {expected}, said {said}"


def as_json(failure: Failure) -> dict[str, Any]:
    """The example's name and place, the differences as sentences, and each with its values."""
    example = failure.example
    return {
        "example": example.name,
        "of": example.subject,
        **_place(example.where),
        "differences": list(failure.lines),
        "faults": [_fault(fault) for fault in failure.faults],
    }


def _fault(fault: Fault) -> dict[str, Any]:
    sides = {"expected": fault.expected, "said": fault.said}
    made = {"made": {**_place(fault.origin.where), "by": fault.origin.written}} if fault.origin else {}
    values = {name: value for name, value in sides.items() if value is not NOTHING}
    return {"what": fault.text, "path": fault.path or None} | values | made


def _place(where: Any) -> dict[str, Any]:
    return {"file": where.file, "line": where.line, "column": where.column}


def as_junit(examples: Sequence[Example], failures: Sequence[Failure]) -> str:
    """One test case per example, in one suite."""
    failed = {id(failure.example): failure for failure in failures}
    numbers = f'tests="{len(examples)}" failures="{len(failures)}" errors="0"'
    cases = [line for example in examples for line in _case(example, failed.get(id(example)))]
    suite = [f'  <testsuite name="changebridge test" {numbers}>', *cases, "  </testsuite>"]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {numbers}>", *suite, "</testsuites>", ""])


def _case(example: Example, failure: Failure | None) -> Iterator[str]:
    where = example.where
    case = _attributes(
        {"classname": example.subject, "name": example.name, "file": where.file, "line": str(where.line)}
    )
    if failure is None:
        yield f"    <testcase {case}/>"
        return
    said = "\n".join(line.removeprefix("    ") for line in _lines(failure, Ink(on=False)))
    message = _attributes({"message": failure.faults[0].text.splitlines()[0]})
    yield f"    <testcase {case}>"
    yield f"      <failure {message}>{escape(_clean(said))}</failure>"
    yield "    </testcase>"


def _attributes(named: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(_clean(value))}" for name, value in named.items())


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
