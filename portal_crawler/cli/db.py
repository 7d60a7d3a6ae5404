"""`portal-crawler db` and `verify-package`: check, back up, restore, shrink, publish and hand over a database."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal_crawler.cli.check import check
from portal_crawler.cli.common import db_option, existing, json_option, print_json

if TYPE_CHECKING:
    from pipelines.storage.backup import Copied

media_option = click.option(
    "--media",
    "media_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the stored media files [default: media beside the database].",
)


@click.group()
def db() -> None:
    """Care for a database: check, backup, restore, upgrade, vacuum, publish, package.

    \b
    Example:
      portal-crawler db backup backup/portal.db
      portal-crawler db package handover/ben-tre
    """


db.add_command(check)


@db.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@db_option
@click.option(
    "--with-media", is_flag=True, help="Copy the media folder beside it too; what lies there is not copied again."
)
@media_option
@json_option
def backup(target: Path, db: Path, with_media: bool, media_folder: Path | None, as_json: bool) -> None:
    """Copy the database to TARGET, also while a crawl writes it; the copy is proven before it takes the name.

    An existing TARGET is replaced only by a whole and sound copy. It is one file that opens like the original.

    \b
    Example:
      portal-crawler db backup backup/portal-2026-11-24.db
      portal-crawler db backup backup/portal.db --with-media
    """
    from pipelines.storage.backup import back_up

    copied = back_up(existing(db), target)
    files = 0
    if with_media:
        from pipelines.storage.mirror import mirror_media

        files = mirror_media(target, media_folder or db.parent / "media", target.parent / "media")
    more = f"; {files} media files copied" if with_media else ""
    _tell(copied, "backed up", as_json=as_json, more=more)


@db.command()
@click.argument("backup", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@db_option
@click.option("--force", is_flag=True, help="Put it in the place of a database that is there (kept as ….replaced).")
@json_option
def restore(backup: Path, db: Path, force: bool, as_json: bool) -> None:
    """Put BACKUP in the place of the database, after every hash of it was computed anew.

    Refused while a crawl holds the database, and where one is there without --force.

    \b
    Example:
      portal-crawler db restore backup/portal-2026-11-24.db --force
    """
    from pipelines.storage.backup import restore as put_back

    _tell(put_back(backup, db, force=force), "restored", as_json=as_json)


@db.command()
@db_option
@json_option
def upgrade(db: Path, as_json: bool) -> None:
    """Bring a database that an older version made up to date, in one step: all of it or nothing.

    A crawl does it by itself; commands that only read refuse such a database and name this one. Back it up first:
    older versions cannot open it afterwards.

    \b
    Example:
      portal-crawler db backup backup/portal.db
      portal-crawler db upgrade
    """
    from contextlib import closing

    from pipelines.storage.schema import open_reader, pending
    from pipelines.storage.store import Store

    with closing(open_reader(existing(db), older=True)) as conn:
        lacking = pending(conn)
    if lacking:
        Store.open(db, command="db upgrade").close()
    if as_json:
        print_json({"database": str(db), "applied": lacking})
    else:
        done = f"brought up to date ({', '.join(lacking)})" if lacking else "is up to date, nothing was changed"
        click.secho(f"{db}: {done}", fg="green", bold=True)


@db.command()
@db_option
@json_option
def vacuum(db: Path, as_json: bool) -> None:
    """Give free space inside the file back to the disk. Refused while a crawl runs, or without room for a moment's copy.

    \b
    Example:
      portal-crawler db vacuum
    """
    from pipelines.storage.backup import vacuum as shrink

    before, after = shrink(existing(db))
    if as_json:
        print_json({"database": str(db), "before": before, "after": after})
    else:
        click.secho(f"{db}: {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB now; sound", fg="green", bold=True)


@db.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@db_option
@click.option("--force", is_flag=True, help="Publish also what an unfinished or faulty run has left.")
@json_option
def publish(target: Path, db: Path, force: bool, as_json: bool) -> None:
    """Replace TARGET, which others read, by the database as the last good run left it, in one step.

    Readers see the old state or the new one, never half a run. A crawl does it by itself with --publish.

    \b
    Example:
      portal-crawler db publish /srv/www/portal.db
    """
    from pipelines.storage.backup import back_up
    from pipelines.storage.publication import refuse_half_runs

    if not force:
        refuse_half_runs(existing(db))
    _tell(back_up(existing(db), target), "published", as_json=as_json)


@db.command()
@click.argument("destination", type=click.Path(path_type=Path))
@db_option
@media_option
@click.option("--captures", is_flag=True, help="Take every page along as it was fetched.")
@click.option(
    "--warc",
    "archives",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A WARC file to take along [default: those beside the database].",
)
@json_option
def package(
    destination: Path, db: Path, media_folder: Path | None, captures: bool, archives: tuple[Path, ...], as_json: bool
) -> None:
    """Write the hand-over into the new folder DESTINATION: database, media, WARC, manifest, dictionary, READMEs.

    The database comes without the crawl's own state. `verify-package` proves it, on any machine.

    \b
    Example:
      portal-crawler db package handover/ben-tre --captures
      portal-crawler verify-package handover/ben-tre
    """
    from pipelines.storage.handover.package import make_package
    from pipelines.storage.status import Status
    from portal_crawler import __version__
    from portal_crawler.cli.completeness_view import completeness
    from portal_crawler.profile import bundled_names, load_profile

    folder = existing(db).parent
    with Status.open(db) as reader:
        portals = reader.portals()
    manifest = make_package(
        db,
        media_folder or folder / "media",
        destination,
        version=__version__,
        captures=captures,
        archives=archives or sorted((*folder.glob("*.warc"), *folder.glob("*.warc.gz"))),
        titles={name: load_profile(name).title for name in portals if name in bundled_names()},
        reports={"completeness.json": completeness(db, portals)["portals"]},
    )
    if as_json:
        print_json(manifest)
    else:
        size = sum(entry["size"] for entry in manifest["files"])
        click.secho(
            f"{destination}: {len(manifest['files'])} files, {size / 1e6:.1f} MB, {manifest['rows']['v_articles']} articles",
            bold=True,
        )
        click.echo(f"Prove it, here or where it arrives: portal-crawler verify-package {destination}")


@click.command("verify-package")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
@click.pass_context
def verify_package(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """Prove a hand-over: every hash, every count, the database, and that every media row has its bytes.

    Exits 0 only if all is right. Changes nothing, and needs no right to write.

    \b
    Example:
      portal-crawler verify-package handover/ben-tre
    """
    from pipelines.storage.handover.proof import find_faults, read_manifest

    manifest = read_manifest(folder)
    faults = list(find_faults(folder))
    if as_json:
        print_json({"package": str(folder), "whole": not faults, "faults": [asdict(one) for one in faults]})
    else:
        for one in faults[:50]:
            click.secho(f"{one.code}: {one.detail}", fg="red")
        whole = f"whole; {len(manifest['files'])} files, {manifest['rows']['v_articles']} articles, {manifest['rows']['media']} media rows with their bytes"
        text = f"{len(faults)} faults; do not use it, have it sent again" if faults else whole
        click.secho(f"{folder}: {text}", fg="red" if faults else "green", bold=True)
    ctx.exit(1 if faults else 0)


def _tell(copied: Copied, done: str, *, as_json: bool, more: str = "") -> None:
    if as_json:
        print_json({**asdict(copied), "path": str(copied.path)})
    else:
        click.secho(
            f"{copied.path}: {done}; {copied.size / 1e6:.1f} MB, {copied.articles} articles, sound, schema {copied.schema}{more}",
            fg="green",
            bold=True,
        )
