"""`portal-crawler schema`: the data dictionary, as the database's tables really are."""

from __future__ import annotations

from dataclasses import asdict

import click

from portal_crawler.cli.common import json_option, print_json


@click.command()
@click.argument("table", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json-schema", "frictionless"]),
    default="text",
    show_default=True,
    help="For people; for docs; for programs that read rows as JSON, or as a Frictionless data package.",
)
@json_option
def schema(table: str | None, form: str, as_json: bool) -> None:
    """Print what every table and column means, in English and Vietnamese; with TABLE only that one.

    \b
    Example:
      portal-crawler schema v_articles
      portal-crawler schema v_articles --format json-schema
      portal-crawler schema --format frictionless > datapackage.json
    """
    from pipelines.errors import ConfigurationError
    from pipelines.storage.dictionary import documented_schema, to_markdown
    from pipelines.storage.schema_formats import to_data_package, to_json_schema

    tables = documented_schema()
    if table is not None:
        known = ", ".join(one.name for one in tables)
        tables = tuple(one for one in tables if one.name == table)
        if not tables:
            raise ConfigurationError(f'no table "{table}"; there are: {known}')
    if as_json:
        print_json([asdict(one) for one in tables])
    elif form == "json-schema":
        print_json(to_json_schema(tables))
    elif form == "frictionless":
        print_json(to_data_package(tables))
    elif form == "markdown":
        click.echo(to_markdown(tables))
    else:
        for one in tables:
            click.secho(f"{one.name} ({one.kind})", bold=True)
            click.echo(f"  {one.english}\n  {one.vietnamese}")
            for column in one.columns:
                kind = f"{column.type} → {column.references}" if column.references else column.type
                click.echo(f"    {column.name:<18} {kind:<28} {column.english}")
                click.secho(f"    {'':<47} {column.vietnamese}", dim=True)
            click.echo()
