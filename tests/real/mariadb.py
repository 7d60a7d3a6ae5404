"""A MariaDB of minutes: its own process, data folder and socket, no network, for the collations that SQLite has not."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb")
#: What WordPress itself chooses: neither letter case nor diacritics tell two texts apart.
COLLATION = "utf8mb4_unicode_520_ci"


def missing_mariadb() -> str:
    """What this machine lacks, as a sentence; empty where everything is there."""
    lacking = [name for name in PROGRAMS if not shutil.which(name)]
    return f"{', '.join(lacking)} not installed" if lacking else ""


class MariaDB:
    """A context: an empty database `wordpress`, reached through `socket` by root without a password."""

    def __init__(self) -> None:
        # a socket's path is limited to 107 bytes, which pytest's folders may exceed
        self._home = Path(tempfile.mkdtemp(prefix="mariadb-"))
        self.socket = self._home / "s"
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def sql(self, text: str) -> str:
        """Run statements; returns the rows, tab-separated."""
        command = [
            "mariadb",
            "--no-defaults",
            f"--socket={self.socket}",
            "--user=root",
            "--batch",
            "--skip-column-names",
        ]
        done = subprocess.run(
            [*command, "--default-character-set=utf8mb4"], input=text, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ConnectionError(done.stderr)
        return done.stdout

    def _start(self) -> None:
        data = self._home / "data"
        install = [
            "mariadb-install-db",
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
        ]
        made = subprocess.run([*install, "--skip-test-db", "--user=root"], capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stdout + made.stderr
        log = self._home / "log"
        command = [
            "mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={self.socket}", f"--pid-file={self._home / 'pid'}",
            "--skip-networking", "--user=root", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M",
            "--max-allowed-packet=64M",
        ]  # fmt: skip
        with log.open("wb") as out:
            self._server = subprocess.Popen(command, stdout=out, stderr=out)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._server.poll() is None:
            try:
                self.sql(f"CREATE DATABASE wordpress CHARACTER SET utf8mb4 COLLATE {COLLATION}")
            except ConnectionError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(log.read_text("utf-8", "replace")[-2000:])

    def _end(self) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(30)
        shutil.rmtree(self._home, ignore_errors=True)
