"""Real files without any library: JPEG and PNG pictures of the invented city, and one-page PDF documents."""

from __future__ import annotations

import binascii
import math
import random
import struct
import unicodedata
import zlib
from functools import cache, lru_cache

SCENES = 24
WIDTH, HEIGHT = 480, 320

Colour = tuple[float, float, float]

_QUALITY = bytes([6] + [9] * 63)
#: The DC and AC Huffman tables of the JPEG standard (ITU-T T.81, K.3 and K.5, luminance), used for all components.
_DC_COUNTS = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
_DC_VALUES = bytes(range(12))
_AC_COUNTS = bytes([0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125])
_AC_VALUES = bytes.fromhex(
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a"
    "434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9"
    "aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
)


def media_bytes(path: str) -> tuple[bytes, str]:
    """The bytes and the content type of the file at a decoded server path; every path has a file of its own.

    The picture itself is one of a few scenes; the path is written into the file, so no two files are equal.
    Letter case does not matter, as everywhere on such a server.
    """
    return _media_bytes(unicodedata.normalize("NFC", path).lower())


@lru_cache(maxsize=256)
def _media_bytes(path: str) -> tuple[bytes, str]:
    number = binascii.crc32(path.encode())
    if path.endswith((".jpg", ".jpeg")):
        return jpeg(number % SCENES, path), "image/jpeg"
    if path.endswith(".png"):
        return png(number % SCENES, path), "image/png"
    return pdf(path), "application/pdf"


def jpeg(scene: int, comment: str) -> bytes:
    """A baseline JPEG of a scene with a comment segment."""
    note = comment.encode()
    head = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return head + _segment(0xFE, note) + _jpeg_after_comment(scene)


def png(scene: int, comment: str) -> bytes:
    """An RGB PNG of a scene, a quarter of the size, with a text chunk."""
    width, height = WIDTH // 4, HEIGHT // 4
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + _chunk(b"tEXt", b"Comment\x00" + comment.encode("ascii", "replace"))
        + _png_pixels(scene)
        + _chunk(b"IEND", b"")
    )


def pdf(title: str) -> bytes:
    """A one-page PDF that names itself."""
    name = title.rpartition("/")[2].encode("ascii", "replace").decode().replace("(", "").replace(")", "")
    lines = ("UBND THANH PHO CON PHUONG", f"Tep: {name}", f"So dang ky: {binascii.crc32(title.encode())}")
    shown = " ".join(f"({line}) Tj 0 -24 Td" for line in lines)
    stream = f"BT /F1 14 Tf 72 770 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


class _Scene:
    """A river town painted from a few numbers: sky, far bank, houses, water and a boat."""

    def __init__(self, number: int) -> None:
        rng = random.Random(f"scene:{number}")
        self.dusk = rng.random()
        self.horizon = rng.uniform(0.42, 0.58)
        self.sun = (rng.uniform(0.15, 0.85), rng.uniform(0.1, 0.3))
        self.houses = [(rng.random(), rng.uniform(0.03, 0.1), rng.uniform(0.05, 0.2), rng.random()) for _ in range(9)]
        self.boat = (rng.uniform(0.2, 0.8), rng.uniform(0.68, 0.88), rng.uniform(0.08, 0.2))

    def colour(self, x: float, y: float) -> Colour:
        """The colour at relative coordinates, each part 0 to 255."""
        if y < self.horizon:
            return self._sky(x, y)
        if abs(x - self.boat[0]) < self.boat[2] and 0 < self.boat[1] - y < 0.05 * (
            1 - abs(x - self.boat[0]) / self.boat[2]
        ):
            return (92.0, 60.0, 40.0)
        ripple = 9 * math.sin(90 * y + 14 * math.sin(7 * x))
        depth = (y - self.horizon) / (1 - self.horizon)
        return (70 + 60 * self.dusk - 30 * depth + ripple, 120 - 45 * depth + ripple, 130 - 40 * depth + ripple)

    def _sky(self, x: float, y: float) -> Colour:
        for centre, half, tall, tone in self.houses:
            if abs(x - centre) < half and y > self.horizon - tall:
                roof = y < self.horizon - tall * 0.6
                return (165.0, 70 + 40 * tone, 55.0) if roof else (215 - 40 * tone, 205 - 40 * tone, 180 - 60 * tone)
        if y > self.horizon - 0.06 - 0.03 * math.sin(25 * x):
            return (45.0, 105 + 25 * math.sin(40 * x), 55.0)
        glow = max(0.0, 1 - 4 * math.hypot(x - self.sun[0], (y - self.sun[1]) * 0.7))
        height = y / self.horizon
        return (
            130 + 90 * self.dusk * height + 90 * glow,
            175 + 30 * height - 40 * self.dusk + 60 * glow,
            230 - 70 * self.dusk * height,
        )


