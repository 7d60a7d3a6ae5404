"""Hugo: a site that builds as it is, one page bundle an article with its files beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pipelines.export.job import CmsJob
from pipelines.export.media import served_at
from pipelines.export.plan import TargetRules
from pipelines.export.records import json_text, source_fields

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.export.job import Ready
    from pipelines.export.media import Placed
    from pipelines.export.plan import Planned
    from pipelines.export.protocol import ExportOptions, ExportReport
    from pipelines.storage.dataset import Dataset, Row

RULES = TargetRules(permalink="/{slug}/")

CONFIG = """\
# A site that shows the export as it is; take what you need into your own.
baseURL = {base}
title = {title}
languageCode = "vi"
defaultContentLanguage = "vi"
timeZone = "Asia/Ho_Chi_Minh"
enableRobotsTXT = true

[taxonomies]
category = "categories"
author = "authors"

# The bodies are HTML, cleaned by an allow-list.
[markup.goldmark.renderer]
unsafe = true
"""

LAYOUTS = {
    "baseof.html": """\
<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ .Title }}</title>
</head>
<body>
<nav><a href="{{ "/" | relURL }}">{{ site.Title }}</a></nav>
<main>{{ block "main" . }}{{ end }}</main>
</body>
</html>
""",
    "single.html": """\
{{ define "main" }}<article>
<h1>{{ .Title }}</h1>
{{ if not .Date.IsZero }}<time datetime="{{ .Date.Format "2006-01-02T15:04:05-07:00" }}">{{ .Date.Format "02/01/2006" }}</time>{{ end }}
{{ with .Params.byline }}<span class="byline">{{ . }}</span>{{ end }}
{{ range .GetTerms "categories" }}<a class="section" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ range .GetTerms "authors" }}<a class="author" rel="author" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .Params.lead_image }}<img src="{{ . }}" alt="">{{ end }}
{{ .Content }}
</article>{{ end }}
""",
    "list.html": """\
{{ define "main" }}<h1>{{ .Title }}</h1>
{{ .Content }}
<ul>{{ range .Paginator.Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>
{{ with .Paginator.Prev }}<a href="{{ .URL }}" rel="prev">‹</a>{{ end }}
{{ with .Paginator.Next }}<a href="{{ .URL }}" rel="next">›</a>{{ end }}{{ end }}
""",
}

#: A body must be one HTML block to Hugo's Markdown: no blank line, no indented line, nothing that looks like a shortcode.
_BLANK = re.compile(r"\s*\n\s*")


class HugoExporter:
    """content/articles/YEAR/SLUG/index.md with its files, the terms with their names, a configuration and plain layouts."""

    name = "hugo"
    description = "Hugo: a site of page bundles that builds as it is"

    def export(self, dataset: Dataset, destination: Path, options: ExportOptions) -> ExportReport:
        """Write the site; as `Exporter.export`."""
        with CmsJob(self.name, RULES, dataset, destination, options) as job:
            title = next(iter(dataset.portals()), "portal")
            config = CONFIG.format(base=json_text(options.site_url or "/"), title=json_text(options.portal or title))
            job.folder.write("hugo.toml", config)
            for name, text in LAYOUTS.items():
                job.folder.write(f"layouts/_default/{name}", text)
            _write_terms(job)
            for article in job.articles(
                lambda plan, _media: bundle_of(plan),
                lambda placed: placed.file_name if placed.file else None,
                lambda plan, placed: resource_of(plan, placed, options.site_url),
            ):
                job.folder.write(f"{bundle_of(article.plan)}/index.md", page(article))
                job.report.rows["pages"] += 1
            return job.finish()


def page(article: Ready) -> str:
    """A content file: front matter whose values are JSON (which is valid YAML), then the body as one HTML block."""
    return f"{_matter(front_matter(article))}{html_block(article.content.html)}\n"


def front_matter(article: Ready) -> dict[str, Any]:
    """What Hugo and the layouts read."""
    row, plan, lead = article.row, article.plan, article.content.lead
    images = [one for one in article.media if one.row.kind == "image"]
    return {
        "title": row.title,
        "date": row.published_at,
        "published": row.published_at,
        "lastmod": row.updated_at,
        "draft": plan.status != "publish",
        "slug": plan.slug,
        "url": plan.address,
        "aliases": aliases(row),
        "description": row.summary,
        "categories": [plan.section.slug] if plan.section else [],
        "authors": [plan.author.login] if row.author else [],
        "byline": row.author,
        "lead_image": _address(lead) if lead and not article.content.lead_shown else None,
        "images": [_address(one) for one in images],
        "resources": [
            {
                "src": one.file_name,
                "title": one.caption or one.row.name or one.file_name,
                "params": {"alt": one.row.alt},
            }
            for one in article.media
            if one.file
        ],
        "source": source_fields(row),
    }


def aliases(row: Row) -> list[str]:
    """Old paths that Hugo can answer itself: those without a query, which an alias cannot hold."""
    found = []
    for url in row.urls:
        parts = urlsplit(url)
        path = unquote(parts.path)
        if not parts.query and path.strip("/") and ".." not in path and path.isprintable():
            found.append(path)
    return sorted(set(found))


def html_block(html: str) -> str:
    """HTML that passes Hugo's Markdown unread."""
    one = _BLANK.sub("\n", html.strip())
    safe = one.replace("{{<", "&#123;&#123;&lt;").replace("{{%", "&#123;&#123;%")
    return f"<div>\n{safe}\n</div>" if safe else ""


def yaml_text(value: Any) -> str:
    """JSON that YAML reads the same: C1 controls and DEL are escaped too."""
    text = json_text(value)
    return re.sub(r"[\x7f-\x9f\ufeff]", lambda match: f"\\u{ord(match[0]):04x}", text)


def _write_terms(job: CmsJob) -> None:
    """The names of sections and authors: the articles hold only their slugs, which are explicit and never derived."""
    mapping = job.plan.mapping
    sections = {one.slug: one for one in mapping.sections.values() if one.name}
    for slug, section in sorted(sections.items()):
        matter = {"title": section.name, "parent": section.parent}
        job.folder.write(f"content/categories/{slug}/_index.md", _matter(matter))
    for login, author in sorted({one.login: one for one in mapping.authors.values()}.items()):
        job.folder.write(f"content/authors/{login}/_index.md", _matter({"title": author.name}))


def _matter(values: dict[str, Any]) -> str:
    """A file of front matter alone; empty values are left out."""
    lines = "".join(f"{key}: {yaml_text(value)}\n" for key, value in values.items() if value not in (None, "", []))
    return f"---\n{lines}---\n"


def _address(one: Placed) -> str:
    return one.file_name if one.file else one.row.url


def resource_of(plan: Planned, placed: Placed, site: str) -> str | None:
    """Where the site shows a file of an article to the others: beside its page, if that is published."""
    if not plan.address:
        return None
    return served_at(f"{site.rstrip('/')}{plan.address}", placed.file_name)


def bundle_of(plan: Planned) -> str:
    """A folder a year: nobody opens one of twenty thousand entries, and no tool reads it fast."""
    year = f"{plan.moment:%Y}" if plan.moment else "undated"
    return f"content/articles/{year}/{plan.slug}"
