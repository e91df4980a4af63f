"""Examples that cannot be run as they are written, and secrets that nothing gives."""

from collections.abc import Iterator

from bridge.core import yamltree
from bridge.core.examples import read_examples
from bridge.core.expression import Expression
from bridge.core.expression.tree import Node
from bridge.core.fields import meant
from bridge.core.given import read_given
from bridge.core.likeness import did_you_mean
from bridge.core.lint.subject import Subject, expressions
from bridge.core.yamltree import Scalar
from bridge.errors import Problem, ProjectInvalid


def examples(subject: Subject) -> Iterator[Problem]:
    """R030 to R032, R052 and R054 of every example whose change is written out."""
    problems: list[Problem] = []
    for example in read_examples(subject.rules.entities, problems):
        if isinstance(example.given, yamltree.Mapping) and not _is_record(example.given):
            try:
                read_given(example.given, None)
            except ProjectInvalid as error:
                problems += error.problems
    yield from problems


def endings(subject: Subject) -> Iterator[Problem]:
    """R059 for each example that expects a problem of which there is no code."""
    for example in read_examples(subject.rules.entities, []):
        expected = example.expected
        if example.ending == "problem" and isinstance(expected, Scalar) and expected.value not in subject.codes:
            what = f"there is no code '{expected.text}'{did_you_mean(expected.text, subject.codes)}"
            fix = "write the code that `changebridge test` shows where the change is refused, such as M001"
            edit = meant(expected, subject.codes)
            yield Problem(expected.where, "R059", what, fix, edit=edit)


def _is_record(given: yamltree.Mapping) -> bool:
    return given.get("dynamodb") is not None or given.get("kinesis") is not None


def secrets(subject: Subject) -> Iterator[Problem]:
    """X012 for each secret that bridge.yaml does not name."""
    known = subject.manifest.secrets
    for expression, name in secret_names(subject):
        if name.value not in known:
            what = f"bridge.yaml has no secret '{name.value}'{did_you_mean(str(name.value), known)}"
            fix = f"add it to `secrets` in bridge.yaml, as in `{name.value}: ${{env:NAME}}`"
            yield Problem(expression.place(name.at), "X012", what, fix)


def secret_names(subject: Subject) -> Iterator[tuple[Expression, Node]]:
    """Every name of a secret that a rule writes, with its expression."""
    for _, rule in subject.events:
        for expression in expressions(rule):
            for node in expression.tree.walk():
                if node.kind == "function_expression" and node.value == "hmac_sha256":
                    yield from ((expression, child) for child in node.children[1:] if child.kind == "literal")
