"""Where migrations sign up; apart from the package so that each file can import it."""

from __future__ import annotations

from sqlite_utils import Migrations

#: A migration is a function `m00N_name(db)` in a file of that name, decorated with `@MIGRATIONS()`. All pending ones
#: share one transaction. One that changes how text is folded for search ends with `pipelines.storage.search.rebuild`.
MIGRATIONS = Migrations("portal_crawler")
