"""Duplicates: a text posted again is known, and a form filled in anew is not mistaken for one."""

from __future__ import annotations

import pytest

from pipelines.dedupe import NEAR, TextFeatures, may_be_near, near, sketch, text_features

SENTENCES = (
    "Sáng nay, Ủy ban nhân dân xã tổ chức lễ ra quân trồng cây bên tuyến kênh mới nạo vét.",
    "Hơn hai trăm đoàn viên, hội viên và người dân đã đào hố, vun gốc và tưới nước cho từng cây giống.",
    "Theo kế hoạch, mỗi ấp nhận chăm sóc một đoạn bờ kênh và báo cáo tỷ lệ cây sống vào cuối mùa mưa.",
    "Bà con mong con đường dọc kênh sớm được trải đá để học sinh đi lại dễ dàng hơn trong những tháng nước nổi.",
    "Đại diện Hội Nông dân cho biết giống cây được chọn là dừa xiêm, tràm và so đũa vì hợp với đất nhiễm phèn nhẹ.",
    "Kinh phí mua cây giống do các doanh nghiệp trong vùng đóng góp, phần công do người dân tự nguyện.",
    "Sau buổi lễ, các tổ tự quản ký cam kết không xả rác xuống kênh và thay nhau vớt lục bình hằng tuần.",
    "Trước đó, tuyến kênh đã được nạo vét dài tám cây số, giúp hơn ba trăm héc-ta lúa chủ động nước tưới.",
)
TEXT = " ".join(SENTENCES)

REPORT = (
    "Kết quả có 120 hộ tham gia, 85 đoàn viên, 40 cựu chiến binh, 12 doanh nghiệp, 9 trường học, 7 câu lạc bộ, 350 cây dừa, 200 "
    "cây tràm, 15 xuồng máy, 6 tổ tự quản, 30 bảng tuyên truyền và 4 đội văn nghệ cùng về dự."
)
CALENDAR = (
    "Lịch làm việc của Thường trực Hội đồng nhân dân và lãnh đạo Ủy ban nhân dân thành phố. "
    "Thứ hai, ngày {0}/{5}: 7 giờ 30, họp giao ban Ủy ban nhân dân tại phòng họp số 1; 14 giờ, tiếp công dân tại trụ sở. "
    "Thứ ba, ngày {1}/{5}: 8 giờ, kiểm tra công tác vệ sinh môi trường tại các phường; 14 giờ, làm việc tại cơ quan. "
    "Thứ tư, ngày {2}/{5}: 8 giờ, dự họp Ban Thường vụ Thành ủy; 14 giờ, làm việc tại cơ quan. "
    "Thứ năm, ngày {3}/{5}: 8 giờ, họp Hội đồng thi đua khen thưởng tại phòng họp số 2; 14 giờ, làm việc tại cơ quan. "
    "Thứ sáu, ngày {4}/{5}: 8 giờ, họp xét duyệt quyết toán tại phòng họp số 1; 14 giờ, họp chi bộ tại phòng họp số 2."
)
POWER = (
    "Để bảo đảm an toàn khi sửa chữa đường dây, Điện lực thông báo tạm ngưng cung cấp điện từ 8 giờ đến 16 giờ ngày 15/6/2023 "
    "tại phường {0}, từ cầu {1} đến ngã ba chợ. Khách hàng cần biết thêm chi tiết xin liên hệ bà Trần Thị Mẫu, Trung tâm Chăm "
    "sóc khách hàng của Tổng công ty Điện lực miền Nam, hoặc theo dõi thông báo trên ứng dụng của ngành điện. Rất mong khách "
    "hàng thông cảm về sự bất tiện này và chủ động sắp xếp công việc, sinh hoạt trong thời gian ngưng cung cấp điện."
)
NOTICE = (
    "Ủy ban nhân dân phường thông báo lịch tiếp công dân định kỳ của Chủ tịch Ủy ban nhân dân phường. Thời gian: bắt đầu từ "
    "8 giờ 00 phút, ngày {0} tháng {1} năm 2023. Địa điểm: phòng tiếp công dân, trụ sở Ủy ban nhân dân phường. Đề nghị công dân "
    "mang theo giấy tờ tùy thân và tài liệu liên quan, thực hiện đúng nội quy theo Luật Tiếp công dân số 42/2013/QH13."
)


