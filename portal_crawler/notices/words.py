"""What a notice says, in English and Vietnamese: what happened, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.storage.incidents import Incident, Message

_MEANINGS = {
    "en": {
        "partial": ("not everything could be had", "look at the reasons, run the same command again later"),
        "blocked": ("the portal does not let us in", "look at robots.txt and at a failed address in a browser"),
        "drifted": ("the pages are not what they were", "look at the fields named, mend the profile, then reextract"),
        "down": ("the portal does not answer", "look at it in a browser; the next run goes on by itself"),
        "empty": ("the lists hold no article", "look at a list in a browser; nothing was marked as gone"),
        "storage": ("the database cannot be written", "make room on the disk, run check, then the same command"),
        "stale": ("no news for longer than usual", "look whether the portal has news that the crawl does not see"),
        "test": ("a test", "nothing to do: notices arrive"),
    },
    "vi": {
        "partial": ("chưa lấy được đầy đủ", "xem lý do, lát nữa chạy lại đúng lệnh cũ"),
        "blocked": ("cổng từ chối truy cập", "xem robots.txt và mở thử một địa chỉ bị lỗi bằng trình duyệt"),
        "drifted": ("mẫu trang đã thay đổi", "xem các trường được nêu, sửa hồ sơ cấu hình rồi chạy reextract"),
        "down": ("cổng không phản hồi", "mở thử bằng trình duyệt; lượt sau sẽ tự tiếp tục"),
        "empty": (
            "các danh sách không có bài nào",
            "mở thử một danh sách bằng trình duyệt; không bài nào bị đánh dấu đã gỡ",
        ),
        "storage": ("không ghi được cơ sở dữ liệu", "giải phóng dung lượng đĩa, chạy check rồi chạy lại lệnh cũ"),
        "stale": ("lâu hơn thường lệ không có tin mới", "xem cổng có tin mới mà lượt thu thập không thấy hay không"),
        "test": ("thư thử", "không cần làm gì: thông báo đã đến nơi"),
    },
}
_FRAMES = {
    "en": {
        "opened": "Portal {portal}: {meaning}.\n\n{sentence}\n\nWhat to do: {step}.\n{look}\n\nSince {at}. You will be told once more, when it is over.\n",
        "recovered": "Portal {portal} is well again: {meaning} since {at}, over since {closed}.\n\n{look}\n",
        "look": "Look at it: portal-crawler status --run {run} --db {db}",
        "over": "well again",
    },
    "vi": {
        "opened": "Cổng {portal}: {meaning}.\n\n{sentence}\n\nViệc cần làm: {step}.\n{look}\n\nBắt đầu từ {at}. Khi ổn trở lại, bạn sẽ nhận thêm đúng một thông báo.\n",
        "recovered": "Cổng {portal} đã hoạt động bình thường trở lại: {meaning} từ {at}, chấm dứt lúc {closed}.\n\n{look}\n",
        "look": "Xem chi tiết: portal-crawler status --run {run} --db {db}",
        "over": "đã ổn",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A subject (one line), a text, and the same for machines."""

    subject: str
    text: str
    data: dict[str, Any]


def notice_of(incident: Incident, message: Message, db: str, language: str) -> Notice:
    """The notice of an incident's beginning or end."""
    meaning, step = _MEANINGS[language].get(incident.code, (incident.code, ""))
    frame = _FRAMES[language]
    look = frame["look"].format(run=incident.last_run_id, db=db) if incident.last_run_id else ""
    text = frame[message].format(
        portal=incident.portal, meaning=meaning, sentence=incident.sentence, step=step, look=look,
        at=incident.opened_at, closed=incident.closed_at,
    )  # fmt: skip
    word = incident.code.upper() if message == "opened" else frame["over"]
    return Notice(
        subject=f"[portal-crawler] {incident.portal}: {word}",
        text=text,
        data={
            "event": message, "portal": incident.portal, "kind": incident.kind, "code": incident.code,
            "sentence": incident.sentence, "since": incident.opened_at, "closed": incident.closed_at,
            "incident": incident.id, "run": incident.last_run_id, "database": db, "text": text,
        },
    )  # fmt: skip
