"""The data dictionary in its forms for programs, compared with the rows of a crawled portal."""

from __future__ import annotations

import base64
import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from pipelines.storage.dictionary import documented_schema, internal_tables
from pipelines.storage.schema_formats import to_data_package, to_json_schema
from portal_crawler.cli import main
from tests.explore.conftest import Site

TABLES = {one.name: one for one in documented_schema()}


def as_json(value: object) -> object:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


@pytest.fixture(scope="module")
def definitions() -> dict[str, Any]:
    """The JSON Schema of all tables, itself as its standard says."""
    schema = to_json_schema([*TABLES.values()])
    Draft202012Validator.check_schema(schema)
    return schema


@pytest.mark.parametrize("name", TABLES)
def test_every_stored_row_is_as_the_json_schema_says(name: str, site: Site, definitions: dict[str, Any]):
    schema = {"$ref": f"#/$defs/{name}", **definitions}
    validator = Draft202012Validator(schema)
    with closing(sqlite3.connect(site.db)) as conn:
        cursor = conn.execute(f'SELECT * FROM "{name}" LIMIT 200')
        columns = [column[0] for column in cursor.description]
        rows = [{key: as_json(value) for key, value in zip(columns, row, strict=True)} for row in cursor]
    wrong = [error.message for row in rows for error in validator.iter_errors(row)]
    assert wrong == []
    assert columns == [*schema["$defs"][name]["properties"]]


def test_a_row_of_another_shape_is_refused():
    validator = Draft202012Validator({"$ref": "#/$defs/view_counts", **to_json_schema([TABLES["view_counts"]])})
    good = {"article_id": 1, "seen_at": "2024-01-01", "views": 3, "run_id": 1}
    assert list(validator.iter_errors(good)) == []
    for bad in ({**good, "views": "three"}, {**good, "more": 1}, {"article_id": 1}):
        assert list(validator.iter_errors(bad))


def test_the_data_package_names_every_table_with_its_keys():
    done = CliRunner().invoke(main, ["schema", "--format", "frictionless"])
    package = json.loads(done.output)
    resources = {one["name"]: one for one in package["resources"]}
    assert set(resources) == {name for name, table in TABLES.items() if table.kind != "search index"}
    for name, resource in resources.items():
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert [*fields] == [column.name for column in TABLES[name].columns]
        assert {field["type"] for field in fields.values()} <= {"integer", "number", "string", "any"}
        assert set(resource["schema"].get("primaryKey", [])) <= set(fields)
        for key in resource["schema"].get("foreignKeys", []):
            there = {field["name"] for field in resources[key["reference"]["resource"]]["schema"]["fields"]}
            assert set(key["reference"]["fields"]) <= there
    assert resources["articles"]["schema"]["primaryKey"] == ["id"]
    state = next(one for one in resources["articles"]["schema"]["fields"] if one["name"] == "state")
    assert state["constraints"] == {"required": True, "enum": ["live", "gone", "quarantined"]}
    assert to_data_package([TABLES["v_browse"]], "news.db")["resources"][0]["path"] == "sqlite:///news.db"


def test_the_database_the_page_and_the_command_tell_the_same(site: Site):
    page = site.get("/dictionary").text
    printed = CliRunner().invoke(main, ["schema"]).output
    stored = (
        sqlite3.connect(site.db).execute("SELECT table_name, column_name, vietnamese FROM data_dictionary").fetchall()
    )
    assert len(stored) == sum(1 + len(table.columns) for table in TABLES.values())
    for table, _, vietnamese in stored:
        assert vietnamese in printed
        assert table in internal_tables() or f'id="{table}"' in page
