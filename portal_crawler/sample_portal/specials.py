"""The articles that make a portal hard: which one stands where, repeated in every two hundred articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: How many articles pass until the specials begin again.
PERIOD = 200

Hidden = Literal["", "related", "ids", "feed", "sitemap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Special:
    """One unusual article. `section` is where it must stand, `of` how many articles back its original is."""

    kind: str
    section: str
    of: int = 0
    hidden: Hidden = ""
    claim: str


#: place within the period -> what stands there
SPECIALS: dict[int, Special] = {
    2: Special(kind="no_photo", section="tin-tuc", claim="text without any picture"),
    4: Special(kind="photo_only", section="hinh-anh", claim="pictures without any text"),
    6: Special(kind="attachment_only", section="thong-bao", claim="a form whose only content is an attached file"),
    8: Special(kind="alternate_link", section="kinh-te", claim="no body: 'Link thay thế nội dung' leads elsewhere"),
    10: Special(kind="same_title", section="tin-tuc", claim="shares its title with the next one, not its text"),
    11: Special(kind="same_title_again", section="tin-tuc", of=1, claim="the other one of that title"),
    13: Special(kind="plain", section="tin-tuc", claim="published again later with edits"),
    15: Special(kind="near_copy", section="tin-tuc", of=2, claim="an edited re-publication under another id"),
    17: Special(kind="plain", section="van-hoa", hidden="related", claim="linked from a related-news list only"),
    19: Special(kind="plain", section="giao-duc", claim="posted again word for word"),
    21: Special(kind="exact_copy", section="giao-duc", of=2, claim="an exact re-posting in the same list"),
    23: Special(
        kind="plain", section="kinh-te", hidden="ids", claim="linked from nowhere; its id lies between known ones"
    ),
    25: Special(kind="twin", section="tin-tuc", claim="also at a second path that names the first as canonical"),
    27: Special(kind="clock", section="giao-duc", claim="today's clock in the header in the kicker's shape, no kicker"),
    29: Special(kind="impossible_date", section="tin-tuc", claim="dated 31 February: no date"),
    31: Special(kind="plain", section="cai-cach", hidden="sitemap", claim="known to the sitemap only"),
    33: Special(kind="date_only", section="tin-tuc", claim="a kicker without a time"),
    35: Special(
        kind="kicker_disagrees", section="giao-duc", claim="kicker eight days after the byline: the byline wins"
    ),
    37: Special(kind="english_date", section="van-hoa", claim="'Friday, October 26, 2018'"),
    39: Special(kind="decomposed", section="van-hoa", claim="served in NFD"),
    41: Special(kind="lead_twice", section="kinh-te", claim="the body begins with the lead again"),
    43: Special(kind="everything", section="tin-tuc", claim="headings, lists, quotation, spanned table, photos, files"),
    45: Special(kind="no_date", section="thong-bao", claim="an empty 'Ngày xuất bản'"),
    47: Special(kind="no_author", section="van-hoa", claim="no byline at all"),
    49: Special(kind="thumbnail_only", section="kinh-te", claim="its only picture is the field 'Hình ảnh'"),
    51: Special(
        kind="exact_copy_elsewhere", section="kinh-te", of=8, claim="the text of a vendor page posted in a form list"
    ),
    53: Special(
        kind="odd_title", section="cai-cach", claim="quotation marks, ampersand and angle bracket in the title"
    ),
    55: Special(kind="photo_row", section="van-hoa", claim="pictures side by side, captions in the row beneath"),
    56: Special(kind="plain", section="tin-tuc", hidden="feed", claim="linked from the section's feed only"),
    57: Special(kind="brief", section="giao-duc", claim="two sentences"),
}


def special_at(index: int) -> Special | None:
    """The special article at a place in publishing order, None for an ordinary one."""
    return SPECIALS.get(index % PERIOD)
