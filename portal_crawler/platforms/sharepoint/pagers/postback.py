"""Pagers that post the page's form back: `__doPostBack` links and submit buttons, whole pages or UpdatePanels."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from portal_crawler.extract.reading import Step
from portal_crawler.platforms.sharepoint.pagers.controls import common_ancestor, current_number
from portal_crawler.platforms.sharepoint.pagers.forms import find_panels, form_action, form_fields, has_state
from portal_crawler.platforms.sharepoint.pagers.pager import Pager
from portal_crawler.platforms.sharepoint.pagers.tokens import unescape_script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal_crawler.extract.document import Document
    from portal_crawler.extract.reading import PagerKind
    from portal_crawler.platforms.sharepoint.pagers.controls import Control

_STRING = r"(?:\\?'((?:[^'\\]|\\[^'])*)\\?'|\\?\"((?:[^\"\\]|\\[^\"])*)\\?\")"
_CALL = re.compile(rf"(?:__doPostBack\(\s*|WebForm_PostBackOptions\(\s*){_STRING}\s*,\s*{_STRING}", re.IGNORECASE)
_CALENDAR_ARGUMENT = re.compile(r"^[VR]?-?\d{3,5}(?:\d\d)?$")
_PAGE_ARGUMENT = re.compile(r"^(?:Page\$)?(\d{1,6})$")
_MOST_ARROWS = 40
_DIGITS = re.compile(r"\d+")
ASYNC_HEADERS = (("X-MicrosoftAjax", "Delta=true"), ("X-Requested-With", "XMLHttpRequest"))
_EVENT = frozenset({"__EVENTTARGET", "__EVENTARGUMENT", "__ASYNCPOST"})


@dataclass(frozen=True, slots=True)
class Press:
    """One control of a post-back pager, and what the browser sends when it is pressed.

    `target` and `argument` are the event; a button has no event but its own name and value.
    """

    control: Control
    target: str
    argument: str
    button: tuple[tuple[str, str], ...] = ()

    @property
    def family(self) -> str:
        """The same for all pages of one pager: its event target without running numbers."""
        return _DIGITS.sub("#", self.target)


def find_postback(
    document: Document, controls: Sequence[Control], kind: str = "auto", page_number: int = 0
) -> Pager | None:
    """The post-back pager of a page; None where it has none.

    `kind` "postback" asks for whole pages even inside an UpdatePanel, "updatepanel" for panels only. `page_number`
    is the number this page was asked as, 0 where that is not known.
    """
    if not has_state(document):
        return None
    presses = [press for control in controls if (press := _press(control))]
    numbers = _numbers(presses)
    onward = [one for one in presses if one.control.role in {"next", "group", "more"}][:_MOST_ARROWS]
    onward = [one for one in onward if not _in_calendar(one)]
    if not numbers and not any(one.control.role in {"next", "more"} for one in onward):
        back = next((one for one in presses if one.control.role == "prev" and not _in_calendar(one)), None)
        return Pager(_kind_of(document, back, kind)[0]) if back else None
    current = current_number([one.control for one in numbers]) or page_number or _gap(numbers)
    press, number = _choose(numbers, onward, current)
    if press is None:
        found, _ = _kind_of(document, (numbers or onward)[0], kind)
        return Pager(found)
    found, panel = _kind_of(document, press, kind)
    if kind == "updatepanel" and not panel:
        return None
    return Pager(found, _step(document, press, panel, number))


def _press(control: Control) -> Press | None:
    script = control.reference or control.element.get("onclick") or ""
    match = _CALL.search(unquote(script) if "%27" in script else script)
    if match:
        target = unescape_script(match[1] if match[1] is not None else match[2] or "")
        argument = unescape_script(match[3] if match[3] is not None else match[4] or "")
        return Press(control, target, argument)
    element = control.element
    name = element.get("name")
    kind = (element.get("type") or ("submit" if element.tag == "button" else "")).lower()
    if not name or kind not in {"submit", "image"}:
        return None
    pairs = ((f"{name}.x", "1"), (f"{name}.y", "1")) if kind == "image" else ((name, element.get("value") or ""),)
    return Press(control, name, "", pairs)


def _numbers(presses: list[Press]) -> list[Press]:
    """The largest family of numbered links; the days of a calendar are none."""
    families: dict[str, list[Press]] = defaultdict(list)
    for press in presses:
        if press.control.role == "number":
            families[press.family].append(press)
    pagers = [members for members in families.values() if not _in_calendar(members[0])]
    return max(pagers, key=len, default=[])


def _in_calendar(press: Press) -> bool:
    """A day or month of ASP.NET's calendar: its arguments count days since 2000, its table has seven columns."""
    if not _CALENDAR_ARGUMENT.match(press.argument):
        return False
    return any(
        sum(1 for row in table.iter("tr") if len(row) == 7) >= 4 and sum(1 for _ in table.iter("a")) >= 28
        for table in press.control.element.iterancestors("table")
    )


