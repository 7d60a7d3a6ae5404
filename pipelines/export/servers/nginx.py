"""nginx: maps for the http block, and one line for the server block."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.export.folder import ExportFolder, HashedFile
    from pipelines.export.redirect_rules import RedirectRules, Rule

MAPS = "nginx/portal-redirects.http.conf"
SERVER = "nginx/portal-redirects.server.conf"

SNIPPET = """\
# Inside `server { … }`, before its locations. The old query is dropped.
if ($portal_new) {
    return 301 $portal_new;
}
"""


def write(folder: ExportFolder, rules: RedirectRules) -> None:
    """Write the maps. nginx compares map keys without letter case and `$uri` is decoded."""
    with folder.open(MAPS) as out:
        out.text("# Inside `http { … }`.\n")
        out.text(f"map_hash_max_size {max(65536, _power(rules.count() * 2))};\n")
        out.text(f"map_hash_bucket_size {max(256, _power(rules.longest() + 64))};\n")
        out.text('\n# The item id: letter case, order, padding, "&amp;" and other parameters do not matter.\n')
        out.text('map $args $portal_item {\n    default "";\n')
        for name in rules.parameters:
            out.text(f'    "~*(?:^|[?&;])(?:amp;)*{name}=0*(?<portal_{name}>[0-9]+)(?:&|$)" $portal_{name};\n')
        out.text("}\n")
        _map(out, '"$uri|$portal_item"', "$portal_by_item", ((f"{one.path}|{one.item}", one) for one in rules.items()))
        _map(out, "$uri", "$portal_by_page", ((one.path, one) for one in rules.pages()))
        out.text('\nmap $portal_by_item $portal_new {\n    default $portal_by_item;\n    "" $portal_by_page;\n}\n')
    folder.write(SERVER, SNIPPET)


def _map(out: HashedFile, source: str, target: str, pairs: Iterable[tuple[str, Rule]]) -> None:
    out.text(f'\nmap {source} {target} {{\n    default "";\n')
    for key, rule in pairs:
        escaped = key.replace("\\", "\\\\").replace('"', '\\"')
        out.text(f'    "{escaped}" "{rule.target}";\n')
    out.text("}\n")


def _power(number: int) -> int:
    return 1 << max(number - 1, 1).bit_length()
