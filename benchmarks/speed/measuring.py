"""Runs one program and measures what it cost: CPU of it and its children, wall time, peak memory of all of them."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """`cpu` user and system seconds, `wall` seconds, `memory` peak resident bytes of all processes together."""

    cpu: float
    wall: float
    memory: int


def run(command: Sequence[str | Path], *, log: Path, cores: int | None = None, accept: Container[int] = (0,)) -> Cost:
    """Run a program to its end, with its children on the first `cores` cores only where that is given.

    Raises:
        ConfigurationError: its exit code is none of `accept`; the message names its log.
    """
    # as installed: modules are compiled once, whatever the shell of the measurement forbids
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with log.open("wb") as out:
        began = time.monotonic()
        with _held_to(cores):  # what is started inherits it
            process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)  # noqa: S603 - the benchmark's own programs
        peak = _Peak(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accept:
        raise ConfigurationError(f"{command[0]} ended with {process.returncode}; see {log}")
    return Cost(cpu=usage.ru_utime + usage.ru_stime, wall=wall, memory=peak.end())


@contextmanager
def _held_to(cores: int | None) -> Iterator[None]:
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(ours)[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, ours)


class _Peak:
    """Looks at a process and its children twenty times a second."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._highest = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> int:
        self._over.set()
        self._thread.join()
        return self._highest

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self._highest = max(self._highest, sum(map(_resident, _family(self._pid))))


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            children = Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii").split()
        except OSError:
            continue
        found += map(int, children)
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return 0
