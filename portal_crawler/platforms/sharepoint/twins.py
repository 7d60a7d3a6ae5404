"""The other pages on which SharePoint shows the same item of a list: readers' bookmarks name any of them."""

from __future__ import annotations

import re

#: Display and edit forms, with and without the folder Forms; all take the item's id as `ID`.
FORMS = ("/DispForm.aspx", "/Forms/DispForm.aspx", "/EditForm.aspx", "/Forms/EditForm.aspx")

_FORM = re.compile(r"/(?:forms/)?(?:dispform|editform)\.aspx$", re.IGNORECASE)


def form_twins(path: str) -> tuple[str, ...]:
    """The paths of all forms of the list whose form `path` (decoded) is; empty where it is none."""
    found = _FORM.search(path)
    return tuple(path[: found.start()] + form for form in FORMS) if found else ()
