"""The pages about the knowledge in a real browser: a task added in the form and understood, by keyboard, on a phone."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Visit, chromium, visit
from conftest import ADMIN_KEY, RunningServer, home_with
from playwright.sync_api import Browser, Page, expect
from talking import PACKS

MANY = 400
SOAK = bool(os.environ.get("ADAPTWISE_SOAK"))
WIDE: dict = {}
NARROW: dict = {"color_scheme": "dark", "viewport": {"width": 320, "height": 700}}
LABEL = "Tender letters"
HOSTILE = "<img src=x onerror=window.harmed=1> letters"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the module."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def changing(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose knowledge these tests change."""
    running = RunningServer(home_with(installed, tmp_path_factory.mktemp("know") / "home"))
    yield running.start()
    running.stop()


@pytest.fixture
def visitor(browser: Browser, changing: RunningServer) -> Iterator[Visit]:
    """Somebody who visits it."""
    with visit(browser, changing.url) as made:
        yield made


def first(page: Page, plural: str) -> str:
    """The address of the first term of a list."""
    return page.locator(f'.entries a[href^="/knowledge/{plural}/"]').first.get_attribute("href")


def test_a_task_is_added_understood_and_rolled_back(visitor: Visit) -> None:
    """What it would mean is seen while it is typed; saved it is understood in chat; going back takes it away."""
    page = visitor.go("/knowledge/tasks")
    above = page.locator(".entries a").first.inner_text()
    page.get_by_role("link", name="Add a task").click()
    expect(page.locator("#meaning")).to_contain_text("As soon as the task has a name")
    page.get_by_label("Name", exact=True).fill(LABEL)
    expect(page.locator("#meaning")).to_contain_text("Nothing stands against saving it, as version 2")
    page.get_by_label("A kind of").fill("nothing of the sort")
    expect(page.locator("#meaning .faults a")).to_have_attribute("href", "#broader-0")
    page.get_by_label("A kind of").fill(above)
    expect(page.locator("#meaning")).to_contain_text("Nothing stands against saving it")
    page.locator("#need-0").fill(page.locator("#need-names option").first.get_attribute("value"))
    expect(page.locator("#meaning h3", has_text="Of its own")).to_be_visible()
    visitor.accessible()
    page.get_by_label("Your key").fill(ADMIN_KEY)
    page.get_by_label("Keep it until the browser is closed").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved as version 2")
    assert ADMIN_KEY not in page.url + page.content()
    page.get_by_role("button", name="Ask about it").click()
    page.wait_for_url("**/c/*")
    expect(page.locator("#conversation")).to_contain_text(LABEL)
    visitor.go("/knowledge/history")
    page.get_by_role("link", name="Version 1", exact=True).click()
    page.get_by_role("link", name="Go back to this version").click()
    expect(page.locator(".differs", has_text="Removed")).to_contain_text(LABEL)
    expect(page.locator(".key")).to_contain_text("You write as admin")
    page.get_by_role("button", name="Go back").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    page = visitor.go(f"/knowledge?q={LABEL}")
    expect(page.locator("#found")).to_contain_text("Nothing here has all of these words")


def test_search_follows_what_is_typed(visitor: Visit) -> None:
    """Some letters show what has them, by keyboard alone, and the first of them is opened by it."""
    page = visitor.go("/knowledge")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("answer")
    expect(page.locator("#found")).to_contain_text(" found")
    expect(page.locator("#found .entries li").first).to_contain_text(re.compile("answer", re.I))
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.entry-name') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/knowledge/*/*")
    expect(page.locator("h1")).to_contain_text(re.compile("answer", re.I))


def test_the_neighbourhood_is_drawn_when_it_is_reached(visitor: Visit) -> None:
    """The picture comes by itself on the way down; each box of it is a link to a term."""
    visitor.go("/knowledge/techniques")
    page = visitor.go(first(visitor.page, "techniques"))
    page.locator("#near").scroll_into_view_if_needed()
    expect(page.locator(".near svg")).to_be_visible()
    link = page.locator(".near svg a").first
    expect(link).to_have_attribute("xlink:href", re.compile("^/knowledge/"))
    visitor.accessible()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/knowledge/[a-z-]+/[a-z0-9-]+$"))


