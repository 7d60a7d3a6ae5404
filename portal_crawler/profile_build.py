"""Turns TOML or JSON data into the frozen dataclasses of a profile; an error names the file, the key and the cure."""

from __future__ import annotations

import datetime as dt
from dataclasses import MISSING, fields, is_dataclass
from difflib import get_close_matches
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from pipelines.errors import ConfigurationError

T = TypeVar("T")

_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def build(kind: type[T], data: Any, where: str, key: str = "") -> T:
    """An instance of the dataclass `kind`; `where` names the file and `key` the table in error messages.

    Raises:
        ConfigurationError: an unknown or missing key, or a value of another type.
    """
    if not isinstance(data, dict):
        raise ConfigurationError(f"{where}: {key} must be a table, write [{key}] and its keys below it")
    hints = get_type_hints(kind)
    for name in data:
        if name not in hints:
            raise ConfigurationError(f"{where}: unknown key {_dotted(key, name)}; {_cure(name, list(hints))}")
    values = {name: _value(hints[name], value, where, _dotted(key, name)) for name, value in data.items()}
    for one in fields(kind):  # type: ignore[arg-type]  # kind is always a dataclass here
        if one.default is MISSING and one.default_factory is MISSING and not values.get(one.name):
            raise ConfigurationError(f"{where}: {_dotted(key, one.name)} is missing or empty; it must be given")
    return kind(**values)


def _cure(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f'did you mean "{near[0]}"?' if near else f"known here are: {', '.join(sorted(known))}"


def _value(hint: Any, value: Any, where: str, key: str) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise ConfigurationError(f"{where}: {key} must be a list, write {_as_list(hint, key)}")
        item = get_args(hint)[0]
        return tuple(_value(item, one, where, f"{key}[{at}]") for at, one in enumerate(value, 1))
    if is_dataclass(hint):
        return build(hint, value, where, key)  # type: ignore[arg-type]  # a dataclass type, not an instance
    if hint is str and type(value) is dt.date:
        return value.isoformat()  # TOML's own dates, written without quotes
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise ConfigurationError(f"{where}: {key} must be {_NAMES[hint]}, not {value!r}")
    return value


def _as_list(hint: Any, key: str) -> str:
    return f"[[{key}]] and its keys below it" if is_dataclass(get_args(hint)[0]) else f"{key} = [ … ]"


def _dotted(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
