"""Caddy: a snippet whose path matchers ignore letter case, which its maps do not."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.export.folder import ExportFolder
    from pipelines.export.redirect_rules import RedirectRules

FILE = "caddy/portal-redirects.caddy"

HEAD = """\
# Import this file above the site and write `import portal_redirects` inside it.
(portal_redirects) {
"""


def write(folder: ExportFolder, rules: RedirectRules) -> None:
    """Write the snippet: one matcher a path, inside it one map from item id to address."""
    with folder.open(FILE) as out:
        out.text(HEAD)
        out.text("\tmap {query} {portal_item} {\n")
        for name in rules.parameters:
            out.text(f'\t\t"~(?i)(?:^|[?&;])(?:amp;)*{name}=0*([0-9]+)(?:&|$)" "${{1}}"\n')
        out.text('\t\tdefault ""\n\t}\n')
        for number, (path, group) in enumerate(groupby(rules.items(), key=lambda rule: rule.path)):
            out.text(f"\t@portal_items_{number} path {_quoted(path)}\n")
            out.text(f"\tmap @portal_items_{number} {{portal_item}} {{portal_new}} {{\n")
            for rule in group:
                out.text(f'\t\t"{rule.item}" "{rule.target}"\n')
            out.text("\t}\n")
        out.text(
            '\tmap {portal_item} {portal_new} {\n\t\tdefault ""\n\t}\n'
        )  # asked last: the first map that knows wins
        out.text("\tmap {path} {portal_page} {\n")
        for rule in rules.pages():
            for path in dict.fromkeys((rule.path, rule.seen)):  # this map compares letter by letter
                out.text(f'\t\t{_quoted(path)} "{rule.target}"\n')
        out.text('\t\tdefault ""\n\t}\n')
        for name in ("portal_new", "portal_page"):
            out.text(f'\t@{name} not vars {{{name}}} ""\n\tredir @{name} {{{name}}} 301\n')
        out.text("}\n")


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
