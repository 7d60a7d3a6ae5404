"""The words of the report, in English and Vietnamese."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "report": "Report of run {run}", "portal": "Portal", "began": "Began", "took": "Took", "command": "Command",
        "kept": "Articles kept", "new": "New articles", "changed": "What changed", "gone": "Removed by the portal", "failed": "Pages that failed",
        "seen": "The page as it was seen", "findings": "What else was noticed", "complete": "Completeness", "runs": "The last runs",
        "new_by_run": "New articles by run", "changed_by_run": "Changed articles by run", "failed_by_run": "Failed pages by run",
        "requests_by_run": "Requests by run", "fields": "Fields filled, by section", "pace": "Politeness kept", "version": "version {number}",
        "more": "… and {count} more", "none": "none", "section": "section", "articles": "articles", "no_section": "(no section)",
        "evidence": "Why", "host": "host", "requests": "requests", "gap": "shortest gap", "seconds": "{value} s", "live": "live", "gone_short": "gone",
        "quarantined": "to be looked at", "undated": "without date", "duplicates": "repeats", "newest": "newest", "date": "date",
        "legend": "Struck out is what went, underlined what came.", "found_by": "found by", "only_by": "only by it", "of_it": "bytes received",
        "reason": "reason", "pages": "pages",
    },
    "vi": {
        "report": "Báo cáo lượt thu thập {run}", "portal": "Cổng", "began": "Bắt đầu", "took": "Thời gian chạy", "command": "Lệnh",
        "kept": "Số bài đang giữ", "new": "Bài mới", "changed": "Những gì đã thay đổi", "gone": "Bài cổng đã gỡ", "failed": "Trang không lấy được",
        "seen": "Trang đúng như đã thấy", "findings": "Những điều ghi nhận thêm", "complete": "Mức độ đầy đủ", "runs": "Các lượt gần đây",
        "new_by_run": "Số bài mới theo lượt", "changed_by_run": "Số bài thay đổi theo lượt", "failed_by_run": "Số trang lỗi theo lượt",
        "requests_by_run": "Số yêu cầu theo lượt", "fields": "Tỷ lệ trường có dữ liệu theo chuyên mục", "pace": "Nhịp truy cập đã giữ",
        "version": "phiên bản {number}", "more": "… và {count} mục nữa", "none": "không có", "section": "chuyên mục", "articles": "số bài",
        "no_section": "(không có chuyên mục)", "evidence": "Căn cứ", "host": "máy chủ", "requests": "số yêu cầu", "gap": "khoảng nghỉ ngắn nhất",
        "seconds": "{value} giây", "live": "đang có", "gone_short": "đã gỡ", "quarantined": "chờ xem xét", "undated": "không có ngày", "duplicates": "bài đăng lại",
        "newest": "mới nhất", "date": "ngày", "legend": "Chữ gạch ngang là phần đã bỏ, chữ gạch chân là phần mới thêm.",
        "found_by": "tìm thấy qua", "only_by": "chỉ nhờ cách này", "of_it": "số byte đã nhận", "reason": "lý do", "pages": "số trang",
    },
}  # fmt: skip

#: Fields of an article; what is not named here is shown as it is called in the database.
FIELDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "title", "summary": "lead", "author": "author", "category": "section", "published_at": "date", "body_text": "text",
        "images": "pictures", "attachments": "attachments",
    },
    "vi": {
        "title": "tiêu đề", "summary": "sa-pô", "author": "tác giả", "category": "chuyên mục", "published_at": "ngày đăng",
        "body_text": "nội dung", "images": "ảnh", "attachments": "tệp đính kèm",
    },
}  # fmt: skip

#: The verdict for one who was not there, in both languages.
VERDICTS: dict[str, dict[str, str]] = {
    "en": {
        "complete": "Everything that was found was read.", "partial": "Not everything could be had.", "blocked": "The portal did not let us in.",
        "drifted": "The pages are not what they were.", "down": "The portal did not answer.", "empty": "The lists held no article.",
        "storage": "The database could not be written.", "interrupted": "It was stopped before its end; the next run goes on.",
        "error": "It was used wrongly.", "died": "It ended without a word; the next run goes on.",
    },
    "vi": {
        "complete": "Mọi trang tìm thấy đều đã đọc.", "partial": "Chưa lấy được đầy đủ.", "blocked": "Cổng từ chối truy cập.",
        "drifted": "Mẫu trang đã thay đổi.", "down": "Cổng không phản hồi.", "empty": "Các danh sách không có bài nào.",
        "storage": "Không ghi được cơ sở dữ liệu.", "interrupted": "Dừng giữa chừng; lượt sau sẽ tiếp tục.",
        "error": "Lệnh dùng chưa đúng.", "died": "Bị ngắt đột ngột; lượt sau sẽ tiếp tục.",
    },
}  # fmt: skip
