"""IIS: rewrite maps and rules for the URL Rewrite module."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.export.folder import ExportFolder, HashedFile
    from pipelines.export.redirect_rules import RedirectRules, Rule

MAPS = "iis/rewriteMaps.config"
RULES = "iis/rewriteRules.config"

WEB_CONFIG = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Needs the URL Rewrite module. Files over 250 kB need the registry value MaxWebConfigFileSizeInKB (docs/migration.md). -->
<configuration>
  <system.webServer>
    <rewrite>
      <rewriteMaps configSource="rewriteMaps.config" />
      <rules configSource="rewriteRules.config" />
    </rewrite>
  </system.webServer>
</configuration>
"""
ITEM_RULE = """\
  <rule name="portal {name}" stopProcessing="true">
    <match url=".*" />
    <conditions>
      <add input="{{QUERY_STRING}}" pattern="(?:^|[?&amp;;])(?:amp;)*{name}=0*([0-9]+)(?:&amp;|$)" />
      <add input="{{PortalItems:{{ToLower:{{URL}}}}!{{C:1}}}}" pattern="(.+)" />
    </conditions>
    <action type="Redirect" url="{{C:1}}" appendQueryString="false" redirectType="Permanent" />
  </rule>
"""
BARE_RULE = """\
  <rule name="portal path without item" stopProcessing="true">
    <match url=".*" />
    <conditions>
      <add input="{{QUERY_STRING}}" pattern="(?:^|[?&amp;;])(?:amp;)*(?:{names})=" negate="true" />
      <add input="{{PortalItems:{{ToLower:{{URL}}}}!}}" pattern="(.+)" />
    </conditions>
    <action type="Redirect" url="{{C:1}}" appendQueryString="false" redirectType="Permanent" />
  </rule>
"""
PAGE_RULE = """\
  <rule name="portal page" stopProcessing="true">
    <match url=".*" />
    <conditions>
      <add input="{PortalPages:{ToLower:{URL}}}" pattern="(.+)" />
    </conditions>
    <action type="Redirect" url="{C:1}" appendQueryString="false" redirectType="Permanent" />
  </rule>
"""


def write(folder: ExportFolder, rules: RedirectRules) -> None:
    """Write the maps (letter case ignored), the rules and the web.config that takes them in."""
    with folder.open(MAPS) as out:
        out.text('<?xml version="1.0" encoding="UTF-8"?>\n<rewriteMaps>\n')
        _map(out, "PortalItems", ((f"{rule.path}!{rule.item}", rule) for rule in rules.items()))
        _map(out, "PortalPages", ((rule.path, rule) for rule in rules.pages()))
        out.text("</rewriteMaps>\n")
    items = "".join(ITEM_RULE.format(name=name) for name in rules.parameters)
    bare = BARE_RULE.format(names="|".join(rules.parameters)) if rules.parameters else ""
    folder.write(RULES, f'<?xml version="1.0" encoding="UTF-8"?>\n<rules>\n{items}{bare}{PAGE_RULE}</rules>\n')
    folder.write("iis/web.config", WEB_CONFIG)


def _map(out: HashedFile, name: str, pairs: Iterable[tuple[str, Rule]]) -> None:
    """A map; keys that differ in letter case only are one key to it."""
    out.text(f'  <rewriteMap name="{name}" ignoreCase="true" defaultValue="">\n')
    for key, rule in pairs:
        if key == key.lower():
            out.text(f"    <add key={quoteattr(key)} value={quoteattr(rule.target)} />\n")
    out.text("  </rewriteMap>\n")
