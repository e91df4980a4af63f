"""Data as a subscriber's own types: pydantic models, dataclasses, or any function of the data.

A dataclass takes the fields that it has and leaves the rest, as a tolerant reader does; fields that are dataclasses
themselves, alone, optional or in a list, are made likewise. Nothing is converted: for that there is pydantic.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Union

from bridge.core.way import json_path
from bridge.errors import Problem, Where
from bridge.subscriber.errors import InvalidData

#: A pydantic model, a dataclass, or anything that is called with the data.
Model = Callable[..., Any]


class _MissingError(ValueError):
    """A field that a dataclass must have."""


def fitted(model: Model, data: Any, where: Where) -> Any:
    """The data as the model makes it. Raises `InvalidData` U013, which holds no value, whatever the model said."""
    validate = getattr(model, "model_validate", None)
    try:
        if validate is not None:
            return validate(data)
        return _made(model, data) if dataclasses.is_dataclass(model) else model(data)
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        name = getattr(model, "__name__", type(model).__name__)
        raise InvalidData(*(_problem(name, path, why, where) for path, why in _reasons(error))) from None


def _made(kind: Any, data: Any) -> Any:
    if not isinstance(data, Mapping):
        raise TypeError
    hints = typing.get_type_hints(kind)
    wanted = [each for each in dataclasses.fields(kind) if each.init]
    for each in wanted:
        if each.name not in data and each.default is each.default_factory is dataclasses.MISSING:
            raise _MissingError(f"'{each.name}' of {kind.__name__} is missing")
    return kind(**{each.name: _part(hints[each.name], data[each.name]) for each in wanted if each.name in data})


def _part(hint: Any, data: Any) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(data, Mapping):
        return _made(hint, data)
    if origin is list and isinstance(data, list):
        return [_part(inner[0], each) for each in data]
    if origin is tuple and isinstance(data, list) and inner[1:] == (...,):
        return tuple(_part(inner[0], each) for each in data)
    if origin in {Union, types.UnionType}:
        own = [each for each in inner if each is not type(None)]
        return _part(own[0], data) if len(own) == 1 and data is not None else data
    return data


def _reasons(error: Exception) -> list[tuple[str, str]]:
    """Place and reason. Of a pydantic error its own, without the input that it quotes; else the error's kind."""
    errors = getattr(error, "errors", None)
    if isinstance(error, _MissingError):
        return [("$.data", str(error))]
    if not callable(errors):
        return [("$.data", type(error).__name__)]
    return [(_path(each["loc"]), str(each["type"])) for each in errors(include_url=False, include_input=False)]


def _path(steps: tuple[str | int, ...]) -> str:
    path = "$.data"
    for step in steps:
        path = json_path((None, step), path)
    return path


def _problem(model: str, path: str, why: str, where: Where) -> Problem:
    fix = "let the model take what the schema allows; `changebridge schemas models` makes one that does"
    return Problem(Where(record=where.record, path=path), "U013", f"the data does not fit {model}: {why}", fix)
