"""`portal-crawler schema`: the data dictionary, as the database's tables really are."""

from __future__ import annotations

from dataclasses import asdict

import click

from portal_crawler.cli.common import json_option, print_json


@click.command()
@click.argument("table", required=False)
@click.option("--markdown", is_flag=True, help="Print Markdown, as in docs/schema.md.")
@json_option
def schema(table: str | None, markdown: bool, as_json: bool) -> None:
    """Print what every table and column means, in English and Vietnamese; with TABLE only that one.

    \b
    Example:
      portal-crawler schema v_articles
      portal-crawler schema --json
    """
    from pipelines.errors import ConfigurationError
    from pipelines.storage.dictionary import documented_schema, to_markdown

    tables = documented_schema()
    if table is not None:
        known = ", ".join(one.name for one in tables)
        tables = [one for one in tables if one.name == table]
        if not tables:
            raise ConfigurationError(f'no table "{table}"; there are: {known}')
    if as_json:
        print_json([asdict(one) for one in tables])
    elif markdown:
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