@pytest.mark.parametrize("options", [WIDE, NARROW], ids=["wide and light", "narrow and dark"])
def test_every_view_is_for_everybody(browser: Browser, changing: RunningServer, options: dict) -> None:
    """Nothing that axe finds and nothing that sticks out."""
    with visit(browser, changing.url, **options) as visitor:
        page = visitor.go("/knowledge/tasks")
        task = first(page, "tasks")
        visitor.go("/knowledge/conflicts")
        conflict = first(page, "conflicts")
        places = ["/knowledge?q=data", task, "/knowledge/add-task?label=x", "/knowledge/trust"]
        if options is WIDE or SOAK:
            places += ["/knowledge", "/knowledge/history", "/knowledge/proposals", "/knowledge/history/1"]
            places += [conflict, f"{task}/retire", f"{conflict}/graph", "/knowledge/nothing"]
        for place in places:
            visitor.go(place)
            page.wait_for_load_state("networkidle")
            visitor.accessible()
            visitor.fits()
        assert [one for one in visitor.wrong if "404" not in one] == []
        visitor.wrong.clear()


def test_many_tasks_are_searched_and_never_listed(browser: Browser, tmp_path: Path) -> None:
    """In another domain with hundreds of tasks lists are cut into parts, and names are suggested while one types."""
    shutil.copytree(PACKS["second"], tmp_path / "packs")
    file = tmp_path / "packs" / "basics" / "tasks.ttl"
    many = (
        f'task:matter-{number} a aw:Task ; skos:prefLabel "matter {number}"@en ; skos:definition "One of many."@en ; '
        "skos:broader task:order-handling .\n"
        for number in range(MANY)
    )
    file.write_text(file.read_text("utf-8") + "".join(many), "utf-8")
    running = RunningServer(tmp_path / "home", {"ADAPTWISE_PACKS": str(tmp_path / "packs")})
    try:
        running.start()
        with visit(browser, running.url) as visitor:
            page = visitor.go("/knowledge/tasks/order-handling")
            expect(page.locator("h1")).to_have_text("order handling")
            page.get_by_text(f"{MANY} tasks").first.click()
            page.get_by_role("link", name=f"All {MANY} tasks").click()
            expect(page.locator(".entries li")).to_have_count(25)
            page.get_by_role("link", name="Next").click()
            expect(page.locator("#found")).to_contain_text("26 to 50 shown")
            page.get_by_label("Words to look for").fill("matter 77")
            expect(page.locator("#found .entries li").first).to_contain_text("matter 77", ignore_case=True)
            visitor.go("/knowledge/add-task")
            assert page.locator("#task-names option").count() == 0
            page.get_by_label("A kind of").press_sequentially("matter 31")
            expect(page.locator('#task-names option[value="matter 31"]')).to_have_count(1)
            visitor.accessible()
    finally:
        running.stop()


def test_everything_works_without_javascript(browser: Browser, changing: RunningServer) -> None:
    """Search, look at what a task would mean, save it, and read what it changed."""
    with visit(browser, changing.url, java_script_enabled=False) as visitor:
        page = visitor.go("/knowledge")
        page.get_by_label("Words to look for").fill("answer")
        page.keyboard.press("Enter")
        expect(page.locator("#found .entries li").first).to_be_visible()
        visitor.go("/knowledge/add-task")
        page.get_by_label("Name", exact=True).fill(HOSTILE)
        page.get_by_role("button", name="Another need").click()
        expect(page.locator("#need-1")).to_be_visible()
        page.get_by_role("button", name="See what it means").click()
        expect(page.locator("#meaning")).to_contain_text("Nothing stands against saving it")
        page.get_by_label("Your key").fill(ADMIN_KEY)
        page.get_by_role("button", name="Save").click()
        expect(page.locator("h1")).to_have_text(HOSTILE)


def test_a_label_that_is_markup_does_no_harm(visitor: Visit) -> None:
    """It is shown as it was written on every page on which it stands, and loads and runs nothing."""
    page = visitor.go("/knowledge?q=onerror")
    expect(page.locator("#found .entries a").first).to_contain_text(HOSTILE)
    address = first(page, "tasks")
    for place in (address, f"{address}/graph", f"{address}/edit", "/knowledge/history/1/roll-back"):
        visitor.go(place)
        page.wait_for_load_state("networkidle")
        expect(page.locator("main")).to_contain_text("onerror")
        assert page.evaluate("window.harmed") is None
