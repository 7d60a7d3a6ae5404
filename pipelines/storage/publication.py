"""Says whether a database is between runs, so that what others read is never half a run."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from pipelines.errors import LockedError, StorageError
from pipelines.storage.holder import lock_holder
from pipelines.storage.schema import open_reader

if TYPE_CHECKING:
    from pathlib import Path

#: Verdicts after which what is stored is a state of the portal, single pages perhaps missing.
PUBLISHABLE = frozenset({"complete", "partial"})


def refuse_half_runs(database: Path) -> None:
    """Nothing where every portal's last run ended well.

    Raises:
        LockedError: somebody is writing.
        StorageError: the last run of a portal did not end well.
    """
    holder = lock_holder(database)
    if holder is not None:
        raise LockedError(
            f'{database}: "{holder.command}" is writing; wait for its end, or let the crawl publish (--publish)'
        )
    with closing(open_reader(database, older=True)) as conn:
        rows = conn.execute(
            "SELECT portal, id, verdict FROM runs r WHERE id = (SELECT max(id) FROM runs n WHERE n.portal = r.portal) ORDER BY portal"
        ).fetchall()
    for portal, run_id, verdict in rows:
        if verdict not in PUBLISHABLE:
            raise StorageError(
                f"{database}: run {run_id} of {portal} ended {verdict or 'without a word'}; what is published stays as it is. "
                "Run the crawl again, or publish with --force"
            )
