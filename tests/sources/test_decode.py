from __future__ import annotations

import gzip
import tracemalloc
import zlib
from io import BytesIO

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import Rejected
from portal_crawler.sources.decode import read_body, zstd

PAGE = "<html>Bến Tre, quê hương Đồng Khởi</html>".encode() * 400
MEBIBYTE = 1024 * 1024


def deflate_bare(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


ENCODERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("name", ENCODERS)
@given(body=st.binary(max_size=3000))
def test_every_encoding_comes_back_to_the_byte(name: str, body: bytes) -> None:
    assert read_body(BytesIO(ENCODERS[name](body)), name, MEBIBYTE) == body


def test_bare_deflate_and_chains_and_letter_case_are_read() -> None:
    assert read_body(BytesIO(deflate_bare(PAGE)), "deflate", MEBIBYTE) == PAGE
    assert read_body(BytesIO(brotli.compress(gzip.compress(PAGE))), "GZIP, br", MEBIBYTE) == PAGE


@pytest.mark.parametrize("name", [*ENCODERS, "identity", ""])
def test_a_body_decoded_long_ago_is_taken_as_it_is(name: str) -> None:
    assert read_body(BytesIO(PAGE), name, MEBIBYTE) == PAGE


def test_gzip_members_one_after_another_are_one_body() -> None:
    assert read_body(BytesIO(gzip.compress(PAGE) + gzip.compress(PAGE) + b"\0" * 20), "gzip", MEBIBYTE) == PAGE * 2


@pytest.mark.parametrize("name", ENCODERS)
def test_a_stream_cut_short_is_refused(name: str) -> None:
    whole = ENCODERS[name](PAGE)
    with pytest.raises(Rejected) as refused:
        read_body(BytesIO(whole[:-5]), name, MEBIBYTE)
    assert refused.value.reason == "cut_short"


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_a_damaged_stream_is_refused(name: str) -> None:
    whole = bytearray(ENCODERS[name](PAGE))
    whole[len(whole) // 2] ^= 0xFF
    with pytest.raises(Rejected) as refused:
        read_body(BytesIO(bytes(whole)), name, MEBIBYTE)
    assert refused.value.reason in ("bad_encoding", "cut_short")


@pytest.mark.parametrize("name", ENCODERS)
def test_a_bomb_is_dropped_at_the_limit_in_little_memory(name: str) -> None:
    bomb = ENCODERS[name](bytes(24 * MEBIBYTE))
    tracemalloc.start()
    try:
        with pytest.raises(Rejected) as refused:
            read_body(BytesIO(bomb), name, 12 * MEBIBYTE)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.value.reason == "too_large"
    assert peak < 16 * MEBIBYTE


def test_a_large_page_within_the_limit_is_read_and_beyond_it_refused() -> None:
    large = gzip.compress(PAGE * 50)
    assert len(read_body(BytesIO(large), "gzip", 8 * MEBIBYTE)) == len(PAGE) * 50
    with pytest.raises(Rejected):
        read_body(BytesIO(large), "gzip", MEBIBYTE // 2)
    with pytest.raises(Rejected) as unknown:
        read_body(BytesIO(PAGE), "pack200-gzip", MEBIBYTE)
    assert unknown.value.reason == "bad_encoding"
