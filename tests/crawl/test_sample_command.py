"""`portal-crawler sample-portal`: it says where it is, writes its truth, logs, and ends when told to."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from click.testing import CliRunner

from portal_crawler.cli import main
from portal_crawler.sample_portal import SamplePortal
from portal_crawler.sample_portal.faults import REGISTRY

if TYPE_CHECKING:
    from pathlib import Path


def test_it_serves_until_interrupted(tmp_path: Path) -> None:
    truth, log = tmp_path / "truth.json", tmp_path / "log.tsv"
    command = [
        sys.executable,
        "-m",
        "portal_crawler.cli",
        "sample-portal",
        "--port",
        "0",
        "--articles",
        "12",
        "--world",
        "1",
    ]
    command += ["--truth", str(truth), "--log", str(log), "--fault", "http_500@listing"]
    # where the tests run behind a shell's "&", Ctrl-C is switched off for them and for all that they start
    listening = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **listening) as process:
        assert process.stdout is not None
        port = int(re.findall(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())[0])
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request("GET", "/")
            assert connection.getresponse().read().endswith(b"</html>")
        process.send_signal(signal.SIGINT)
        assert "has ended" in process.stdout.read()
    assert process.returncode == 0
    told = json.loads(truth.read_text(encoding="utf-8"))
    assert told["base_url"] == f"http://127.0.0.1:{port}"
    assert len(told["articles"]) == 15
    assert [line.split("\t")[1:4] for line in log.read_text().splitlines()] == [["200", "GET", "/"]]


def test_a_port_in_use_and_an_unknown_fault_are_one_line() -> None:
    with SamplePortal(articles=2) as portal:
        taken = CliRunner().invoke(main, ["sample-portal", "--port", str(portal.port)])
    wrong = CliRunner().invoke(main, ["sample-portal", "--fault", "http_5000"])
    assert (taken.exit_code, wrong.exit_code) == (1, 1)
    assert f"port {portal.port} cannot be used" in taken.output
    assert "Traceback" not in taken.output + wrong.output


def test_the_help_names_every_fault() -> None:
    shown = CliRunner().invoke(main, ["sample-portal", "--help"]).output
    assert all(f"  {name} " in shown for name in REGISTRY)
