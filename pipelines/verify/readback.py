"""A WordPress site read back over REST: every post, section, author and file, as it stands there now."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from pipelines.load.client import FIELDS, WordPressClient
from pipelines.load.posts import uid_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Posts with their bodies a page.
POSTS_A_PAGE = 20


class ReadBack:
    """The posts of a site in a temporary SQLite file, so that memory stays flat, and its small tables in memory.

    `known` are uids by post id from the ledger, for posts whose marker an editor removed.
    """

    def __init__(self, client: WordPressClient, known: Mapping[int, str]) -> None:
        self.client = client
        self._scratch = sqlite3.connect("")
        self._scratch.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY, uid TEXT, address TEXT, post TEXT)")
        self._scratch.execute("CREATE INDEX posts_uid ON posts(uid)")
        self._scratch.execute("CREATE INDEX posts_address ON posts(address)")
        self._hashes: dict[str, str] = {}
        self._answers: dict[str, int] = {}
        self.sections = {row["id"]: row["slug"] for row in client.pages("/wp/v2/categories", _fields="id,slug")}
        users = client.pages("/wp/v2/users", context="edit", _fields="id,username")
        self.authors = {row["id"]: row["username"] for row in users}
        self._files: dict[str, str] = {}
        self._file_ids: dict[int, str] = {}
        for row in client.pages("/wp/v2/media", _fields="id,source_url,media_details"):
            original = (row.get("media_details") or {}).get("original_image")
            self._files[row["source_url"]] = urljoin(row["source_url"], original) if original else row["source_url"]
            self._file_ids[row["id"]] = row["source_url"]
        for post in client.pages("/wp/v2/posts", status="any", context="edit", per_page=POSTS_A_PAGE, _fields=FIELDS):
            uid = uid_of(post["content"]["raw"]) or known.get(post["id"], "")
            values = (post["id"], uid, post["link"], json.dumps(post))
            self._scratch.execute("INSERT OR REPLACE INTO posts VALUES (?, ?, ?, ?)", values)

    def close(self) -> None:
        """Forget the posts."""
        self._scratch.close()

    def count(self) -> int:
        """How many posts the site has."""
        number: int = self._scratch.execute("SELECT count(*) FROM posts").fetchone()[0]
        return number

    def posts(self, uid: str) -> list[dict[str, Any]]:
        """The posts of an article: one, if all is well."""
        rows = self._scratch.execute("SELECT post FROM posts WHERE uid = ? ORDER BY id", (uid,))
        return [json.loads(post) for (post,) in rows]

    def take(self, uid: str) -> None:
        """Set the posts of an article aside: what is left at the end belongs to none."""
        self._scratch.execute("UPDATE posts SET uid = '\u2713' WHERE uid = ?", (uid,))

    def left(self) -> Iterator[tuple[str, str]]:
        """Uid (empty where it has none) and address of the posts that were not set aside."""
        yield from self._scratch.execute("SELECT uid, address FROM posts WHERE uid <> '\u2713' ORDER BY id")

    def file_of(self, number: int) -> str:
        """The address of a file by its id; empty where there is none."""
        return self._file_ids.get(number, "")

    def is_file(self, url: str) -> bool:
        """True for the address of an uploaded file."""
        return url in self._files

    def sha256(self, url: str) -> str:
        """The hash of an uploaded file as the site serves it (the original where it shows a smaller copy); empty where it does not."""
        address = self._files.get(url, url)
        if address not in self._hashes:
            status, _, body = self.client.fetch(address)
            self._hashes[address] = hashlib.sha256(body).hexdigest() if status == 200 else ""
        return self._hashes[address]

    def leads_somewhere(self, url: str) -> bool:
        """True where an address of the site is a post's or answers 200."""
        bare = url.partition("#")[0]
        if self._scratch.execute("SELECT EXISTS (SELECT * FROM posts WHERE address = ?)", (bare,)).fetchone()[0]:
            return True
        if bare not in self._answers:
            self._answers[bare] = self.client.fetch(bare).status
        return self._answers[bare] == 200
