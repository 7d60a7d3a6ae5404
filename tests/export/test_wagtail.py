from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.export.wagtail import blocks
from tests.export.data import HOST, JPEG, article, attachment, build, export, image, old_url, store_file, with_urls

if TYPE_CHECKING:
    from pathlib import Path


def lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "articles.jsonl").read_text("utf-8").splitlines()]


def test_blocks_are_text_where_an_editor_loses_nothing_and_html_elsewhere() -> None:
    html = (
        '<p>Một</p><h2>Hai</h2><table><tr><td>3</td></tr></table><figure><img src="a"></figure><p>Bốn</p> lời &amp; rơi'
    )
    found = blocks(html)
    assert [one["type"] for one in found] == ["text", "html", "text"]
    assert found[0]["value"] == "<p>Một</p><h2>Hai</h2>"
    assert "<td>3</td>" in found[1]["value"]
    assert found[2]["value"] == "<p>Bốn</p> lời &amp; rơi"
    assert blocks("chỉ &lt;chữ&gt;") == [{"type": "text", "value": "<p>chỉ &lt;chữ&gt;</p>"}]
    assert blocks(" ") == []


def test_a_line_has_the_source_id_an_offset_date_and_files_with_sha1(tmp_path: Path) -> None:
    url = f"{HOST}/a.jpg"
    one = article(1, published_at="2018-10-26", images=(image(url, role="lead"),), body_html=f'<img src="{url}">')
    db = build(tmp_path / "portal.db", [one])
    store_file(db, url, JPEG, "image/jpeg", tmp_path / "media", "x")
    export("wagtail", db, tmp_path / "out")
    (line,) = lines(tmp_path / "out")
    assert (line["uid"], line["moment"], line["published_at"]) == (one.uid, "2018-10-26T00:00:00+07:00", "2018-10-26")
    (file,) = line["images"]
    assert file["sha1"] == hashlib.sha1(JPEG).hexdigest() == line["lead_image"]["sha1"]
    assert (tmp_path / "out" / file["file"]).read_bytes() == JPEG
    assert f'src="{file["file"]}"' in line["blocks"][0]["value"]


def test_the_app_is_in_the_export_and_says_how_to_use_it(tmp_path: Path, small: Path) -> None:
    export("wagtail", small, tmp_path / "out")
    for name in ("models.py", "importer.py", "management/commands/import_portal.py", "management/__init__.py"):
        path = tmp_path / "out/portal_import" / name
        compile(path.read_text("utf-8"), str(path), "exec")
    assert "import_portal" in (tmp_path / "out/README.md").read_text("utf-8")
    assert not list((tmp_path / "out").rglob("*.pyc"))


SETTINGS = """
from pathlib import Path
BASE = Path(__file__).parent
SECRET_KEY = "test"
INSTALLED_APPS = ["portal_import", "wagtail.contrib.redirects", "wagtail.embeds", "wagtail.users", "wagtail.snippets",
    "wagtail.documents", "wagtail.images", "wagtail.admin", "wagtail.sites", "wagtail", "taggit", "modelcluster",
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
    "django.contrib.staticfiles"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE / "site.db"}}
MEDIA_ROOT = BASE / "files"
MEDIA_URL = "/files/"
STATIC_URL = "/static/"
USE_TZ = True
WAGTAIL_SITE_NAME = "test"
WAGTAILADMIN_BASE_URL = "http://127.0.0.1"
ROOT_URLCONF = "urls"
MIDDLEWARE = ["wagtail.contrib.redirects.middleware.RedirectMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}}]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
"""
URLS = """
from django.urls import include, path
from wagtail.documents import urls as documents
urlpatterns = [path("documents/", include(documents)), path("", include("wagtail.urls"))]
"""
REPORT = """
import json
from django.test import Client
from portal_import.models import PortalArticlePage
client = Client()
def where(url):
    return client.get(url, HTTP_HOST="localhost").get("Location", "")
print(json.dumps({
    "pages": [{"uid": str(p.source_uid), "title": p.title, "url": p.url, "live": p.live, "date": p.published_at and p.published_at.isoformat(),
        "first": p.first_published_at and p.first_published_at.isoformat(), "section": p.section and p.section.name,
        "revisions": [[r.created_at.isoformat(), r.content["title"], str(r.content["body"])] for r in p.revisions.order_by("created_at")],
        "lead": p.lead_image and p.lead_image.file.name, "body": [b.value.source if b.block_type == "text" else str(b.value) for b in p.body]}
        for p in PortalArticlePage.objects.order_by("source_url")],
    "redirects": {url: where(url) for url in json.loads(open("urls.json").read())}}))
"""
EDIT = """
from django.contrib.auth import get_user_model
from portal_import.models import PortalArticlePage
user = get_user_model().objects.create_superuser("bien-tap", "bt@example.vn", "x")
page = PortalArticlePage.objects.get(title="Hai")
page.title = "Hai, da sua"
page.save_revision(user=user).publish()
"""


