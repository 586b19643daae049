"""The book on a telephone and on a desk: no page is wider than its screen, facts are cards on the one and have room on the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from sevenways.authoring.book import HTML, build
from tests.course.browser import chromium

ROOT = Path(__file__).parents[3]
TELEPHONE, DESK = 390, 1400

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium.find(), reason="chromium is not installed"),
]
TOO_WIDE = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
# Tables that are wider than the page, and that nothing around them lets one scroll.
CUT_OFF = """() => [...document.querySelectorAll('article table')].filter(table => {
    if (table.getBoundingClientRect().right <= document.scrollingElement.clientWidth + 1) return false;
    for (let around = table; around && around.tagName !== 'ARTICLE'; around = around.parentElement)
        if (['auto', 'scroll'].includes(getComputedStyle(around).overflowX)) return false;
    return true;
}).map(table => table.textContent.trim().slice(0, 60))"""
# Of each row of the page of facts: how many lines its value has, and its source.
LINES = """() => [...document.querySelectorAll('#facts table:has(th:nth-child(5)) tbody tr')].map(row => [2, 5].map(column => {
    const text = row.querySelector(`td:nth-child(${column}) p`);
    return Math.round(text.getBoundingClientRect().height / parseFloat(getComputedStyle(text).lineHeight));
}))"""

# Of each picture: whether it is wider than what it scrolls in, and how that is masked at its beginning and at its end.
FADES = """async () => {
    const found = [];
    document.querySelectorAll('details').forEach(fold => { fold.open = true; });
    for (const image of document.querySelectorAll('.bd-content img[style*="width"]')) {
        const around = image.closest('a')?.parentElement ?? image.parentElement;
        const mask = async left => {
            around.scrollLeft = left;
            for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
            return getComputedStyle(around).maskImage.replace(/[(].*/, '');
        };
        found.push([around.scrollWidth > around.clientWidth + 1, await mask(0), await mask(around.scrollWidth)]);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    assert build(ROOT) == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        try:
            yield browser.new_page()
        finally:
            browser.close()


def every_page() -> list[Path]:
    pages = [
        path for folder in ("book", "notebooks", "labs", "solutions") for path in (ROOT / HTML / folder).glob("*.html")
    ]
    assert len(pages) > 30
    return sorted(pages)


def open_at(page: Page, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((ROOT / HTML / name).as_uri())


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
def test_no_page_is_wider_than_the_screen_and_what_is_wider_scrolls_by_itself(page: Page, width: int) -> None:
    found = {}
    for path in every_page():
        open_at(page, str(path.relative_to(ROOT / HTML)), width)
        wrong = page.evaluate(TOO_WIDE), page.evaluate(CUT_OFF)
        if wrong != (0, []):
            found[path.stem] = wrong
    assert found == {}


def test_on_a_telephone_a_picture_that_goes_on_fades_out_until_its_end_is_seen(page: Page) -> None:
    open_at(page, "notebooks/01-sqs.html", TELEPHONE)
    found = page.evaluate(FADES)
    assert len(found) > 10
    wide = [fades for is_wide, *fades in found if is_wide]
    assert wide == [["linear-gradient", "none"]] * len(wide) and len(wide) > 5
    open_at(page, "notebooks/01-sqs.html", DESK)
    assert {tuple(fades) for _, *fades in page.evaluate(FADES)} == {("none", "none")}


def test_on_a_telephone_each_fact_is_a_card(page: Page) -> None:
    open_at(page, "book/facts.html", TELEPHONE)
    cell = page.locator("#facts table:has(th:nth-child(5)) tbody td")
    assert {box["x"] for box in (cell.nth(place).bounding_box() for place in range(5)) if box} == {
        cell.first.bounding_box()["x"]
    }  # type: ignore[index]
    assert not page.locator("#facts thead").first.is_visible()


def test_on_a_desk_a_value_and_a_source_have_room(page: Page) -> None:
    open_at(page, "book/facts.html", DESK)
    lines = page.evaluate(LINES)
    assert len(lines) > 100
    assert sum(value <= 1 for value, _ in lines) > 0.95 * len(lines)
    assert max(value for value, _ in lines) <= 4  # some values are lists of words
    assert max(source for _, source in lines) <= 2


def test_the_course_map_is_reached_and_is_a_table(page: Page) -> None:
    open_at(page, "notebooks/01-sqs.html", DESK)
    page.get_by_role("link", name="course map").first.click()
    page.wait_for_url("**/00-start-here.html#the-map")
    table = page.locator("#the-map table").first
    assert table.get_by_role("link", name="07 · Lambda destinations").is_visible()