def _gap(numbers: list[Press]) -> int:
    """The one number missing among the linked ones is the page shown; all linked without a mark is the first page."""
    labels = sorted({one.control.number for one in numbers})
    if not labels:
        return 0
    missing = [number for number in range(labels[0], labels[-1]) if number not in labels]
    if len(missing) == 1:
        return missing[0]
    return labels[0] - 1 if labels[0] > 1 and len(missing) != 1 else 1


def _choose(numbers: list[Press], onward: list[Press], current: int) -> tuple[Press | None, int]:
    """The press that leads one page on, and the number of that page (0 where unknown)."""
    for press in numbers:
        if press.control.number == current + 1:
            return press, current + 1
    number = current + 1 if current else 0
    arrows = [one for one in onward if one.control.role == "next" and not _leads_back(one, current)]
    if arrows:
        return max(arrows, key=lambda one: _nearness(one, numbers)), number
    later = [one for one in onward if one.control.role == "group" and _follows(one, numbers)]
    if later:
        return later[-1], number
    more = [one for one in onward if one.control.role == "more"]
    return (more[0], number) if len(more) == 1 and not numbers else (None, 0)


def _leads_back(press: Press, current: int) -> bool:
    page = _PAGE_ARGUMENT.match(press.argument)
    return bool(page and current and int(page[1]) <= current)


def _nearness(press: Press, numbers: list[Press]) -> int:
    """How deep the smallest element around an arrow and the numbers lies: the deepest is its own pager."""
    region = common_ancestor([press.control.element, numbers[0].control.element]) if numbers else None
    return sum(1 for _ in region.iterancestors()) if region is not None else 0


def _follows(group: Press, numbers: list[Press]) -> bool:
    """True for the "…" behind the last number: the one before the first leads back."""
    if not numbers:
        return False
    last = max(numbers, key=lambda one: one.control.number).control.element
    region = common_ancestor([last, group.control.element])
    if region is None:
        return False
    order = [element for element in region.iter() if element is last or element is group.control.element]
    return order[-1] is group.control.element


def _kind_of(document: Document, press: Press, kind: str) -> tuple[PagerKind, tuple[str, str] | None]:
    """The kind of a press, and for an asynchronous one (ScriptManager field, what is refreshed)."""
    panels = find_panels(document) if kind != "postback" else None
    around = panels.around(press.control.element, press.target) if panels else None
    if panels is None or around is None:
        return "postback", None
    return "updatepanel", (panels.manager, around)


def _step(document: Document, press: Press, panel: tuple[str, str] | None, number: int) -> Step:
    event = ((("__EVENTTARGET", ""), ("__EVENTARGUMENT", "")) if press.button else (("__EVENTTARGET", press.target), ("__EVENTARGUMENT", press.argument)))  # fmt: skip
    replaced = _EVENT | ({panel[0]} if panel else set())
    carried = tuple(pair for pair in form_fields(document) if pair[0] not in replaced)
    if panel is None:
        return Step(
            kind="postback",
            url=form_action(document),
            method="POST",
            form=(*event, *carried, *press.button),
            number=number,
        )
    manager, refreshed = panel
    form = ((manager, f"{refreshed}|{press.target}"), *event, *carried, ("__ASYNCPOST", "true"), *press.button)
    return Step(
        kind="updatepanel", url=form_action(document), method="POST", form=form, headers=ASYNC_HEADERS, number=number
    )
