"""Apache: RewriteMaps and the rules for a virtual host."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from pipelines.export.folder import ExportFolder
    from pipelines.export.redirect_rules import RedirectRules

MAP = "apache/portal-redirects.txt"
CONFIGURATION = "apache/portal-redirects.conf"

#: What Apache's int:escape leaves as it is.
SAFE = "$-_.+!*'(),:;@&=/~"

HEAD = """\
# Inside `<VirtualHost>`, with mod_rewrite. Put portal-redirects.txt where PORTAL_MAP says; for thousands of rules
#   httxt2dbm -i portal-redirects.txt -o portal-redirects.dbm
# and "dbm:" instead of "txt:" make each answer take the same time.
<IfDefine !PORTAL_MAP>
    Define PORTAL_MAP "txt:/etc/apache2/portal-redirects.txt"
</IfDefine>
RewriteEngine On
RewriteMap portal-redirects "${PORTAL_MAP}"
RewriteMap portal-lower "int:tolower"
RewriteMap portal-escape "int:escape"
"""
ITEM = """\
RewriteCond %{{ENV:PORTAL_ITEM}} ^$
RewriteCond %{{QUERY_STRING}} (?:^|[?&;])(?:amp;)*{name}=0*([0-9]+)(?:&|$) [NC]
RewriteRule ^ - [E=PORTAL_ITEM:%1]
"""
RULES = """\
# First path and item, then the path of a page that shows no items; QSD drops the old query.
RewriteCond ${portal-redirects:${portal-escape:${portal-lower:%{REQUEST_URI}}}!%{ENV:PORTAL_ITEM}} ^(.+)$
RewriteRule ^ %1 [R=301,L,QSD,NE]
RewriteCond ${portal-redirects:${portal-escape:${portal-lower:%{REQUEST_URI}}}} ^(.+)$
RewriteRule ^ %1 [R=301,L,QSD,NE]
"""


def write(folder: ExportFolder, rules: RedirectRules) -> None:
    """Write the map and the rules. Keys have no blank, which would end them, and no "|"."""
    with folder.open(MAP) as out:
        for rule in rules.items():
            out.text(f"{escaped(rule.path)}!{rule.item} {rule.target}\n")
        for rule in rules.pages():
            out.text(f"{escaped(rule.path)} {rule.target}\n")
    items = "".join(ITEM.format(name=name) for name in rules.parameters)
    folder.write(CONFIGURATION, HEAD + items + RULES)


def escaped(path: str) -> str:
    """The path as int:escape writes it: hexadecimal in small letters."""
    parts = quote(path, safe=SAFE).split("%")
    return parts[0] + "".join(f"%{part[:2].lower()}{part[2:]}" for part in parts[1:])
