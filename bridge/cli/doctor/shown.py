"""What doctor found, for a person and for a program, and its exit code."""

from collections.abc import Sequence
from typing import Any

from bridge.cli.report import count, show_problems
from bridge.doctor.examination import Result
from bridge.doctor.subject import Subject


def show(results: Sequence[Result]) -> None:
    """Each check with its findings."""
    for each in results:
        errors = any(problem.level == "error" for problem in each.problems)
        sign = "-" if each.unseen else "x" if errors else "!" if each.problems else "ok"
        said = "not all could be looked at" if each.unseen else count(len(each.problems), "finding")
        print(f"{sign:<3}{each.name}{f': {said}' if each.problems else ''}")
        show_problems(each.problems)


def as_json(subject: Subject, results: Sequence[Result]) -> dict[str, Any]:
    """The same as one document."""
    checks = [
        {"name": each.name, "unseen": each.unseen, "problems": [problem.as_json() for problem in each.problems]}
        for each in results
    ]
    home = subject.home
    told = {
        "region": home.region,
        "account": home.account,
        "function": home.function or None,
        "stream": home.stream or None,
    }
    return told | {"project": subject.project.version, "checks": checks}


def summary(subject: Subject, results: Sequence[Result]) -> str:
    """One line."""
    found = [problem for each in results for problem in each.problems]
    looked = f"{count(len(results), 'check')} in {subject.home.region}, account {subject.home.account}"
    if subject.function is None and subject.parameters is None:
        looked += "; name --stack or --function to look at mapping, function, permissions and traffic too"
    return f"{looked}: {count(len(found), 'finding') if found else 'all well'}"


def code(results: Sequence[Result]) -> int:
    """1 for a finding, else 3 where something could not be looked at, else 0; warnings are said and pass."""
    found = [problem for each in results for problem in each.problems]
    if any(problem.level == "error" and not problem.code.startswith("A00") for problem in found):
        return 1
    return 3 if any(each.unseen for each in results) else 0
