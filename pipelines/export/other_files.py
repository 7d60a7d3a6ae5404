"""Links to files that other articles show lead to where the target has them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urldefrag

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.export.media import MediaShelf, Placed
    from pipelines.export.plan import Plan, Planned
    from pipelines.storage.dataset import Dataset, MediaRow

_USES = """
SELECT m.article_id, m.url FROM article_media m JOIN articles a ON a.id = m.article_id
 WHERE m.media_id IS NOT NULL AND (? = '' OR a.portal = ?)
"""


class OtherFiles:
    """Finds the stored file of any exported article by its old address, however that is written."""

    def __init__(
        self,
        dataset: Dataset,
        plan: Plan,
        shelf: MediaShelf,
        place: Callable[[Planned, MediaRow], str],
        address_of: Callable[[Planned, Placed], str | None],
    ) -> None:
        self._dataset = dataset
        self._plan = plan
        self._shelf = shelf
        self._place = place
        self._address_of = address_of
        self._learned = False

    def address(self, url: str) -> str | None:
        """Where the target has the file; None where no exported article shows it, or the target cannot take it."""
        bare = urldefrag(url).url
        uses = self._dataset.conn.execute(
            "SELECT article_id, url FROM article_media WHERE url = ? AND media_id IS NOT NULL ORDER BY article_id",
            (bare,),
        ).fetchall()
        for article_id, known in uses or self._by_key(bare):
            if self._plan.left_out(article_id, "gone"):
                continue
            planned = self._plan.of(article_id)
            for media in self._dataset.media_of(article_id):
                if media.url == known and media.path:
                    placed, _ = self._shelf.found(media, self._place(planned, media))
                    return self._address_of(planned, placed) if placed.file else None
        return None

    def _by_key(self, url: str) -> list[tuple[int, str]]:
        """The uses of a file whose address is written otherwise; all keys are learned when the first is asked for."""
        scratch, key, portal = self._plan.scratch, self._plan.options.addressing.key, self._plan.options.portal
        if not self._plan.is_internal(url):
            return []
        if not self._learned:
            scratch.execute("CREATE TABLE files (key TEXT, article INTEGER, url TEXT)")
            uses = self._dataset.conn.execute(_USES, (portal, portal))
            scratch.executemany(
                "INSERT INTO files VALUES (?, ?, ?)", ((key(one), article, one) for article, one in uses)
            )
            scratch.execute("CREATE INDEX files_key ON files (key)")
            self._learned = True
        return scratch.execute("SELECT article, url FROM files WHERE key = ? ORDER BY article", (key(url),)).fetchall()
