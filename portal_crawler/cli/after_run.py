"""What a crawl does once its run is over and its lock given back: publish, and whatever else others wait for."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import click

from pipelines.errors import ConfigurationError, PortalCrawlerError

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.errors import StorageError
    from portal_crawler.notices.config import Notices
    from portal_crawler.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is wanted after a run; None where it is not."""

    publish: Path | None = None
    metrics: Path | None = None
    report: Path | None = None
    language: str = "en"
    notices: Notices | None = None

    def refuse_unwritable(self, db: Path) -> None:
        """Nothing where all of it can be written; asked before the run, because a crawl takes hours.

        Raises:
            ConfigurationError: a place cannot be written, or is the database itself; the message names the option.
        """
        if self.publish is not None and self.publish.resolve() == db.resolve():
            raise ConfigurationError(f"--publish {self.publish}: is the database itself; name another file")
        folders = {
            f"--publish {self.publish}": self.publish and self.publish.parent,
            f"--metrics {self.metrics}": self.metrics and self.metrics.parent,
            f"--report {self.report}": self.report,
        }
        for option, folder in folders.items():
            if folder is None:
                continue
            try:
                folder.mkdir(parents=True, exist_ok=True)
                with TemporaryFile(dir=folder):
                    pass
            except OSError as error:
                raise ConfigurationError(
                    f"{option}: cannot be written ({error.strerror}); name another place"
                ) from error


def after_run(session: Session, db: Path, wishes: Wishes) -> None:
    """Do it all; what fails is said on standard error and changes nothing of the run's verdict."""
    for step in (_publish, _measure, _report, _notify):
        try:
            step(session, db, wishes)
        except PortalCrawlerError as error:
            click.secho(f"After the run: {error}", fg="red", err=True)


def tell_unbegun(notices: Notices, db: Path, portal: str, error: StorageError) -> None:
    """Tell of a crawl whose database could not even be opened; with each try again, as nothing can remember it."""
    from portal_crawler.notices.desk import tell_unrecorded

    _complain(tell_unrecorded(db, notices, portal, "storage", str(error), 0))


def _publish(session: Session, db: Path, wishes: Wishes) -> None:
    from pipelines.storage.backup import back_up
    from pipelines.storage.publication import PUBLISHABLE

    if wishes.publish is None or session.verdict is None:
        return
    if session.verdict.name in PUBLISHABLE:
        back_up(db, wishes.publish)
    else:
        click.echo(f"{wishes.publish}: stays as it was; this run ended {session.verdict.name}", err=True)


def _measure(_session: Session, db: Path, wishes: Wishes) -> None:
    from portal_crawler.metrics import write_metrics

    if wishes.metrics is not None:
        write_metrics(db, wishes.metrics)


def _report(session: Session, db: Path, wishes: Wishes) -> None:
    from portal_crawler.cli.report import write_report

    if wishes.report is not None:
        write_report(db, session.run_id, wishes.report / f"run-{session.run_id}.html", wishes.language)


def _notify(session: Session, db: Path, wishes: Wishes) -> None:
    from portal_crawler.notices.desk import deliver, tell_unrecorded

    verdict = session.verdict
    if wishes.notices is None or verdict is None:
        return
    failed = (
        tell_unrecorded(db, wishes.notices, session.profile.name, verdict.name, verdict.sentence, session.run_id)
        if session.storage_error
        else deliver(db, wishes.notices)
    )
    _complain(failed)


def _complain(failed: list[str]) -> None:
    for error in failed:
        click.secho(f"Not told: {error}", fg="red", err=True)
