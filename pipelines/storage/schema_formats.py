"""The data dictionary for programs: JSON Schema (one row as JSON) and a Frictionless data package (the tables in the file)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.storage.dictionary import ColumnDoc, TableDoc

_JSON_TYPES = {"INTEGER": ["integer"], "REAL": ["number"], "TEXT": ["string"], "BLOB": ["string"]}
_FIELD_TYPES = {"INTEGER": "integer", "REAL": "number", "TEXT": "string"}  # Table Schema has no type for bytes: any
_ANY = ["string", "number", "null"]


def to_json_schema(tables: Sequence[TableDoc]) -> dict[str, Any]:
    """JSON Schema 2020-12: under `$defs` one object a table, the shape of one row as `explore` and sqlite3 -json give it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "portal-crawler",
        "$defs": {table.name: _row(table) for table in tables},
    }


def to_data_package(tables: Sequence[TableDoc], path: str = "portal.db") -> dict[str, Any]:
    """A data package (Frictionless) whose resources are the tables inside the SQLite file at `path`, views included."""
    names = {table.name for table in tables}
    return {
        "name": "portal-crawler",
        "title": "Articles of a news portal",
        "resources": [_resource(table, path, names) for table in tables if table.kind != "search index"],
    }


def _row(table: TableDoc) -> dict[str, Any]:
    return {
        "type": "object",
        "title": table.name,
        "description": f"{table.english} / {table.vietnamese}",
        "properties": {one.name: _property(one) for one in table.columns},
        "required": [one.name for one in table.columns],
        "additionalProperties": False,
    }


def _property(column: ColumnDoc) -> dict[str, Any]:
    types = _JSON_TYPES.get(column.type, _ANY)
    if not column.required and types is not _ANY:
        types = [*types, "null"]
    found: dict[str, Any] = {
        "type": types[0] if len(types) == 1 else types,
        "description": f"{column.english} / {column.vietnamese}",
    }
    if column.type == "BLOB":
        found["contentEncoding"] = "base64"
    if column.allowed:
        found["enum"] = [*column.allowed, *([] if column.required else [None])]
    return found


def _resource(table: TableDoc, path: str, names: set[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(one) for one in table.columns], "missingValues": []}
    key = [one.name for one in sorted(table.columns, key=lambda one: one.key) if one.key]
    if key:
        schema["primaryKey"] = key
    foreign = [
        {"fields": [one.name], "reference": {"resource": other, "fields": [field]}}
        for one in table.columns
        for other, _, field in (one.references.partition("."),)
        if other in names
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "name": table.name,
        "type": "table",
        "path": f"sqlite:///{path}",
        "format": "sqlite",
        "description": f"{table.english} / {table.vietnamese}",
        "dialect": {"sql": {"table": table.name}},
        "schema": schema,
    }


def _field(column: ColumnDoc) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.allowed:
        constraints["enum"] = [*column.allowed]
    return {
        "name": column.name,
        "type": _FIELD_TYPES.get(column.type, "any"),
        "description": f"{column.english} / {column.vietnamese}",
        **({"constraints": constraints} if constraints else {}),
    }
