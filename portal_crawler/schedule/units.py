"""Writes systemd units for crawls: a service that may write nothing but its data, and a timer that catches up once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from portal_crawler.schedule.cadence import Cadence
    from portal_crawler.window import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One crawl that begins by itself. `reach` names it: "" for the usual one, else newest, recent or all."""

    portal: str
    title: str
    reach: str
    cadence: Cadence
    words: tuple[str, ...]
    folder: Path
    writable: tuple[Path, ...]
    user: str
    hours: Hours | None = None

    @property
    def name(self) -> str:
        """The units' name without its ending."""
        return "-".join(("portal-crawler", self.portal, *((self.reach,) if self.reach else ())))


def service(job: Job) -> str:
    """The service: one crawl, to its end."""
    return f"""\
[Unit]
Description=Crawl of {_escaped(job.title)}{f" ({job.reach})" if job.reach else ""}
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
User={job.user}
WorkingDirectory={_path(job.folder)}
ExecStart={_line(job.words)}
# secrets of notices, readable by root alone
EnvironmentFile=-/etc/portal-crawler.env
# 9: another crawl holds the database; 130: the hours for crawling are over, the next one goes on
SuccessExitStatus=9 130
TimeoutStartSec=infinity
TimeoutStopSec=120
Nice=10

# nothing of the machine but its data may be written, and nothing gained
ReadWritePaths={" ".join(_path(one) for one in job.writable)}
ProtectSystem=strict
ProtectHome=read-only
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectProc=invisible
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
CapabilityBoundingSet=
LockPersonality=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallFilter=setpriority
UMask=0027
"""


def timer(job: Job) -> str:
    """The timer: what was missed while the machine was off is caught up once."""
    zone = job.hours.zone.key if job.hours else "Asia/Ho_Chi_Minh"
    return f"""\
[Unit]
Description=Timer of the crawl of {_escaped(job.title)}{f" ({job.reach})" if job.reach else ""}

[Timer]
OnCalendar={job.cadence.calendar} {zone}
Persistent=true
RandomizedDelaySec={job.cadence.delay}
AccuracySec=1min

[Install]
WantedBy=timers.target
"""


def cron_line(job: Job) -> str:
    """A line for crontab; the lock of the database refuses what overlaps, and mail comes only when something is wrong."""
    import shlex

    command = shlex.join(job.words).replace("%", r"\%")
    return f'{job.cadence.cron}  cd {shlex.quote(str(job.folder))} && out=$({command} 2>&1) || case $? in 9|130) ;; *) echo "$out" ;; esac'


def _line(words: Sequence[str]) -> str:
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    """A word of ExecStart: systemd's own rules for quotes, $ and %."""
    word = word.replace("%", "%%").replace("$", "$$")
    if word and not set(word) & set(" \t\"'\\;"):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _path(path: Path) -> str:
    return str(path).replace("%", "%%").replace(" ", "\\x20")


def _escaped(text: str) -> str:
    return " ".join(text.replace("%", "%%").replace("\\", "\\\\").split())
