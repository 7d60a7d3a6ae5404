"""The verification as one HTML page that needs nothing else: Vietnamese and English, worst first, side by side, to be signed."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from pipelines.export.plan import VIETNAM
from pipelines.verify.result import EXPLAINED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.verify.result import Difference, Verified, VerifyReport

REASONS = {
    "missing": ("Thiếu ở hệ thống đích", "Missing in the target"),
    "doubled": ("Có hai bản ở hệ thống đích", "Twice in the target"),
    "not_expected": ("Không thuộc danh sách cần có", "Should not be there"),
    "title_differs": ("Khác tiêu đề", "Title differs"),
    "summary_differs": ("Khác tóm tắt", "Summary differs"),
    "text_differs": ("Khác nội dung", "Text differs"),
    "status_differs": ("Khác trạng thái", "Status differs"),
    "date_differs": ("Khác ngày giờ", "Date differs"),
    "section_differs": ("Khác chuyên mục", "Section differs"),
    "author_differs": ("Khác tác giả", "Author differs"),
    "byline_differs": ("Khác tên tác giả ghi trên bài", "Byline differs"),
    "field_differs": ("Khác trường dữ liệu riêng", "Custom field differs"),
    "column_differs": ("Khác giá trị cột", "Column differs"),
    "image_missing": ("Thiếu ảnh", "Image missing"),
    "attachment_missing": ("Thiếu tệp đính kèm", "Attachment missing"),
    "links_missing": ("Thiếu liên kết", "Links missing"),
    "link_broken": ("Liên kết hỏng", "Broken link"),
    "old_link_left": ("Liên kết còn trỏ về cổng cũ", "Link still leads to the old portal"),
    "old_link_unknown": ("Liên kết cũ không dẫn tới bài nào", "Old link that shows no article"),
    "redirect_missing": ("Địa chỉ cũ không chuyển hướng", "Old address is not redirected"),
    "redirect_temporary": ("Địa chỉ cũ chỉ chuyển hướng tạm thời", "Old address is redirected for a time only"),
    "redirect_elsewhere": ("Địa chỉ cũ dẫn tới bài khác", "Old address leads elsewhere"),
    "landing_broken": ("Địa chỉ cũ dẫn tới trang lỗi", "Old address leads to a page that fails"),
    "landing_differs": ("Trang đích không có nội dung của bài", "The page it leads to has not the article's text"),
    "file_changed": ("Tệp khác với tổng kiểm tra", "File differs from its checksum"),
    "file_missing": ("Thiếu tệp trong bản xuất", "File of the export is missing"),
    "file_unexpected": ("Tệp không thuộc bản xuất", "File that no export wrote"),
    "count_differs": ("Khác số lượng", "Number differs"),
    "not_public": ("Chưa công khai ở hệ thống đích", "Not public in the target"),
    "not_there": ("Không có ở hệ thống đích", "Not in the target"),
    "link_to_unpublished": ("Liên kết tới bài chưa công khai", "Link to an article that is not public"),
    "media_not_stored": ("Tệp chưa được lưu, còn ở cổng cũ", "File not stored, still on the old portal"),
    "media_refused": ("Hệ thống đích không nhận tệp", "File refused by the target"),
    "media_left_at_source": (
        "Tệp có trong bản xuất, bài còn trỏ về cổng cũ",
        "File came along, the article still shows the old portal's",
    ),
    "edited_in_target": ("Đã được biên tập ở hệ thống đích", "Edited in the target"),
    "deleted_in_target": ("Đã bị xóa ở hệ thống đích", "Deleted in the target"),
    "target_refused": ("Hệ thống đích từ chối", "Refused by the target"),
    "made_in_target": ("Bài soạn mới ở hệ thống đích", "Written in the target itself"),
    "scheduled": ("Hẹn giờ đăng", "Scheduled"),
    "live": ("Bỏ qua theo bảng ánh xạ: đang đăng", "Left out by the mapping: live"),
    "gone": ("Bỏ qua theo bảng ánh xạ: cổng đã gỡ", "Left out by the mapping: removed by the portal"),
    "undated": ("Bỏ qua theo bảng ánh xạ: không có ngày", "Left out by the mapping: undated"),
    "duplicate": ("Bỏ qua theo bảng ánh xạ: bài trùng", "Left out by the mapping: duplicate"),
    "flagged": ("Bỏ qua theo bảng ánh xạ: cần xem lại", "Left out by the mapping: to be reviewed"),
    "quarantined": ("Bỏ qua theo bảng ánh xạ: cách ly", "Left out by the mapping: quarantined"),
}

FIELDS = {
    "alias": "Địa chỉ cũ do hệ thống đích tự chuyển hướng",
    "article": "Bài viết",
    "attachment": "Tệp đính kèm",
    "author": "Tác giả",
    "byline": "Tên tác giả ghi trên bài",
    "date_local": "Ngày giờ Việt Nam",
    "date_utc": "Ngày giờ quốc tế",
    "file": "Tệp của bản xuất",
    "image": "Ảnh",
    "link": "Liên kết trong hệ thống đích",
    "links": "Số liên kết của bài",
    "section": "Chuyên mục",
    "status": "Trạng thái",
    "summary": "Tóm tắt",
    "text": "Nội dung",
    "title": "Tiêu đề",
    "old address: as seen": "Địa chỉ cũ như đã thấy",
    "old address: letter case": "Địa chỉ cũ, đổi chữ hoa chữ thường",
    "old address: noise": "Địa chỉ cũ, thêm tham số thừa",
    "old address: mobile": "Địa chỉ cũ, bản di động",
    "old address: parameter order": "Địa chỉ cũ, đổi thứ tự tham số",
    "old address: padded id": "Địa chỉ cũ, mã bài thêm số 0",
    "old address: form": "Địa chỉ cũ, biểu mẫu khác của danh sách",
}

#: What each of the two who sign writes by hand.
SIGNED = (("Họ và tên", "Name"), ("Chức vụ", "Position"), ("Ngày", "Date"), ("Chữ ký", "Signature"))

CSS = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}small,.en{color:#5a5a5a}table{border-collapse:collapse;width:100%}
td,th{border:1px solid #ccc;padding:.35rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f3f3f3}.good{color:#0a5c2b}.bad{color:#9b1c1c}section{border-top:2px solid #ddd;margin-top:1.5rem}
.n{width:1%;text-align:right;white-space:nowrap;overflow-wrap:normal}.diff{table-layout:fixed}.diff th:first-child{width:24%}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:1rem}.sides p{margin:.3rem 0;padding:.1rem .4rem;overflow-wrap:anywhere}
mark{background:#fde3e3}.sign{display:grid;grid-template-columns:1fr 1fr;gap:3rem;margin-top:3rem;break-inside:avoid}
.sign p{border-bottom:1px dotted #444;margin:1.6rem 0 0}.end{break-inside:avoid;margin-top:3rem}
@media(max-width:40rem){.diff tr,.diff td{display:block}.diff tr:first-child{display:none}.diff td{border-top:0}
.diff td:first-child{border-top:1px solid #ccc}.diff td+td::before{content:attr(data-side);color:#5a5a5a;font-size:.85em;display:block}
.sides{gap:.3rem}.sign{gap:1rem}}
@media print{body{margin:0;max-width:none;font-size:10pt}tr,h2{break-inside:avoid}h2{break-after:avoid}a{color:inherit}}
"""


