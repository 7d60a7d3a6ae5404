"""Schedules: hours and cadences mean what they say, systemd takes the units, and cron's line runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.errors import ConfigurationError
from portal_crawler.cli import main
from portal_crawler.schedule.cadence import cadence
from portal_crawler.window import Hours

NIGHT = Hours.parse("20:00-06:00")


@pytest.mark.parametrize(
    ("clock", "left", "opens"),
    [
        ("19:59", 0, 60),
        ("20:00", 10 * 3600, 0),
        ("23:30", 6.5 * 3600, 0),
        ("05:59", 60, 0),
        ("06:00", 0, 14 * 3600),
        ("12:00", 0, 8 * 3600),
    ],
)
def test_hours_over_midnight(clock: str, left: float, opens: float):
    now = datetime.fromisoformat(f"2026-11-24T{clock}:00+07:00")
    assert (NIGHT.seconds_left(now), NIGHT.opens_in(now)) == (left, opens)
    elsewhere = now.astimezone(tz=None)
    assert NIGHT.seconds_left(elsewhere) == left


def test_hours_within_a_day_and_of_another_zone():
    noon = Hours.parse("11:00-13:00 Europe/Berlin")
    assert noon.seconds_left(datetime.fromisoformat("2026-11-24T18:30:00+07:00")) == 1800
    assert noon.opens_in(datetime.fromisoformat("2026-11-24T19:00:00+07:00")) == 22 * 3600


@pytest.mark.parametrize("text", ["", "20-06", "25:00-06:00", "20:00-20:00", "20:00-06:00 Asia/Nowhere"])
def test_hours_that_are_none_are_refused(text: str):
    with pytest.raises(ConfigurationError, match="write hours as"):
        Hours.parse(text)


def test_a_cadence_that_is_none_is_refused():
    for every in ("often", "7min", "5h", "0d", "16d"):
        with pytest.raises(ConfigurationError, match="no cadence"):
            cadence(every, "x")


WORDS = (
    "schedule", "sample", "--every", "daily", "--newest", "2h", "--recent", "weekly", "--all", "monthly",
    "--window", "20:00-06:00", "--user", "root",
)  # fmt: skip


def written(tmp_path: Path) -> Path:
    units = tmp_path / "units"
    units.mkdir()
    db = tmp_path / "dữ liệu" / "portal.db"
    db.parent.mkdir()
    done = CliRunner().invoke(main, [*WORDS, "--db", str(db), "--install", "--unit-dir", str(units)])
    assert done.exit_code == 0, done.output
    assert "systemctl enable --now portal-crawler-sample.timer" in done.output
    return units


def test_four_crawls_of_different_reach_have_a_service_and_a_timer_each(tmp_path: Path):
    units = written(tmp_path)
    names = {path.name for path in units.iterdir()}
    reaches = ("", "-newest", "-recent", "-all")
    assert names == {f"portal-crawler-sample{reach}.{kind}" for reach in reaches for kind in ("service", "timer")}
    services = {reach: (units / f"portal-crawler-sample{reach}.service").read_text() for reach in reaches}
    assert "reach=newest" in services["-newest"]
    assert "--full" in services["-all"]
    for text in services.values():
        assert "--window" in text
        assert re.search(r'^ExecStart=.*"20:00-06:00 Asia/Ho_Chi_Minh"', text, re.MULTILINE)
        assert f"ReadWritePaths={tmp_path}/dữ\\x20liệu\n" in text
    timer = (units / "portal-crawler-sample.timer").read_text()
    assert re.search(r"^OnCalendar=\*-\*-\* 20:\d\d:00 Asia/Ho_Chi_Minh$", timer, re.MULTILINE)
    assert "Persistent=true" in timer


def test_printing_is_what_happens_without_being_asked(tmp_path: Path):
    done = CliRunner().invoke(main, [*WORDS, "--unit-dir", str(tmp_path)])
    assert done.output.count("[Service]") == 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("code", "told"), [(0, False), (9, False), (130, False), (5, True)])
def test_a_line_of_cron_runs_and_speaks_only_when_a_person_is_needed(
    tmp_path: Path, monkeypatch, code: int, told: bool
):
    program = tmp_path / "portal-crawler"
    program.write_text(f"#!/bin/sh\necho DRIFTED\nexit {code}\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.argv", [str(program)])
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["schedule", "sample", "--cron", "--every", "6h"])
    fields, _, command = done.output.splitlines()[1].partition("  ")
    assert re.fullmatch(r"\d+ \*/6 \* \* \*", fields)
    ran = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert ("DRIFTED" in ran.stdout) is told


# --- systemd itself

ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not here: apt-get install systemd")


@needs_systemd
@pytest.mark.parametrize(
    "every",
    ["hourly", "daily", "weekly", "monthly", "10min", "15min", "20min", "30min", "2h", "8h", "12h", "1d", "15d"],
)
def test_systemd_understands_every_cadence(every: str):
    one = cadence(every, "xa_mau")
    done = subprocess.run(
        [ANALYZE, "calendar", f"{one.calendar} Asia/Ho_Chi_Minh", "--iterations=3"],
        capture_output=True,
        text=True,
        check=False,
        env={"TZ": "UTC"},
    )
    assert done.returncode == 0, done.stderr
    moments = re.findall(r"(?:Next elapse|Iter\. #\d): \w+ (\S+ \S+) UTC", done.stdout)
    first, second = (datetime.fromisoformat(one) for one in moments[:2])
    lengths = {"hourly": 1 / 24, "daily": 1, "weekly": 7}
    number = re.match(r"\d+", every)
    days = lengths.get(every) or (
        int(number[0]) / {"min": 1440, "h": 24, "d": 1}[every[number.end() :]] if number else 0
    )
    if days and every != "15d":  # counted from the first of each month
        assert second - first == timedelta(days=days)


@needs_systemd
def test_systemd_verifies_the_units(tmp_path: Path):
    units = written(tmp_path)
    done = subprocess.run(
        [ANALYZE, "verify", "--man=no", *(str(path) for path in sorted(units.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "portal-crawler-sample" in line]
    assert (done.returncode, ours) == (0, [])


@needs_systemd
def test_systemd_finds_the_service_well_confined(tmp_path: Path):
    units = written(tmp_path)
    done = subprocess.run(
        [ANALYZE, "security", "--offline=true", "--threshold=25", str(units / "portal-crawler-sample.service")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-300:] + done.stderr
