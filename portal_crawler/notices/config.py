"""Who is told, and how: a TOML file of channels; every secret comes from an environment variable that it names."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.errors import ConfigurationError, why

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LANGUAGES = ("en", "vi")
_KEYS: dict[str, dict[str, type]] = {
    "email": {
        "to": list, "from": str, "host": str, "port": int, "security": str, "user_env": str, "password_env": str,
    },
    "webhook": {"url": str, "url_env": str, "secret_env": str},
    "command": {"run": list},
}  # fmt: skip
_NEEDED = {"email": ("to", "from", "host"), "webhook": (), "command": ("run",)}
PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One mail server and who gets the mail. `security` is "starttls", "tls" or "none"."""

    to: tuple[str, ...]
    sender: str
    host: str
    port: int
    security: str
    user: str = ""
    password: str = ""

    @property
    def name(self) -> str:
        """What stands for it in `deliveries.channel`: no secret."""
        return f"email {', '.join(self.to)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that takes JSON; with a `secret` every body is signed (HMAC-SHA256)."""

    url: str
    secret: str = ""

    @property
    def name(self) -> str:
        """Only the host: the path of many services is the secret."""
        return f"webhook {urlsplit(self.url).netloc.rpartition('@')[2]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program that gets the notice as JSON on standard input."""

    run: tuple[str, ...]

    @property
    def name(self) -> str:
        """The program."""
        return f"command {self.run[0]}"


Channel = Email | Webhook | Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """The channels, and the language of the words ("en" or "vi")."""

    channels: tuple[Channel, ...]
    language: str = "en"


def load_notices(path: Path, environment: Mapping[str, str] = os.environ) -> Notices:
    """Read the file, and the secrets from the environment.

    Raises:
        ConfigurationError: unreadable, an unknown key, a wrong value, a secret in the file, a variable that is not set.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({why(error)}); give the path of a TOML file") from error
    language = data.pop("language", "en")
    if language not in LANGUAGES:
        raise ConfigurationError(f'{path}: language = "{language}": use one of {", ".join(LANGUAGES)}')
    reader = _Reader(path, environment)
    channels: list[Channel] = []
    for kind, tables in data.items():
        if kind not in _KEYS or not isinstance(tables, list):
            raise ConfigurationError(
                f"{path}: {kind}: unknown; known are language, [[email]], [[webhook]], [[command]]"
            )
        channels += [reader.channel(kind, table) for table in tables]
    if not channels:
        raise ConfigurationError(f"{path}: names nobody to tell; add [[email]], [[webhook]] or [[command]]")
    return Notices(channels=tuple(channels), language=language)


class _Reader:
    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self._path = path
        self._environment = environment

    def channel(self, kind: str, table: dict[str, Any]) -> Channel:
        """One checked channel."""
        for name, value in table.items():
            if name in ("password", "secret", "user", "token"):
                self._refuse(kind, name, "secrets do not belong into a file; name an environment variable with …_env")
            if name not in _KEYS[kind]:
                self._refuse(kind, name, f"unknown; known are {', '.join(_KEYS[kind])}")
            if not isinstance(value, _KEYS[kind][name]) or not value:
                self._refuse(kind, name, f"must be a {_KEYS[kind][name].__name__} that is not empty")
        for name in _NEEDED[kind]:
            if name not in table:
                self._refuse(kind, name, "is missing")
        return {"email": self._email, "webhook": self._webhook, "command": self._command}[kind](table)

    def _email(self, table: dict[str, Any]) -> Channel:
        security = table.get("security", "starttls")
        if security not in PORTS:
            self._refuse("email", "security", f"use one of {', '.join(PORTS)}")
        user, password = self._secret(table, "user_env"), self._secret(table, "password_env")
        if password and security == "none" and table["host"] not in LOOPBACK:
            self._refuse("email", "security", "a password needs starttls or tls")
        return Email(
            to=tuple(map(str, table["to"])), sender=table["from"], host=table["host"], user=user, password=password,
            security=security, port=table.get("port", PORTS[security]),
        )  # fmt: skip

    def _webhook(self, table: dict[str, Any]) -> Channel:
        url = self._secret(table, "url_env") or table.get("url", "")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            self._refuse("webhook", "url", "must be an http(s) address, or be in the variable that url_env names")
        if "url" in table and parts.password:
            self._refuse(
                "webhook", "url", "secrets do not belong into a file; put the address into a variable (url_env)"
            )
        return Webhook(url=url, secret=self._secret(table, "secret_env"))

    def _command(self, table: dict[str, Any]) -> Channel:
        return Command(run=tuple(map(str, table["run"])))

    def _secret(self, table: dict[str, Any], name: str) -> str:
        variable = table.get(name)
        if variable is None:
            return ""
        if not self._environment.get(variable):
            raise ConfigurationError(f"{self._path}: {name}: the environment variable {variable} is not set")
        return self._environment[variable]

    def _refuse(self, kind: str, name: str, why: str) -> None:
        raise ConfigurationError(f"{self._path}: [[{kind}]] {name}: {why}")
