"""Other addresses under which SharePoint, or an editor's habit, keeps a file that is missing at its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from portal_crawler.platforms.sharepoint.addresses import host_of, is_noise

#: Parameters by which SharePoint scales a picture ("image renditions"); without them it gives the original.
_SCALING = ("renditionid", "width", "height", "cropmode")
#: SharePoint's own small copies: "/dir/_w/anh_jpg.jpg" (a preview, up to 400 pixels), "/dir/_t/anh_jpg.jpg" (a thumbnail).
_SMALL = re.compile(r"/_[wt]/([^/]+)_(jpe?g|png|gif|bmp)\.(?:jpg|png|gif)$", re.IGNORECASE)
_PICTURE = re.compile(r"/([^/]+)\.(jpe?g|png|gif|bmp)$", re.IGNORECASE)
_MOBILE_HOST = re.compile(r"^(?:m|mobile)\.(?=[^.]+\.)")
_IN_LIBRARY = re.compile(r"/(?:PublishingImages|SiteCollectionImages|SiteAssets|Images\d*)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherWay:
    """Another address for a file. `is_lesser` where it can only be a smaller copy of it."""

    kind: str
    url: str
    is_lesser: bool = False


def other_ways(url: str, *, is_picture: bool = True) -> tuple[OtherWay, ...]:
    """Where else the file at an address may be had, what keeps its quality first; never the address itself.

    original: without scaling, or what a preview or thumbnail was made of; encoding: a name escaped once too often, or
    once too seldom; twin: http for https and the reverse; mobile: the host's desktop name; preview, rendition,
    thumbnail: SharePoint's smaller copies.
    """
    ways = [*_same_file(url)]
    if is_picture:
        ways += _smaller(url)
    found: dict[str, OtherWay] = {}
    for way in ways:
        if way.url != url:
            found.setdefault(way.url, way)
    return tuple(found.values())


def _same_file(url: str) -> list[OtherWay]:
    parts = urlsplit(url)
    ways = []
    kept = "&".join(pair for pair in parts.query.split("&") if pair and not _is_scaling(pair))
    if kept != parts.query:
        ways.append(OtherWay(kind="original", url=urlunsplit(parts._replace(query=kept))))
    small = _SMALL.search(parts.path)
    if small:
        path = f"{parts.path[: small.start()]}/{small[1]}.{small[2]}"
        ways.append(OtherWay(kind="original", url=urlunsplit(parts._replace(path=path, query=""))))
    if "%25" in parts.path:
        ways.append(OtherWay(kind="encoding", url=urlunsplit(parts._replace(path=parts.path.replace("%25", "%")))))
    elif "%" in parts.path:
        # a program that uploads a folder may have taken the escapes for the file's name
        doubled = quote(parts.path, safe="/%:@!$&'()*+,;=~").replace("%", "%25")
        ways.append(OtherWay(kind="encoding", url=urlunsplit(parts._replace(path=doubled))))
    if ":" not in host_of(url).strip("[]"):
        scheme = "http" if parts.scheme == "https" else "https"
        ways.append(OtherWay(kind="twin", url=urlunsplit(parts._replace(scheme=scheme))))
    host = parts.netloc.lower()
    desktop = _MOBILE_HOST.sub("", host)
    if desktop != host:
        ways.append(OtherWay(kind="mobile", url=urlunsplit(parts._replace(netloc=desktop))))
    return ways


def _smaller(url: str) -> list[OtherWay]:
    parts = urlsplit(url)
    picture = _PICTURE.search(parts.path)
    if picture is None or _SMALL.search(parts.path) or not _IN_LIBRARY.search(unquote(parts.path)):
        return []
    folder, name, ending = parts.path[: picture.start()], picture[1], picture[2]
    plain = parts._replace(query="")
    small = {kind: f"{folder}/_{letter}/{name}_{ending}.jpg" for kind, letter in (("preview", "w"), ("thumbnail", "t"))}
    return [
        OtherWay(kind="preview", url=urlunsplit(plain._replace(path=small["preview"])), is_lesser=True),
        OtherWay(kind="rendition", url=urlunsplit(plain._replace(query="RenditionID=1")), is_lesser=True),
        OtherWay(kind="thumbnail", url=urlunsplit(plain._replace(path=small["thumbnail"])), is_lesser=True),
    ]


def _is_scaling(pair: str) -> bool:
    name = pair.partition("=")[0]
    return name.lower() in _SCALING or is_noise(name)
