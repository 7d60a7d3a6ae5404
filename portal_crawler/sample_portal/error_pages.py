"""The pages a SharePoint server answers with when there is no article to show."""

from __future__ import annotations

import uuid

from portal_crawler.sample_portal.exchange import Response, page, redirect

_SIMPLE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n'
    '<html dir="ltr" lang="en-US"><head><meta name="GENERATOR" content="Microsoft SharePoint" /><meta http-equiv="Content-type" '
    'content="text/html; charset=utf-8" /><title>\n\t{title}\n</title><link rel="stylesheet" type="text/css" '
    'href="/_layouts/15/1033/styles/error.css" /></head><body class="ms-backgroundImage"><form method="post" action="error.aspx" '
    'id="aspnetForm"><div id="ms-error-body"><div id="ms-error-header" class="ms-pr"><h1 class="ms-core-pageTitle">{heading}</h1></div>'
    '<div id="ms-error">{text}</div></div></form></body></html>'
)


def not_found(status: int = 404) -> Response:
    """SharePoint's own "not found"; some portals send it with status 200."""
    text = "<div><span>404 NOT FOUND</span></div><p>The resource cannot be found.</p>"
    return page(
        _SIMPLE.format(title="Page not found", heading="Sorry, this page doesn't exist", text=text), status, "not_found"
    )


def gone() -> Response:
    """A page that was taken away for good."""
    return page("<html><head><title>410 Gone</title></head><body><h1>410 - Gone</h1></body></html>", 410, "not_found")


def resource_missing() -> Response:
    """ASP.NET's "resource cannot be found" with status 200, as some servers answer beyond the end of a list."""
    text = (
        "<html><head><title>The resource cannot be found.</title><style>body {font-family:Verdana;font-size:.7em}</style></head>"
        "<body bgcolor=\"white\"><span><H1>Server Error in '/' Application.<hr width=100% size=1 color=silver></H1><h2> <i>The resource "
        "cannot be found.</i> </h2></span><b> Description: </b>HTTP 404. The resource you are looking for (or one of its dependencies) "
        "could have been removed, had its name changed, or is temporarily unavailable. <br><br></body></html>"
    )
    return page(text, 200, "not_found")


def no_such_article() -> Response:
    """The vendor's soft 404 in Vietnamese."""
    text = (
        '<html><head><title>Thông báo</title></head><body><form id="aspnetForm"><div class="bt-khung"><p>Bài viết không tồn tại hoặc đã '
        'bị xóa.</p><p><a href="/">Quay về trang chủ</a></p></div></form></body></html>'
    )
    return page(text, 200, "not_found")


def went_wrong(status: int = 500, *, vietnamese: bool = False) -> Response:
    """SharePoint's error page; often with status 200."""
    correlation = uuid.uuid4()
    if vietnamese:
        text = f"<p>Đã xảy ra lỗi không mong muốn.</p><p>ID Tương quan: {correlation}</p><p>Vui lòng liên hệ quản trị viên.</p>"
        return page(_SIMPLE.format(title="Lỗi", heading="Rất tiếc, đã xảy ra lỗi", text=text), status, "error")
    text = (
        "<p>An unexpected error has occurred.</p><p>TECHNICAL DETAILS</p><p>Troubleshoot issues with Microsoft SharePoint Foundation.</p>"
        f"<p>Correlation ID: {correlation}</p><p>Date and Time: 10/26/2018 11:00:00 AM</p>"
    )
    return page(_SIMPLE.format(title="Error", heading="Sorry, something went wrong", text=text), status, "error")


def yellow(message: str, status: int = 500) -> Response:
    """ASP.NET's yellow error page."""
    text = (
        f"<html><head><title>{message}</title></head><body bgcolor=\"white\"><span><H1>Server Error in '/' Application.<hr width=100% size=1 "
        f"color=silver></H1><h2> <i>{message}</i> </h2></span><b> Description: </b>An unhandled exception occurred during the execution of the "
        'current web request. <br><br><b>Source Error:</b><table width=100% bgcolor="#ffffcc"><tr><td><code><pre>\n[HttpException]: '
        f"{message}\n</pre></code></td></tr></table></body></html>"
    )
    return page(text, status, "error")


def dead_view_state() -> Response:
    """What a view state of another session brings."""
    return yellow("Validation of viewstate MAC failed. If this application is hosted by a Web Farm or cluster, ensure that "
                  "&lt;machineKey&gt; configuration specifies the same validationKey and validation algorithm.")  # fmt: skip


def maintenance(status: int = 200) -> Response:
    """The page of a system under maintenance."""
    text = (
        '<html><head><title>Thông báo</title></head><body><div style="text-align:center;padding-top:80px"><h2>Hệ thống đang bảo trì</h2>'
        "<p>Cổng thông tin điện tử đang được nâng cấp. Mong quý vị quay lại sau.</p></div></body></html>"
    )
    return page(text, status, "error")


def sign_in(back: str) -> Response:
    """The redirect SharePoint answers where a reader has no right."""
    return redirect(f"/_layouts/15/Authenticate.aspx?Source={back}")


def login_form() -> Response:
    """The login form at the end of that redirect: status 200."""
    text = (
        '<html dir="ltr" lang="en-US"><head><title>\n\tSign In\n</title></head><body><form method="post" action="/_forms/default.aspx" '
        'id="aspnetForm"><div id="SslWarning" style="color:red;display:none">Warning: this page is not encrypted for secure communication.</div>'
        '<h1>Sign In</h1><table><tr><td>User name:</td><td><input name="ctl00$PlaceHolderMain$signInControl$UserName" type="text" /></td></tr>'
        '<tr><td>Password:</td><td><input name="ctl00$PlaceHolderMain$signInControl$password" type="password" /></td></tr></table>'
        '<input type="submit" value="Sign In" /></form></body></html>'
    )
    return page(text, 200, "login")


def unauthorized() -> Response:
    """What SharePoint's services answer anonymous readers."""
    return Response(
        status=401, body=b"401 UNAUTHORIZED", kind="error",
        headers=(("Content-Type", "text/plain; charset=utf-8"), ("WWW-Authenticate", "NTLM"), ("X-MSDAVEXT_Error", "917656")),
    )  # fmt: skip
