"""The WordPress site as a load needs it: its sections, authors, files and posts, each found before it is made."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from pipelines.errors import ConfigurationError
from pipelines.load.client import FIELDS, TargetRefusedError
from pipelines.load.posts import META, uid_of
from pipelines.load.web import TargetDownError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from pipelines.export.mapping import Author, Section
    from pipelines.load.client import WordPressClient

VIETNAM_OFFSET = 7
#: Nobody watches what is written below articles of years ago; an editor who opens an article's comments keeps them open.
CLOSED = {"comment_status": "closed", "ping_status": "closed"}


class Site:
    """One site, asked once for its sections and authors. `dry_run` makes nothing: what is not there has the id 0.

    `takes_fields` tells after `check` that the site has the custom fields of posts.META.
    """

    def __init__(self, client: WordPressClient, *, dry_run: bool = False) -> None:
        self.client = client
        self.made_sections = 0
        self.made_authors = 0
        self.takes_fields = False
        self._dry_run = dry_run
        self._sections: dict[str, int] = {}
        self._authors: dict[str, int] = {}

    def check(self) -> None:
        """Ask the site who we are and what its clock is, and learn its sections and authors.

        Raises:
            ConfigurationError: wrong password, no WordPress, or a time zone that would show every date wrongly.
        """
        index = self.client.get("/", _fields="gmt_offset,timezone_string,name")
        if float(index.get("gmt_offset") or 0) != VIETNAM_OFFSET:
            zone = index.get("timezone_string") or f"UTC{index.get('gmt_offset')}"
            raise ConfigurationError(
                f"{self.client.site}: its time zone is {zone}, so every date would be shown wrongly; "
                "set it to Ho Chi Minh City (Settings -> General)"
            )
        self.client.get("/wp/v2/users/me", context="edit", _fields="id")
        self.takes_fields = set(META) <= set(self._registered_fields())
        for row in self.client.pages("/wp/v2/categories", _fields="id,slug"):
            self._sections[row["slug"]] = row["id"]
        for row in self.client.pages("/wp/v2/users", context="edit", _fields="id,username"):
            self._authors[row["username"]] = row["id"]

    def _registered_fields(self) -> Iterable[str]:
        told = self.client.write("OPTIONS", "/wp/v2/posts", _fields="schema")
        found: Iterable[str] = told["schema"]["properties"].get("meta", {}).get("properties", ())
        return found

    def section(self, section: Section | None, parents: Mapping[str, Section]) -> int:
        """The id of a section, made where it is missing, its parents first; 0 for none."""
        if section is None:
            return 0
        if section.slug not in self._sections:
            parent = self.section(parents.get(section.parent), parents)
            data = {"name": section.name, "slug": section.slug, "parent": parent}
            self._sections[section.slug] = self._make("/wp/v2/categories", data)
            self.made_sections += 1
        return self._sections[section.slug]

    def author(self, author: Author) -> int:
        """The id of an author, made where the login is missing; nobody knows the password made for it."""
        if author.login not in self._authors:
            data = {
                "username": author.login,
                "email": author.email,
                "name": author.name,
                "roles": ["author"],
                "password": secrets.token_urlsafe(30),
            }
            self._authors[author.login] = self._make("/wp/v2/users", data)
            self.made_authors += 1
        return self._authors[author.login]

    def changed_times(self) -> dict[int, str]:
        """When each post was last changed, by id; those in the bin are not among them."""
        rows = self.client.pages("/wp/v2/posts", status="any", context="edit", _fields="id,modified_gmt")
        return {row["id"]: row["modified_gmt"] for row in rows}

    def post(self, number: int) -> dict[str, Any] | None:
        """A post; None where it is gone or in the bin."""
        try:
            found: dict[str, Any] = self.client.get(f"/wp/v2/posts/{number}", context="edit", _fields=FIELDS)
        except TargetRefusedError as refused:
            if refused.status in (404, 410):
                return None
            raise
        return None if found["status"] == "trash" else found

    def find_post(self, uid: str) -> dict[str, Any] | None:
        """The post that carries the uid of an article."""
        rows = self.client.get("/wp/v2/posts", search=uid, status="any", context="edit", _fields=FIELDS)
        return next((row for row in rows if uid_of(row["content"]["raw"]) == uid), None)

    def create_post(self, uid: str, fields: Mapping[str, Any], *, look: bool) -> dict[str, Any]:
        """Make a post. After a lost answer (`look`: in an earlier run) it is searched for first, never made twice."""

        def make() -> dict[str, Any]:
            made: dict[str, Any] = self.client.write_once(
                "POST", "/wp/v2/posts", {**fields, **CLOSED}, _fields=FIELDS, context="edit"
            )
            return made

        return self._once_only(lambda: self.find_post(uid), make, look=look)

    def update_post(self, number: int, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Give a post these fields."""
        done: dict[str, Any] = self.client.write(
            "POST", f"/wp/v2/posts/{number}", fields, _fields=FIELDS, context="edit"
        )
        return done

    def bin_post(self, number: int) -> None:
        """Move a post into the bin; its address is free then."""
        self.client.write("DELETE", f"/wp/v2/posts/{number}")

    def upload(
        self, file: Path, name: str, content_type: str, texts: Mapping[str, str], *, look: bool
    ) -> dict[str, Any]:
        """Send a file, once; the site checks its MD5. `texts` are title, caption and alt_text."""
        body = file.read_bytes()
        headers = {
            "Content-Type": content_type or "application/octet-stream",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-MD5": hashlib.md5(body, usedforsecurity=False).hexdigest(),
        }

        def find() -> dict[str, Any] | None:
            rows = self.client.get("/wp/v2/media", slug=name.rpartition(".")[0], _fields="id,source_url")
            return rows[0] if rows else None

        def make() -> dict[str, Any]:
            made: dict[str, Any] = self.client.upload_once(body, headers, _fields="id,source_url", **texts)
            return made

        return self._once_only(find, make, look=look)

    def delete_media(self, number: int) -> None:
        """Delete a file; WordPress has no bin for files."""
        self.client.write("DELETE", f"/wp/v2/media/{number}", force="true")

    def _once_only(
        self, find: Callable[[], dict[str, Any] | None], make: Callable[[], dict[str, Any]], *, look: bool
    ) -> dict[str, Any]:
        unsure = look

        def attempt() -> dict[str, Any]:
            nonlocal unsure
            found = find() if unsure else None
            unsure = True
            return found or make()

        made: dict[str, Any] = self.client.again(attempt)
        return made

    def _make(self, path: str, data: Mapping[str, Any]) -> int:
        if self._dry_run:
            return 0
        try:
            made: int = self.client.write_once("POST", path, data, _fields="id")["id"]
        except TargetRefusedError as refused:
            raise ConfigurationError(
                f"{self.client.site}: does not take {data['name']!r} ({refused}); change it in --mapping and run again"
            ) from refused
        except TargetDownError as down:
            raise TargetDownError(f"{down}; nothing is lost: the next run finds what was made") from down
        return made
