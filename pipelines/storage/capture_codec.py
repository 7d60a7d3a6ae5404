"""Packs bodies with zstd and a dictionary made of the portal's own pages: most of a page is its template."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: 0.1 ms for a page of 100 kB with a dictionary; level 6 saves a tenth and takes twice as long (docs/performance.md).
LEVEL = 3
#: A dictionary is a handful of whole pages, one of each layout, with statistics trained on many: a page packed against
#: it is half of what zstd's own trainer reaches, which is made for small records.
MAX_BASIS = 640 * 1024
MAX_PAGES = 6
#: As the next part of a dictionary are tried the pages that it serves worst so far, so many of them, and so many of those it
#: serves better: the typical page helps more than the odd one. Twice as many save 2 % and cost twice as much.
WORST, TYPICAL = 2, 2


@dataclass(frozen=True)
class Dictionary:
    """A dictionary of one portal; `id` is its row. Never changed once stored."""

    id: int
    data: bytes

    @cached_property
    def prepared(self) -> zstd.ZstdDict:
        """The dictionary as zstd wants it, prepared once."""
        return zstd.ZstdDict(self.data)


def pack(body: bytes, dictionary: Dictionary | None = None) -> bytes:
    """A body as one zstd frame with its checksum."""
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: LEVEL,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    used = dictionary.prepared.as_digested_dict if dictionary else None
    return zstd.compress(body, options=options, zstd_dict=used)


def unpack(packed: bytes, dictionary: Dictionary | None = None) -> bytes:
    """The inverse of `pack`.

    Raises:
        ValueError: the frame is damaged, or needs another dictionary.
    """
    try:
        return zstd.decompress(packed, zstd_dict=dictionary.prepared.as_digested_dict if dictionary else None)
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from error


def train(samples: list[bytes]) -> bytes:
    """A dictionary for pages like the samples, chosen so that the sum of the packed samples is small.

    Greedy: of the pages that the dictionary so far serves worst, the one that helps all most is added, as long as
    it helps; a page that is large and alone helps only itself. The result depends on the samples only.

    Raises:
        ValueError: fewer than eight samples, or none with text in it.
    """
    if len(samples) < 8:
        raise ValueError(f"{len(samples)} samples are too few for a dictionary")
    basis: list[bytes] = []
    sizes = [len(zstd.compress(sample, LEVEL)) for sample in samples]
    for _ in range(MAX_PAGES):
        room = MAX_BASIS - sum(map(len, basis))
        worst = sorted(range(len(samples)), key=lambda at: (-sizes[at], at))
        candidates = [samples[at] for at in worst if 8 < len(samples[at]) <= room and samples[at] not in basis]
        others = candidates[WORST:]
        typical = [others[place * len(others) // (TYPICAL + 1)] for place in range(1, TYPICAL + 1) if others]
        chosen = candidates[:WORST] + typical
        tried = [(_packed_sizes([*basis, page], samples), page) for page in chosen]
        best = min(tried, key=lambda one: sum(one[0]), default=None)
        if best is None or sum(best[0]) > 0.97 * sum(sizes):
            break
        sizes = best[0]
        basis.append(best[1])
    if not basis:
        raise ValueError("no sample helps to pack the others")
    basis.reverse()  # what stands last is cheapest to refer to: the first choice is the most typical
    content = b"".join(basis)
    return zstd.finalize_dict(zstd.ZstdDict(content, is_raw=True), samples, len(content) + 4096, LEVEL).dict_content


def _packed_sizes(basis: list[bytes], samples: list[bytes]) -> list[int]:
    """What each sample takes when packed against these pages; the pages themselves count as next to nothing."""
    used = zstd.ZstdDict(b"".join(reversed(basis)), is_raw=True).as_digested_dict
    compressor = zstd.ZstdCompressor(LEVEL, zstd_dict=used)
    return [len(compressor.compress(sample, compressor.FLUSH_FRAME)) for sample in samples]
