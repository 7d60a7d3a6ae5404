"""The report that is signed: every reason in both languages, the worst first, and nothing of a page can run in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from pipelines.verify.report_html import REASONS, write_html
from pipelines.verify.result import EXPLAINED, Difference, Verified, VerifyReport

ROOT = Path(__file__).resolve().parents[2]


def verified(uid: str, *reasons: str) -> Verified:
    differences = tuple(Difference(field="text", reason=one, expected="<script>a</script>") for one in reasons)
    return Verified(uid=uid, title=f"Bài {uid} & <b>", source_url="javascript:alert(1)", address=f"https://a.vn/{uid}/",
                    differences=differences, left=("Một", "Hai"), right=("Một",))  # fmt: skip


def report() -> VerifyReport:
    articles = [verified("a"), verified("b", "edited_in_target"), verified("c", "text_differs", "edited_in_target")]
    found = VerifyReport(
        target="https://a.vn", at="2024-01-01T00:00:00+00:00", source=3, database=3, expected=3, found=3
    )
    found.articles = articles
    found.sort()
    return found


def test_every_reason_has_its_words_in_both_languages() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "pipelines/verify").glob("*.py"))
    codes = set(re.findall(r'reason="(\w+)"', source)) | EXPLAINED
    codes |= set(re.findall(r'return "(\w+_\w+)"', source)) | set(re.findall(r'_difference\("(\w+)"', source))
    codes |= set(re.findall(r'"(\w+_differs)"', source))
    assert len(codes) > 25
    assert codes - set(REASONS) == set()


def test_the_worst_come_first_and_only_the_unexplained_count() -> None:
    found = report()
    assert [one.uid for one in found.articles] == ["c", "b", "a"]
    assert found.unexplained == 1
    found.articles += [verified("d", "missing"), replace(verified("e", "text_differs"), similarity=0.2)]
    found.articles.append(verified("f", *["column_differs"] * 5))
    found.sort()
    assert [one.uid for one in found.articles] == ["d", "e", "f", "c", "b", "a"], (
        "five columns are less than a lost text"
    )
    found.articles = found.articles[3:]
    assert found.to_json()["reasons"] == {"edited_in_target": 2, "text_differs": 1}
    assert found.to_json()["without_difference"] == 1


def test_an_article_whose_target_has_no_web_address_keeps_its_title(tmp_path: Path) -> None:
    found = report()
    found.articles = [replace(verified("a"), address="/bai-a/")]
    found.checked["date_local"] = 1
    write_html(found, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "Bài a &amp; &lt;b&gt;" in page
    assert "Ngày giờ Việt Nam" in page
    assert "Điểm khác theo lý do" not in page, "where there is none, there is no table of them"


def test_two_people_can_sign_what_the_page_says_on_its_last_lines(tmp_path: Path) -> None:
    write_html(report(), tmp_path / "r.html")
    head, end = (tmp_path / "r.html").read_text("utf-8").split('<div class="end">')
    assert "01/01/2024 07:00 (giờ Việt Nam" in head
    assert "1 điểm khác chưa giải thích được" in end
    assert "3 bài trong cơ sở dữ liệu, 3 bài cần có, 3 bài ở hệ thống đích" in end
    for line in ("Họ và tên", "Chức vụ", "Ngày", "Chữ ký", "Name", "Position", "Date", "Signature"):
        assert end.count(line) == 2, line


def test_nothing_of_a_page_can_run_in_the_report(tmp_path: Path) -> None:
    write_html(report(), tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "<script" not in page
    assert "javascript:" not in page
    assert "&lt;script&gt;" in page
    assert "<mark>Hai</mark>" in page
    assert page.index("Bài c") < page.index("Bài b") < page.index("Bài a")
