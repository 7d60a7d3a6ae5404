"""The family of expected errors; the class tells the caller what to do, the message what, where and the next step."""

from __future__ import annotations


def why(error: Exception) -> str:
    """What an error says, without the number and the path that the message around it names already."""
    return getattr(error, "strerror", None) or str(error)


class PortalCrawlerError(Exception):
    """An expected error: shown as one line, never as a traceback. `exit_code` follows docs/operators.md."""

    exit_code = 1


class ConfigurationError(PortalCrawlerError):
    """A profile, setting or option is wrong. Raised before anything is fetched; mend it and run again."""


class Rejected(PortalCrawlerError):  # noqa: N818 - it is a judgement on a page, not an error of ours
    """A page or article that must not be stored as an article. The caller writes a failure row and goes on.

    `reason` is the short code of the failure row.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class SourceError(PortalCrawlerError):
    """The source (server, archive, folder) cannot be read at all."""

    exit_code = 6


class StorageError(PortalCrawlerError):
    """Disk full or I/O error on the database. Stop; nothing stored so far is lost; make room and run again."""

    exit_code = 8


class LockedError(PortalCrawlerError):
    """Another writer holds the database. The message says who; wait for it or end it."""

    exit_code = 9


class StoppedError(PortalCrawlerError):
    """Somebody ended the command before it could end itself. Run it again: it goes on."""

    exit_code = 130


class SchemaError(ConfigurationError):
    """The database was written by a newer version, or is not ours. Nothing was changed."""
