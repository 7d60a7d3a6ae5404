"""Sends one notice by mail, to a web address or through a program; what fails for a moment is tried again."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import ssl
import subprocess
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING, Any

import urllib3

from pipelines.errors import PortalCrawlerError
from pipelines.retry import Patience, retry_call
from portal_crawler.notices.config import Command, Email, Webhook

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal_crawler.notices.config import Channel
    from portal_crawler.notices.words import Notice

#: A crawl's end waits for it, so a quarter of a minute in sum; what is not delivered then is tried after the next run.
PATIENCE = Patience(attempts=4, first=1.0, longest=8.0)
TIMEOUT = 20.0
SIGNATURE = "X-Portal-Crawler-Signature"


class UndeliveredError(PortalCrawlerError):
    """A notice could not be delivered; `passes` where another try may help."""

    def __init__(self, message: str, *, passes: bool) -> None:
        super().__init__(message)
        self.passes = passes


def send(channel: Channel, notice: Notice, *, sleep: Callable[[float], Any] | None = None) -> None:
    """Deliver a notice.

    Raises:
        UndeliveredError: it did not arrive, after all tries where these may help.
    """

    def once() -> None:
        match channel:
            case Email():
                _mail(channel, notice)
            case Webhook():
                _post(channel, notice)
            case Command():
                _run(channel, notice)

    retry_call(
        once, when=lambda error: isinstance(error, UndeliveredError) and error.passes, patience=PATIENCE, sleep=sleep
    )


def _mail(channel: Email, notice: Notice) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = notice.subject, channel.sender, ", ".join(channel.to)
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="portal-crawler.invalid")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday reply, please
    message.set_content(notice.text)
    context = ssl.create_default_context()
    try:
        if channel.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(channel.host, channel.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(channel.host, channel.port, timeout=TIMEOUT)
        with server:
            if channel.security == "starttls":
                server.starttls(context=context)
            if channel.password:
                server.login(channel.user, channel.password)
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise UndeliveredError(
            f"{channel.name}: refused {codes}", passes=all(400 <= one < 500 for one in codes)
        ) from error
    except smtplib.SMTPResponseException as error:
        raise UndeliveredError(
            f"{channel.name}: {channel.host} answered {error.smtp_code}", passes=400 <= error.smtp_code < 500
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise UndeliveredError(f"{channel.name}: {channel.host}:{channel.port}: {error}", passes=True) from error
    except ValueError as error:  # smtplib's own for a password that is not ASCII; its text would show it
        raise UndeliveredError(
            f"{channel.name}: address, user or password cannot be sent by SMTP", passes=False
        ) from error


def _post(channel: Webhook, notice: Notice) -> None:
    body = json.dumps(notice.data, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "portal-crawler"}
    if channel.secret:
        headers[SIGNATURE] = f"sha256={hmac.new(channel.secret.encode(), body, hashlib.sha256).hexdigest()}"
    try:
        with urllib3.PoolManager(timeout=urllib3.Timeout(TIMEOUT), retries=False) as pool:
            status = pool.request("POST", channel.url, body=body, headers=headers, redirect=False).status
    except urllib3.exceptions.HTTPError as error:
        raise UndeliveredError(f"{channel.name}: {type(error).__name__}", passes=True) from error
    if not 200 <= status < 300:
        raise UndeliveredError(f"{channel.name}: answered {status}", passes=status in (408, 425, 429) or status >= 500)


def _run(channel: Command, notice: Notice) -> None:
    data = json.dumps(notice.data, ensure_ascii=False).encode()
    try:
        done = subprocess.run(channel.run, input=data, capture_output=True, timeout=60, check=False)  # noqa: S603 - the operator's own words
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UndeliveredError(f"{channel.name}: {error}", passes=False) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-200:]
        raise UndeliveredError(f"{channel.name}: ended with {done.returncode} {said}", passes=False)
