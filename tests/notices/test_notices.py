"""Notices: once when something begins, once when it is over, to real servers on loopback; secrets never in a file."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import sys
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pytest_httpserver import HTTPServer

from pipelines.errors import ConfigurationError
from pipelines.storage import incidents
from pipelines.storage.freshness import freshness
from pipelines.storage.store import Store
from portal_crawler.cli import main
from portal_crawler.notices.config import Notices, load_notices
from portal_crawler.notices.desk import deliver
from portal_crawler.notices.sending import SIGNATURE
from portal_crawler.notices.words import _MEANINGS
from portal_crawler.verdict import EXIT_CODES
from tests.notices.smtp_server import MailServer, mail_server
from tests.storage.data import PORTAL, article


@pytest.fixture
def mail():
    with mail_server() as server:
        yield server


@pytest.fixture
def db(tmp_path: Path) -> Path:
    Store.open(tmp_path / "portal.db").close()
    return tmp_path / "portal.db"


def run(db: Path, verdict: str, sentence: str = "author is filled on 1 of 9 articles") -> None:
    """A run that ends so."""
    with Store.open(db) as store:
        run_id = store.begin_run(PORTAL, "news", {})
        incidents.weigh_verdict(store.conn, PORTAL, run_id, verdict, sentence, store.now())
        store.finish_run(run_id, verdict, EXIT_CODES[verdict], {"sentence": sentence}, {})


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "notices.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mailing(tmp_path: Path, port: int, more: str = "", head: str = "") -> Path:
    text = f'{head}\n[[email]]\nto = ["it@xa.example"]\nfrom = "crawl@xa.example"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
    return config(tmp_path, text + more)


def test_a_mail_goes_out_once_per_incident_and_once_when_it_is_over(db: Path, tmp_path: Path, mail: MailServer):
    told = load_notices(mailing(tmp_path, mail.port))
    for verdict in ("complete", "drifted", "drifted", "interrupted", "drifted", "complete", "complete"):
        run(db, verdict)
        assert deliver(db, told) == []
    assert [one["Subject"] for one in mail.mails] == [
        f"[portal-crawler] {PORTAL}: DRIFTED",
        f"[portal-crawler] {PORTAL}: well again",
    ]
    text = mail.mails[0].get_content()
    assert "author is filled on 1 of 9 articles" in text
    assert f"portal-crawler status --run 2 --db {db}" in text


def test_another_verdict_is_another_incident_and_only_the_last_one_is_told_as_over(
    db: Path, tmp_path: Path, mail: MailServer
):
    told = load_notices(mailing(tmp_path, mail.port))
    for verdict in ("partial", "down", "complete"):
        run(db, verdict)
        deliver(db, told)
    words = [one["Subject"].rpartition(": ")[2] for one in mail.mails]
    assert words == ["PARTIAL", "DOWN", "well again"]


def test_the_words_are_vietnamese_where_wanted(db: Path, tmp_path: Path, mail: MailServer):
    run(db, "down", "The portal is down.")
    deliver(db, load_notices(mailing(tmp_path, mail.port, head='language = "vi"')))
    assert "cổng không phản hồi" in mail.mails[0].get_content()


def test_every_verdict_has_words_in_both_languages():
    spoken = {name for name in EXIT_CODES if name not in incidents.SILENT and name != "complete"} | {"stale", "test"}
    assert {language: set(words) for language, words in _MEANINGS.items()} == {"en": spoken, "vi": spoken}


def test_what_fails_for_a_moment_is_tried_again_and_what_fails_for_good_waits_for_the_next_run(
    db: Path, tmp_path: Path, mail: MailServer
):
    told = load_notices(mailing(tmp_path, mail.port))
    run(db, "down")
    mail.refusals = ["450 later", "450 later"]
    assert deliver(db, told, sleep=lambda _seconds: None) == []
    assert len(mail.mails) == 1
    run(db, "blocked")
    mail.refusals = ["550 nobody here"]
    assert deliver(db, told, sleep=lambda _seconds: None) == ["email it@xa.example: refused [550]"]
    assert deliver(db, told) == []
    with Store.open(db) as store:
        rows = store.conn.execute("SELECT message, state, attempts FROM deliveries ORDER BY incident_id").fetchall()
    assert rows == [("opened", "sent", 1), ("opened", "sent", 2)]


def test_the_password_comes_from_the_environment_and_is_used(db: Path, tmp_path: Path, mail: MailServer):
    path = mailing(tmp_path, mail.port, 'user_env = "MAIL_USER"\npassword_env = "MAIL_PASSWORD"\n')
    with pytest.raises(ConfigurationError, match="MAIL_USER is not set"):
        load_notices(path, {})
    run(db, "down")
    (error,) = deliver(db, load_notices(path, {"MAIL_USER": "crawl", "MAIL_PASSWORD": "bí mật"}))
    assert "cannot be sent" in error
    assert "mật" not in error
    assert deliver(db, load_notices(path, {"MAIL_USER": "crawl", "MAIL_PASSWORD": "secret"})) == []
    assert base64.b64decode(mail.logins[0]).split(b"\0")[1:] == [b"crawl", b"secret"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that nobody trusts yet, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "loopback.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


def encrypting(tmp_path: Path, mail: MailServer, certificate: Path) -> Notices:
    """The channel of a server that offers STARTTLS."""
    mail.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    mail.context.load_cert_chain(certificate)
    path = mailing(tmp_path, mail.port)
    path.write_text(path.read_text().replace('"none"', '"starttls"\nuser_env = "U"\npassword_env = "P"'))
    return load_notices(path, {"U": "crawl", "P": "secret"})


def test_a_mail_and_its_password_go_out_encrypted_by_starttls(
    db: Path, tmp_path: Path, mail: MailServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    run(db, "down")
    assert deliver(db, encrypting(tmp_path, mail, certificate)) == []
    assert (mail.encrypted, len(mail.logins)) == ([True], 1)


def test_no_password_goes_to_a_server_that_nobody_vouches_for(
    db: Path, tmp_path: Path, mail: MailServer, certificate: Path
):
    run(db, "down")
    (error,) = deliver(db, encrypting(tmp_path, mail, certificate), sleep=lambda _: None)
    assert "certificate verify failed" in error
    assert (mail.mails, mail.logins) == ([], [])


def test_no_password_goes_out_in_clear_where_starttls_is_wanted_and_not_offered(
    db: Path, tmp_path: Path, mail: MailServer, certificate: Path
):
    run(db, "down")
    told = encrypting(tmp_path, mail, certificate)
    mail.context = None
    (error,) = deliver(db, told, sleep=lambda _: None)
    assert "STARTTLS" in error
    assert (mail.mails, mail.logins) == ([], [])


def test_a_crawl_that_cannot_open_its_database_is_told(tmp_path: Path, mail: MailServer):
    (tmp_path / "file").touch()
    words = ["--db", str(tmp_path / "file" / "portal.db"), "--notices", str(mailing(tmp_path, mail.port))]
    done = CliRunner().invoke(main, ["crawl", "sample", *words])
    assert done.exit_code == 8, done.output
    assert [one["Subject"] for one in mail.mails] == ["[portal-crawler] sample: STORAGE"]
    assert str(tmp_path / "file") in mail.mails[0].get_content()


def test_a_webhook_gets_signed_json(db: Path, tmp_path: Path, httpserver: HTTPServer):
    seen = []

    def take(request):
        seen.append((request.headers, request.get_data()))

    httpserver.expect_request("/hook", method="POST").respond_with_handler(lambda request: take(request) or _ok())
    path = config(tmp_path, '[[webhook]]\nurl_env = "HOOK"\nsecret_env = "KEY"\n')
    told = load_notices(path, {"HOOK": httpserver.url_for("/hook"), "KEY": "k"})
    run(db, "drifted")
    assert deliver(db, told) == []
    headers, body = seen[0]
    assert headers[SIGNATURE] == "sha256=" + hmac.new(b"k", body, hashlib.sha256).hexdigest()
    data = json.loads(body)
    assert (data["event"], data["code"], data["run"]) == ("opened", "drifted", 1)
    assert "author" in data["sentence"]
    assert "/hook" not in told.channels[0].name


def _ok():
    from werkzeug import Response

    return Response("", 204)


def test_a_webhook_that_is_down_is_told_and_waits(db: Path, tmp_path: Path, httpserver: HTTPServer):
    httpserver.expect_request("/hook").respond_with_data("", 503)
    told = load_notices(config(tmp_path, f'[[webhook]]\nurl = "{httpserver.url_for("/hook")}"\n'))
    run(db, "drifted")
    (error,) = deliver(db, told, sleep=lambda _seconds: None)
    assert "answered 503" in error
    assert len(httpserver.log) == 4


def test_a_command_gets_the_notice_on_its_standard_input(db: Path, tmp_path: Path):
    words = json.dumps(
        [sys.executable, "-c", "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())", f"{tmp_path}/out"]
    )
    run(db, "empty")
    assert deliver(db, load_notices(config(tmp_path, f"[[command]]\nrun = {words}\n"))) == []
    assert json.loads((tmp_path / "out").read_text())["code"] == "empty"


def test_a_test_notice_can_be_sent(tmp_path: Path, mail: MailServer):
    words = ["notify", "--test", "--notices", str(mailing(tmp_path, mail.port)), "--db", str(tmp_path / "none.db")]
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, len(mail.mails)) == (0, 1), done.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[email]]\nto = ["a@b"]\nfrom = "c@d"\nhost = "h"\npassword = "x"', "secrets do not belong into a file"),
        ('[[webhook]]\nurl = "https://u:p@h.example/"', "secrets do not belong into a file"),
        ('[[email]]\nto = ["a@b"]\nfrom = "c@d"', "host: is missing"),
        ('[[email]]\nto = "a@b"\nfrom = "c@d"\nhost = "h"', "to: must be a list"),
        ('[[webhook]]\nurl = "ftp://h.example/"', "must be an http"),
        ('[[pigeon]]\nname = "x"', "pigeon: unknown"),
        ('language = "fr"', "use one of en, vi"),
        ("", "names nobody"),
        ("x =", "cannot be read"),
    ],
)
def test_a_wrong_file_names_the_key_and_the_cure(tmp_path: Path, text: str, message: str):
    with pytest.raises(ConfigurationError, match=message):
        load_notices(config(tmp_path, text), {})


# --- freshness


def with_news(db: Path, every: int, count: int, last: date) -> None:
    with Store.open(db) as store:
        run_id = store.begin_run(PORTAL, "news", {})
        for number in range(count):
            day = last - timedelta(days=every * number)
            store.save_article(article(number + 1, published_at=day.isoformat()), run_id)
        store.finish_run(run_id, "complete", 0, {}, {})


@pytest.mark.parametrize(
    ("every", "silent", "stale"), [(1, 6, False), (1, 8, True), (5, 15, False), (5, 16, True), (30, 80, False)]
)
def test_silence_is_measured_by_the_portals_own_habit(db: Path, every: int, silent: int, stale: bool):
    last = date(2024, 5, 31)
    with_news(db, every, 13, last)
    with Store.open(db) as store:
        found = freshness(store.conn, PORTAL, last + timedelta(days=silent))
    assert found is not None
    assert (found.is_stale, found.silent) == (stale, silent)


def test_few_articles_are_no_habit(db: Path):
    with_news(db, 1, 9, date(2024, 5, 31))
    with Store.open(db) as store:
        assert not freshness(store.conn, PORTAL, date(2026, 1, 1)).is_stale


def test_a_portal_that_fell_silent_is_told_without_a_crawl(db: Path, tmp_path: Path, mail: MailServer):
    with_news(db, 1, 20, date(2024, 5, 31))
    words = ["notify", "--notices", str(mailing(tmp_path, mail.port)), "--db", str(db)]
    for _ in range(2):
        assert CliRunner().invoke(main, words).exit_code == 0
    (one,) = mail.mails
    assert one["Subject"].endswith("STALE")
    assert "No new article since 2024-05-31" in one.get_content()