class Site:
    """A Wagtail of its own in a folder, run by another Python that has it installed."""

    def __init__(self, python: str, folder: Path, out: Path) -> None:
        self.python, self.folder, self.out = python, folder, out
        folder.mkdir()
        (folder / "settings.py").write_text(SETTINGS)
        (folder / "urls.py").write_text(URLS)
        shutil.copytree(out / "portal_import", folder / "portal_import")
        self.manage("makemigrations", "portal_import")
        self.manage("migrate")

    def manage(self, *arguments: str, stdin: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(self.folder)}
        return subprocess.run(
            [self.python, "-m", "django", *arguments],
            cwd=self.folder, env=environment, input=stdin, check=check, capture_output=True, text=True,
        )  # fmt: skip

    def load(self, *arguments: str, check: bool = True) -> str:
        ended = self.manage("import_portal", str(self.out), *arguments, check=check)
        return ended.stdout + ended.stderr

    def report(self, *urls: str) -> dict[str, Any]:
        (self.folder / "urls.json").write_text(json.dumps(urls))
        return json.loads(self.manage("shell", "--no-imports", "-c", REPORT).stdout)


@pytest.mark.real
def test_a_real_wagtail_takes_the_export_again_and_again(tmp_path: Path) -> None:
    python = os.environ.get("WAGTAIL_PYTHON", "")
    if not python:
        pytest.skip("WAGTAIL_PYTHON names no Python that has Wagtail; `make test-real` makes one")
    url, pdf = f"{HOST}/a.jpg", f"{HOST}/v.ashx?f=1"
    gif = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
    first = article(1, "Một", images=(image(url, role="lead"),), attachments=(attachment(pdf, "Văn bản"),))
    second = article(
        2,
        "Hai",
        published_at="2018-10-26",
        body_html=f'<p><a href="{old_url(1)}">x</a></p><table><tr><td>1</td></tr></table><img src="{url}">',
        images=(image(url),),
    )
    third = article(3, "Ba", published_at=None)
    draft = article(
        1, "Một, bản đầu", captured_at="2025-06-01T08:00:00+07:00", body_html=f'<p><a href="{old_url(2)}">cũ</a></p>'
    )
    build(tmp_path / "portal.db", [draft])
    db = build(tmp_path / "portal.db", [with_urls(first, f"{HOST}/pages/tin.html"), second, third])
    store_file(db, url, gif, "image/gif", tmp_path / "media", "x")
    store_file(db, pdf, b"%PDF-1.4", "application/pdf", tmp_path / "media", "y")
    export("wagtail", db, tmp_path / "out")
    site = Site(python, tmp_path / "site", tmp_path / "out")
    assert "created: 3" in site.load()
    found = site.report("/pages/tin.html", "/Lists/TinTuc/DispForm.aspx?ID=2", "/Lists/TinTuc/DispForm.aspx?ID=3")
    one, two, three = found["pages"]
    assert (one["title"], one["url"], one["live"], one["section"]) == ("Một", "/tin-tuc/mot-ban-dau/", True, "Tin tức")
    assert one["lead"]
    assert one["revisions"][0][:2] == ["2025-06-01T01:00:00+00:00", "Một, bản đầu"]
    assert "/tin-tuc/hai/" in one["revisions"][0][2]
    assert [revision[1] for revision in one["revisions"]] == ["Một, bản đầu", "Một"]
    assert "/documents/" in "".join(one["body"])
    assert two["date"] == two["first"] == "2018-10-25T17:00:00+00:00"
    assert two["body"][0] == '<p><a href="/tin-tuc/mot-ban-dau/">x</a></p>'
    assert "<td>1</td>" in two["body"][1]
    assert 'src="/files/' in two["body"][1]
    assert (three["live"], three["date"]) == (False, None)
    assert list(found["redirects"].values()) == ["/tin-tuc/mot-ban-dau/", "/tin-tuc/hai/", ""]
    assert "unchanged: 3" in site.load()
    site.manage("shell", "--no-imports", "-c", EDIT)
    build(db, [article(2, "Hai mới"), article(3, "Ba mới", published_at="2020-01-01")])
    export("wagtail", db, tmp_path / "out")
    said = site.load(check=False)
    assert "kept: 1" in said
    assert "updated: 1" in said
    assert [page["title"] for page in site.report()["pages"]] == ["Một", "Hai, da sua", "Ba mới"]
    assert "updated: 1" in site.load("--overwrite")
    assert [page["title"] for page in site.report()["pages"]] == ["Một", "Hai mới", "Ba mới"]