def write_html(report: VerifyReport, path: Path) -> None:
    """Write the page as UTF-8; streams, so a large report needs no memory."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(_page(report))


def _page(report: VerifyReport) -> Iterator[str]:
    title = "Biên bản đối chiếu dữ liệu"
    yield f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{title} · {escape(report.target)}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{CSS}</style>'
    yield f'<h1>{title}<br><span class="en">Verification of the migrated data</span></h1>'
    yield f'<p>Hệ thống đích <span class="en">/ Target</span>: {escape(report.target)}'
    yield f'<br>Thời điểm đối chiếu <span class="en">/ Verified at</span>: {_moment(report.at)}</p>{_result(report)}'
    yield _table(
        ("Số lượng", "Counts"),
        [
            ("Bài đã biết ở cổng cũ / Articles known of the portal", report.source),
            *(
                (f"− không lưu được / not stored: {escape(reason)}", count)
                for reason, count in sorted(report.not_stored.items())
            ),
            ("Bài trong cơ sở dữ liệu / Articles in the database", report.database),
            *((f"− {_label(reason)}", count) for reason, count in sorted(report.left_out.items())),
            ("Cần có ở hệ thống đích / Expected in the target", report.expected),
            ("Bài ở hệ thống đích / Posts in the target", report.found),
        ],
    )
    if report.reasons:
        yield _table(("Điểm khác theo lý do", "Differences by reason"), [
        (f"{_label(reason)} — {'đã giải thích / explained' if reason in EXPLAINED else 'CHƯA GIẢI THÍCH / UNEXPLAINED'}", count)
        for reason, count in sorted(report.reasons.most_common(), key=lambda one: one[0] in EXPLAINED)
    ])  # fmt: skip
    yield _table(
        ("Số phép so sánh", "Comparisons made"),
        [(_field(name), count) for name, count in sorted(report.checked.items())],
    )
    if report.not_asked:
        yield _table(
            (
                "Bài không có trang công khai: không hỏi địa chỉ cũ",
                "Articles without a public page: old addresses not asked",
            ),
            [(_label(reason), count) for reason, count in sorted(report.not_asked.items())],
        )
    for article in report.articles:
        if article.differences:
            yield from _article(article)
    clean = [one for one in report.articles if not one.differences]
    yield f"<h2>{len(clean)} bài khớp hoàn toàn <span class=en>· articles without any difference</span></h2><table>"
    for one in clean:
        yield f"<tr><td>{_link(one.address, one.title) or escape(one.title)}<td>{_link(one.source_url, 'cổng cũ / old portal')}"
    yield f'</table><div class="end">{_result(report)}<p>{report.database} bài trong cơ sở dữ liệu, {report.expected} bài cần có, '
    yield f'{report.found} bài ở hệ thống đích <span class="en">/ {report.database} articles in the database, {report.expected} expected, '
    yield f'{report.found} in the target</span></p></div><div class="sign">'
    for who in ("Người lập", "Prepared by"), ("Người duyệt", "Approved by"):
        yield f'<div><b>{who[0]}</b> <span class="en">/ {who[1]}</span>'
        yield from (f'<p>{line[0]} <span class="en">/ {line[1]}</span>:</p>' for line in SIGNED)
        yield "</div>"
    yield "</div></html>\n"


def _result(report: VerifyReport) -> str:
    """The one sentence that is signed."""
    number = report.unexplained
    if number:
        return f'<p class="bad"><b>{number} điểm khác chưa giải thích được.</b> {number} unexplained differences.</p>'
    return '<p class="good"><b>Không có điểm khác nào chưa giải thích được.</b> No unexplained difference.</p>'


def _moment(at: str) -> str:
    """A moment as the office that signs writes it."""
    return f"{datetime.fromisoformat(at).astimezone(VIETNAM):%d/%m/%Y %H:%M} (giờ Việt Nam / Viet Nam time)"


def _article(article: Verified) -> Iterator[str]:
    yield f"<section><h2>{escape(article.title or article.address)}</h2>"
    links = (_link(article.source_url, "cổng cũ / old portal"), _link(article.address, "hệ thống đích / target"))
    alike = f"nội dung giống / similar text: {article.similarity:.1%}" if article.left or article.right else ""
    yield f"<p><small>{' · '.join(one for one in (escape(article.uid), *links, alike) if one)}</small></p>"
    yield '<table class="diff"><tr><th>Lý do / Reason<th>Nguồn / Source<th>Đích / Target'
    for one in article.differences:
        yield _difference(one)
    yield "</table>"
    if article.left or article.right:
        left, right = set(article.left), set(article.right)
        yield f'<details{" open" if article.unexplained and article.similarity < 1 else ""}><summary>Toàn văn hai bên / Both texts</summary><div class="sides"><div>'
        yield from (_line(line, line in right) for line in article.left)
        yield "</div><div>"
        yield from (_line(line, line in left) for line in article.right)
        yield "</div></div></details>"
    yield "</section>"


def _difference(one: Difference) -> str:
    kind = "good" if one.explained else "bad"
    sides = (("Nguồn / Source", one.expected), ("Đích / Target", one.found))
    cells = "".join(f'<td data-side="{side}">{escape(text).replace(chr(10), "<br>")}' for side, text in sides)
    return f'<tr><td class="{kind}">{_label(one.reason)}<br><small>{escape(one.field)} · {escape(one.reason)}</small>{cells}'


def _line(text: str, equal: bool) -> str:
    shown = escape(text)
    return f"<p>{shown if equal else f'<mark>{shown}</mark>'}</p>"


def _label(reason: str) -> str:
    vietnamese, english = REASONS.get(reason, (reason, reason.replace("_", " ")))
    return f'{vietnamese} <span class="en">/ {english}</span>'


def _field(name: str) -> str:
    """What was compared, in both languages; columns of the database and spellings of addresses by their own names."""
    return f'{FIELDS[name]} <span class="en">/ {name.replace("_", " ")}</span>' if name in FIELDS else escape(name)


def _link(url: str, text: str) -> str:
    return f'<a href="{escape(url)}">{escape(text)}</a>' if url.startswith(("http://", "https://")) else ""


def _table(title: tuple[str, str], rows: list[tuple[str, int]]) -> str:
    body = "".join(f"<tr><td>{name}<td class=n>{count}" for name, count in rows)
    return f'<h2>{title[0]} <span class="en">· {title[1]}</span></h2><table>{body}</table>'