def features(body: str, title: str = "Tin", attachments: tuple[str, ...] = ()) -> TextFeatures:
    made = text_features("xa_mau", title, body, attachments)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("name", "edited"),
    [
        ("a sentence dropped", " ".join(SENTENCES[:-1])),
        ("a sentence put in front", f"Bài viết được bổ sung ngày 15/06/2020. {TEXT}"),
        ("a correction at the end", f"{TEXT} Đính chính: số người dự là 215, cao hơn số đã đưa 12 người."),
        ("a sentence rewritten", TEXT.replace(SENTENCES[2], "Từng ấp sẽ giữ cây của mình cho tới khi mùa mưa kết thúc, rồi kiểm đếm lại.")),
        ("sentences in another order", " ".join(SENTENCES[4:] + SENTENCES[:4])),
        ("a word mended", TEXT.replace("dễ dàng", "thuận tiện")),
        ("one number among many mended", f"{TEXT} {REPORT}"),
    ],
)  # fmt: skip
def test_an_edited_republication_is_near(name: str, edited: str) -> None:
    original = edited.replace("12 doanh nghiệp", "13 doanh nghiệp") if name.startswith("one number") else TEXT
    one, other = features(original), features(edited)
    similarity = near(one, other)
    assert similarity is not None, name
    assert NEAR <= similarity < 1
    assert near(other, one) == similarity
    assert _share_a_band(one, other)


def _share_a_band(one: TextFeatures, other: TextFeatures) -> bool:
    first, second = sketch(one), sketch(other)
    assert first is not None
    assert second is not None
    return bool(set(first.bands) & set(second.bands)) and may_be_near(first.minhash, second.minhash)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("two weeks of one calendar", CALENDAR.format("05", "06", "07", "08", "09", "6"), CALENDAR.format(12, 13, 14, 15, 16, "6")),
        ("two months of one notice", NOTICE.format(5, 6), NOTICE.format(5, 7)),
        ("one notice for two amounts", f"{TEXT} Mức hỗ trợ là 350.000 đồng.", f"{TEXT} Mức hỗ trợ là 500.000 đồng."),
        ("one notice for two wards", POWER.format("An Bình", "Kênh Sáu"), POWER.format("Tân Lộc", "Rạch Dừa")),
        ("two matters", " ".join(SENTENCES[:4]), " ".join(SENTENCES[4:])),
        ("two matters with one beginning", " ".join(SENTENCES[:5]), " ".join(SENTENCES[:2] + SENTENCES[5:])),
    ],
)  # fmt: skip
def test_a_form_filled_in_anew_is_not_near(name: str, one: str, other: str) -> None:
    assert near(features(one, "Lịch làm việc"), features(other, "Lịch làm việc")) is None, name


def test_forms_are_similar_enough_to_need_their_values_compared() -> None:
    for first, second in (
        (CALENDAR.format("05", "06", "07", "08", "09", "6"), CALENDAR.format(12, 13, 14, 15, 16, "6")),
        (NOTICE.format(5, 6), NOTICE.format(5, 7)),
        (POWER.format("An Bình", "Kênh Sáu"), POWER.format("Tân Lộc", "Rạch Dừa")),
    ):
        one, other = features(first), features(second)
        assert len(one.shingles & other.shingles) / len(one.shingles | other.shingles) >= NEAR


def test_dates_are_compared_as_dates_however_they_are_written() -> None:
    long = f"{TEXT} Lễ phát động diễn ra ngày {{}} tại nhà văn hóa ấp, có lãnh đạo huyện và đại diện các ngành cùng dự."
    assert near(features(long.format("05/06/2023")), features(long.format("5 tháng 6 năm 2023"))) is not None
    assert near(features(long.format("05/06/2023")), features(long.format("5 tháng 7 năm 2023"))) is None


def test_titles_with_different_numbers_are_different_papers() -> None:
    assert near(features(TEXT, "Thông báo số 12"), features(f"{TEXT} Hết.", "Thông báo số 13")) is None
    assert near(features(TEXT, "Thông báo số 12"), features(f"{TEXT} Hết.", "Thông báo số 12 (bổ sung)")) is not None


def test_the_same_words_with_other_files_are_different_articles() -> None:
    stock = "Mời bà con xem nội dung chi tiết trong tệp đính kèm dưới đây và gửi ý kiến đóng góp về Ủy ban nhân dân xã trước khi kết thúc thời hạn lấy ý kiến công khai theo quy định của pháp luật hiện hành."
    one, other = (
        features(stock, attachments=("Quy hoạch ấp 1.pdf",)),
        features(stock, attachments=("Quy hoạch ấp 2.pdf",)),
    )
    assert one.identity != other.identity
    assert near(one, other) is None


def test_a_stock_sentence_repeats_only_under_one_title() -> None:
    short = "Xem nội dung chi tiết tại tệp đính kèm."
    assert features(short, "Thông báo A").identity != features(short, "Thông báo B").identity
    assert features(short, "Thông báo A").identity == features(short, "THÔNG BÁO A").identity
    assert sketch(features(short)) is None


def test_spacing_case_and_punctuation_do_not_make_another_text() -> None:
    assert features(TEXT).identity == features(TEXT.upper().replace(". ", " .\n"), "Tên khác").identity


def test_an_article_without_text_has_nothing_to_compare() -> None:
    assert text_features("xa_mau", "Ảnh", " \n", ()) is None
