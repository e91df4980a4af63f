"""A template's parameters as they are given, held against what the template says of them: before anything is made.

CloudFormation says the same, one at a time and once the stack is begun; AWS's own reference is "Template reference,
Parameters" and "Rules". Of intrinsic functions those are known that rules and conditions may use.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from bridge.core.likeness import did_you_mean
from bridge.errors import Problem, Where

Plain = Mapping[str, Any]


def given(
    template: Plain, parameters: Mapping[str, str], kept: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Every parameter with its value: as given, else as the stack has it (`kept`), else its default, else empty."""
    declared = {name: str(each.get("Default", "")) for name, each in template.get("Parameters", {}).items()}
    return declared | {name: value for name, value in kept.items() if name in declared} | dict(parameters)


def problems(template: Plain, parameters: Mapping[str, str], file: str) -> Iterator[Problem]:
    """A081 for a name that the template lacks, A082 for a value that it refuses."""
    declared = template.get("Parameters", {})
    for name, value in parameters.items():
        where = Where(file=file, path=name)
        if name not in declared:
            what = f"there is no parameter '{name}'{did_you_mean(name, declared)}"
            yield Problem(where, "A081", what, f"give one of: {', '.join(declared)}")
        else:
            yield from (_refused(where, said, value) for said in _objections(declared[name], value))
    for name, each in declared.items():
        if "Default" not in each and name not in parameters:
            yield Problem(Where(file=file, path=name), "A082", "it is not given, and has no default", f"give {name}=…")


def contradictions(template: Plain, values: Mapping[str, str], file: str) -> Iterator[Problem]:
    """A083 for each rule of the template that does not hold, given every parameter's value."""
    for name, rule in template.get("Rules", {}).items():
        yield from (
            Problem(Where(file=file, path=name), "A083", said, "give only what agrees")
            for said in _broken(rule, values)
        )


def _refused(where: Where, said: str, value: str) -> Problem:
    return Problem(where, "A082", f"'{value}' is refused: {said}", "correct the value")


def _objections(declared: Plain, value: str) -> Iterator[str]:
    allowed = [str(each) for each in declared.get("AllowedValues", ())]
    if allowed and value not in allowed:
        yield f"it must be one of {', '.join(map(repr, allowed))}"
    pattern = declared.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, value):
        yield str(declared.get("ConstraintDescription") or f"it must match {pattern}")
    if declared.get("Type") == "Number":
        yield from _of_number(declared, value)


def _of_number(declared: Plain, value: str) -> Iterator[str]:
    if not re.fullmatch(r"-?\d{1,15}", value):
        yield "it must be a whole number"
        return
    least, most = declared.get("MinValue"), declared.get("MaxValue")
    if (least is not None and int(value) < least) or (most is not None and int(value) > most):
        yield f"it must lie between {least} and {most}"


def _broken(rule: Plain, values: Mapping[str, str]) -> Iterator[str]:
    if "RuleCondition" in rule and not _told(rule["RuleCondition"], values):
        return
    for each in rule.get("Assertions", ()):
        if _told(each["Assert"], values) is False:
            yield str(each.get("AssertDescription", "a rule of the template does not hold"))


def truth(condition: Any, values: Mapping[str, str], conditions: Plain | None = None) -> Any:
    """What a condition comes to. Raises `KeyError` for a function that conditions do not have."""
    if not isinstance(condition, Mapping):
        return condition
    ((name, operand),) = condition.items()
    if name == "Ref":
        return values.get(operand, "")
    if name == "Condition":
        return truth((conditions or {})[operand], values, conditions)
    parts = [truth(each, values, conditions) for each in operand]
    return _FUNCTIONS[name](parts)


def _told(condition: Any, values: Mapping[str, str], conditions: Plain | None = None) -> bool | None:
    """What a condition comes to; None where it asks for what is not known here, such as a mapping."""
    try:
        return bool(truth(condition, values, conditions))
    except (KeyError, TypeError, ValueError, IndexError):
        return None


_FUNCTIONS: Final[Mapping[str, Callable[[Sequence[Any]], Any]]] = {
    "Fn::Equals": lambda parts: str(parts[0]) == str(parts[1]),
    "Fn::Not": lambda parts: not parts[0],
    "Fn::And": all,
    "Fn::Or": any,
    "Fn::Contains": lambda parts: parts[1] in parts[0],
}


def made(template: Plain, values: Mapping[str, str]) -> Iterator[str]:
    """The type of every resource whose condition holds."""
    conditions = template.get("Conditions", {})
    for each in template.get("Resources", {}).values():
        if "Condition" not in each or _told({"Condition": each["Condition"]}, values, conditions) is not False:
            yield str(each.get("Type", ""))


def environment(template: Plain, values: Mapping[str, str]) -> dict[str, str]:
    """The variables of the template's function that given parameters decide; what the stack would make is left out."""
    found: dict[str, str] = {}
    for each in template.get("Resources", {}).values():
        variables = each.get("Properties", {}).get("Environment", {}).get("Variables", {})
        for name, value in variables.items():
            decided = next((values[ref] for ref in _references(value) if values.get(ref)), "")
            if decided:
                found[name] = decided
    return found


def variables(template: Plain) -> Iterator[str]:
    """The name of every variable that the template gives a function."""
    for each in template.get("Resources", {}).values():
        yield from each.get("Properties", {}).get("Environment", {}).get("Variables", {})


def _references(value: Any) -> Iterator[str]:
    """Every name that a value refers to, in order."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == "Ref":
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _references(inner)