@cache
def _jpeg_after_comment(scene: int) -> bytes:
    frame = struct.pack(">BHHB", 8, HEIGHT, WIDTH, 3) + b"".join(bytes([part, 0x11, 0]) for part in (1, 2, 3))
    scan = b"\x03" + b"".join(bytes([part, 0x00]) for part in (1, 2, 3)) + b"\x00\x3f\x00"
    return (
        _segment(0xDB, b"\x00" + _QUALITY)
        + _segment(0xC0, frame)
        + _segment(0xC4, b"\x00" + _DC_COUNTS + _DC_VALUES)
        + _segment(0xC4, b"\x10" + _AC_COUNTS + _AC_VALUES)
        + _segment(0xDA, scan)
        + _scan(_Scene(scene))
        + b"\xff\xd9"
    )


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _scan(scene: _Scene) -> bytes:
    """The entropy-coded blocks: of each 8 x 8 block the mean and its two slopes, which is a smooth small picture."""
    writer = _Bits()
    previous = [0, 0, 0]
    for top in range(0, HEIGHT, 8):
        for left in range(0, WIDTH, 8):
            corners = [_ycc(scene.colour((left + dx) / WIDTH, (top + dy) / HEIGHT)) for dy in (2, 6) for dx in (2, 6)]
            for part in range(3):
                a, b, c, d = (corner[part] for corner in corners)
                steady = round(((a + b + c + d) / 4 - 128) * 8 / _QUALITY[0])
                slopes = (round((a - b + c - d) * 1.3 / _QUALITY[1]), round((a + b - c - d) * 1.3 / _QUALITY[1]))
                writer.block(steady - previous[part], slopes)
                previous[part] = steady
    return writer.finish()


def _ycc(colour: Colour) -> Colour:
    red, green, blue = (min(255.0, max(0.0, part)) for part in colour)
    return (
        0.299 * red + 0.587 * green + 0.114 * blue,
        128 - 0.168736 * red - 0.331264 * green + 0.5 * blue,
        128 + 0.5 * red - 0.418688 * green - 0.081312 * blue,
    )


class _Bits:
    """Huffman-coded bits with JPEG's byte stuffing."""

    def __init__(self) -> None:
        self._dc = _codes(_DC_COUNTS, _DC_VALUES)
        self._ac = _codes(_AC_COUNTS, _AC_VALUES)
        self._pieces: list[str] = []

    def block(self, difference: int, slopes: tuple[int, int]) -> None:
        """One block: the difference of its mean, then its first coefficients."""
        size = difference.bit_length() if difference >= 0 else (-difference).bit_length()
        self._pieces.append(self._dc[size] + _magnitude(difference, size))
        zeros = 0
        for slope in slopes:
            if not slope:
                zeros += 1
                continue
            size = abs(slope).bit_length()
            self._pieces.append(self._ac[zeros << 4 | size] + _magnitude(slope, size))
            zeros = 0
        self._pieces.append(self._ac[0])

    def finish(self) -> bytes:
        bits = "".join(self._pieces)
        bits += "1" * (-len(bits) % 8)
        return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")


def _magnitude(value: int, size: int) -> str:
    """The `size` low bits of a coefficient, as JPEG writes them (negative ones counted from below)."""
    if not size:
        return ""
    return f"{value if value > 0 else value + (1 << size) - 1:0{size}b}"


@cache
def _codes(counts: bytes, values: bytes) -> dict[int, str]:
    codes: dict[int, str] = {}
    code = at = 0
    for length, count in enumerate(counts, 1):
        for _ in range(count):
            codes[values[at]] = f"{code:0{length}b}"
            code += 1
            at += 1
        code <<= 1
    return codes


@cache
def _png_pixels(number: int) -> bytes:
    scene = _Scene(number)
    width, height = WIDTH // 4, HEIGHT // 4
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += bytes(int(min(255.0, max(0.0, part))) for part in scene.colour(x / width, y / height))
    return _chunk(b"IDAT", zlib.compress(bytes(rows), 6))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", binascii.crc32(kind + content))
