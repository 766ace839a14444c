"""The page in a real browser: asked by chat and by board, argued with, by keyboard, on a phone, without JavaScript."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from browsing import Visit, chromium, visit
from conftest import ADMIN_KEY, RunningServer
from playwright.sync_api import Browser, expect
from talking import PACKS

LAWYERS = "An assistant for our lawyers that answers from 40,000 contracts and always names its source."
SOAK = bool(os.environ.get("ADAPTWISE_SOAK"))
VIEWS = ("", "why", "why-not", "compare", "changes", "map", "cost", "sources")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the module."""
    with chromium() as found:
        yield found


@pytest.fixture
def visitor(browser: Browser, server: RunningServer) -> Iterator[Visit]:
    """Somebody who visits the shipped knowledge."""
    with visit(browser, server.url) as made:
        yield made


@pytest.fixture(scope="module")
def answer(browser: Browser, server: RunningServer) -> str:
    """The address of an answer, as somebody would pass it on."""
    with visit(browser, server.url) as made:
        page = made.describe(LAWYERS)
        page.locator(".questions a[href$=why]").click()
        page.wait_for_url("**/why")
        return page.locator(".take a[href^='http']").get_attribute("href").removesuffix("/why")


def test_ask_by_chat(visitor: Visit) -> None:
    """A description gets a recommendation; a question about it gets its answer beneath, without a new page."""
    page = visitor.describe(LAWYERS)
    expect(page.locator("#answer h2")).not_to_be_empty()
    address = page.url
    page.get_by_label("Your message").fill("why?")
    page.keyboard.press("Enter")
    expect(page.locator(".exchange")).to_have_count(2)
    expect(page.locator("#latest .said")).to_contain_text("why?")
    assert page.url == address
    visitor.accessible()


def test_a_choice_of_the_next_question_fills_the_board(visitor: Visit) -> None:
    """What is answered in the chat stands on the board as said."""
    page = visitor.describe(LAWYERS)
    stated = page.locator(".control.stated").count()
    page.locator(".choices button").first.click()
    expect(page.locator(".control.stated")).to_have_count(stated + 1)
    assert page.evaluate("document.activeElement.closest('.choices') !== null")  # the text box would open a keyboard
    page.get_by_label("Your message").fill("why?")
    page.keyboard.press("Enter")
    expect(page.locator(".exchange")).to_have_count(3)
    assert page.evaluate("document.activeElement.id") == "text"


def test_packs_are_switched_on_the_board(visitor: Visit) -> None:
    """A pack that is left out changes the answer's points; focus stays, undo brings it back."""
    page = visitor.describe(LAWYERS)
    before = page.locator(".bars .bar-score").all_inner_texts()
    page.locator("#packs summary").click()
    boxes = page.locator("#packs input[type=checkbox]")
    expect(boxes.first).to_be_checked()
    for box in [one.get_attribute("id") for one in boxes.all()][1:]:
        page.locator(f"#{box}").focus()
        with page.expect_response("**/board"):
            page.keyboard.press("Space")
        expect(page.locator(f"#{box}")).not_to_be_checked()
        expect(page.locator(f"#{box}")).to_be_focused()
    expect(page.locator("#packs summary")).to_contain_text("only")
    assert page.locator(".bars .bar-score").all_inner_texts() != before
    visitor.accessible()
    page.locator(".questions a").first.click()
    expect(page.locator(".known")).to_contain_text("Packs of knowledge")
    page.get_by_role("link", name="Back to the conversation").click()
    while page.locator("#packs[open]").count():
        said = page.locator(".exchange").count()
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".exchange")).to_have_count(said + 1)
    assert [
        text.partition(" ▲")[0].partition(" ▼")[0] for text in page.locator(".bars .bar-score").all_inner_texts()
    ] == before


def test_ask_by_board(visitor: Visit) -> None:
    """A task found by some letters, then a number: the ranking follows, the chat tells it, undo takes it back."""
    page = visitor.go("/")
    page.get_by_role("button", name="Start with an empty board").click()
    expect(page.locator("#answer")).to_contain_text("No answer yet")
    page.get_by_label("What it does").press_sequentially("answer")
    expect(page.locator("#tasks option").first).to_have_attribute("value", re.compile("answer"))
    page.get_by_label("What it does").fill(page.locator("#tasks option").first.get_attribute("value"))
    page.keyboard.press("Enter")
    expect(page.locator(".bars li").first).to_be_visible()
    before = page.locator(".bars").inner_text()
    number = page.locator("#board .control:has(input[name=number]) input[name=number]").first
    identity = number.get_attribute("id")
    number.fill("3")
    number.press("Enter")
    expect(page.locator(f".control.stated #{identity}")).to_have_value("3")
    expect(page.locator(".exchange")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f".control.stated #{identity}")).to_have_count(0)
    assert [line for line in page.locator(".bars").inner_text().splitlines() if line[:1] not in "▲▼ "] != []
    expect(page.locator(".bars li")).to_have_count(before.count("point"))
    visitor.accessible()


def test_changes_in_quick_succession_all_count(visitor: Visit) -> None:
    """What is set while the last change is still under way is not lost."""
    page = visitor.describe(LAWYERS)
    controls = [one.get_attribute("id") for one in page.locator("#board .control.open").all()][:3]
    assert len(controls) == 3
    page.evaluate("ids => ids.forEach(id => document.querySelector(`#${id} input[type=radio]`).click())", controls)
    for identity in controls:
        expect(page.locator(f"#{identity}.stated")).to_have_count(1)
    expect(page.locator(".exchange")).to_have_count(4)


def test_of_two_quick_choices_the_last_counts(visitor: Visit) -> None:
    """Whoever corrects a click before the answer is there gets what was clicked last."""
    page = visitor.describe(LAWYERS)
    control = page.locator("#board .control.open").first.get_attribute("id")
    values = page.locator(f"#{control} input[type=radio]")
    first, second = (values.nth(place).get_attribute("id") for place in (0, 1))
    with page.expect_request("**/board"):
        page.evaluate("id => document.getElementById(id).click()", first)
    page.wait_for_timeout(300)  # no visitor is quicker; what is sent at the same moment may arrive in any order
    page.evaluate("id => document.getElementById(id).click()", second)
    expect(page.locator(f"#{control}.stated")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    expect(page.locator(f"[id='{second}']")).to_be_checked()
    page.reload()
    expect(page.locator(f"[id='{second}']")).to_be_checked()


def test_what_cannot_be_set_is_named(visitor: Visit) -> None:
    """A number that is none, and a task that is none, are refused in words; the nearest task is a click away."""
    page = visitor.describe(LAWYERS)
    number = page.locator("#board .control:has(input[name=number]) input[name=number]").first
    number.fill("rather a lot")
    number.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("rather a lot")
    page.get_by_label("What it does").fill("question anwsering")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="question answering").click()
    expect(page.get_by_label("What it does")).to_have_value("question answering")


def test_needs_and_exclusions_come_and_go(visitor: Visit) -> None:
    """What it needs and what is out of the question is set by hand too, and taken back."""
    page = visitor.describe(LAWYERS)
    page.locator("#by-hand summary").click()
    page.locator("#need").select_option(index=2)
    wanted = page.locator("#need option:checked").inner_text()
    page.locator("#by-hand").get_by_role("button", name="Set").click()
    expect(page.locator(".tokens")).to_contain_text(f"{wanted}: needed", ignore_case=True)
    page.locator("#by-hand summary").click()
    out = page.locator(".bars .recommended .bar-label").inner_text()
    page.locator("#exclude").select_option(label=out)
    page.get_by_role("button", name="Rule out").click()
    expect(page.locator(".tokens")).to_contain_text("ruled out by you")
    expect(page.locator(".bars .recommended .bar-label", has_text=out)).to_have_count(0)
    page.get_by_role("button", name="Allow").click()
    expect(page.locator(".tokens li")).to_have_count(1)
    page.get_by_role("button", name="Forget").click()
    expect(page.locator(".tokens li")).to_have_count(0)


def test_other_questions_are_found_by_words(visitor: Visit) -> None:
    """The board has what matters; anything else is found."""
    page = visitor.describe(LAWYERS)
    assert page.locator("#rest .control").count() == 0
    page.locator("#others summary").click()
    expect(page.locator("#rest .control").first).to_be_visible()
    listed = page.locator("#rest .control").count()
    page.get_by_label("Find a question").press_sequentially("budget")
    expect(page.locator("#rest .control")).not_to_have_count(listed)
    expect(page.locator("#rest")).to_contain_text("budget")
    page.locator("#rest .control .values label").first.click()
    expect(page.locator("#others[open]")).to_have_count(1)
    expect(page.get_by_label("Find a question")).to_have_value("budget")


def test_every_view_of_an_answer(visitor: Visit, answer: str) -> None:
    """Each view opens from its link alone, is accessible, and can be taken along as the files it offers."""
    for view in VIEWS:
        page = visitor.go(f"{answer}/{view}".rstrip("/"))
        expect(page.locator("nav.tabs [aria-current]")).to_have_count(1)
        expect(page.locator(".view")).not_to_be_empty()
        visitor.accessible()
        for link in page.locator(".files a").all():
            response = page.request.get(visitor.base + link.get_attribute("href"))
            assert response.ok, link.get_attribute("href")
            assert "attachment" in response.headers["content-disposition"]
        for image in page.locator(".view img").all():
            image.scroll_into_view_if_needed()
            expect(image).to_have_js_property("complete", True)
            assert image.evaluate("image => image.naturalWidth") > 100


def test_why_unfolds_to_the_claim(visitor: Visit, answer: str) -> None:
    """A step opens to what it rests on, and a citation leads to the claim."""
    page = visitor.go(f"{answer}/why")
    step = page.locator(".proof details:not([open])").first
    identity = step.get_attribute("id")
    expect(step.locator("ul").first).to_be_hidden()
    step.locator("summary").first.click()
    expect(page.locator(f"[id='{identity}'] ul").first).to_be_visible()
    citation = page.locator(".proof a.cite").first
    target = citation.get_attribute("href")
    citation.click()
    expect(page.locator(target)).to_be_in_viewport()


def test_contrast_and_why_not(visitor: Visit, answer: str) -> None:
    """Blockers of another lead to what would make it win, and two are set side by side."""
    page = visitor.go(f"{answer}/why-not")
    rival = page.locator(".rival").last
    name = rival.locator("h3").inner_text().split("\n")[0]
    rival.get_by_role("link", name="Side by side").click()
    expect(page.locator(".sides").first).to_contain_text(name.split("  ")[0].strip()[:12])
    page.locator("#than").select_option(index=1)
    page.get_by_role("button", name="Show").click()
    assert "than=" in page.url


def test_what_if_from_changes_becomes_the_case(visitor: Visit) -> None:
    """A set of changes can be looked at before it is kept; kept, it stands on the board and can be undone."""
    page = visitor.describe(LAWYERS)
    page.locator(".questions a", has_text="What would change it").click()
    for option in [one.get_attribute("value") for one in page.locator("#to option").all()]:
        page.locator("#to").select_option(option)
        page.get_by_role("button", name="Show").click()
        page.wait_for_url(f"**to={option}*")
        if page.locator(".sets li.card").count():
            break
    wanted = page.locator("#to option:checked").inner_text()
    page.get_by_role("link", name="See what happens").first.click()
    expect(page.locator(".view h2")).to_contain_text("What if")
    expect(page.locator(".bars .recommended")).to_contain_text(wanted, ignore_case=True)
    visitor.accessible()
    page.get_by_role("button", name="Take this as given").click()
    page.wait_for_url("**/c/*")
    expect(page.locator("#answer h2")).to_contain_text(wanted, ignore_case=True)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#answer h2")).not_to_contain_text(wanted, ignore_case=True)


def test_the_map_says_where_you_are(visitor: Visit, answer: str) -> None:
    """Each field names its winner, the case's own is marked, and a field is a question."""
    page = visitor.go(f"{answer}/map")
    expect(page.locator(".regions .possible").first).to_contain_text(re.compile("possible|you are here"))
    assert all(field.inner_text().strip() for field in page.locator(".regions td").all())
    page.locator(".regions td a").first.click()
    expect(page.locator(".view h2")).to_contain_text("What if")


def test_costs_follow_the_slider(visitor: Visit, answer: str) -> None:
    """Moving a slider changes the number, the totals, the chart and the address."""
    page = visitor.go(f"{answer}/cost")
    before = page.locator(".view table").inner_text()
    page.locator("#slide-volume").focus()
    page.keyboard.press("End")
    expect(page.locator("#volume")).not_to_have_value("10000")
    page.wait_for_url("**volume=*")
    assert page.locator(".view table").inner_text() != before
    assert "volume=" in page.locator(".paper img").get_attribute("src")
    link = page.locator(".take a[href^='http']").get_attribute("href")
    assert link.partition("?")[2] == page.url.partition("?")[2]
    assert all(part.partition("=")[2] for part in link.partition("?")[2].split("&")), link
    visitor.go(link)
    assert page.locator(".view table").inner_text() != before


def test_a_picture_can_be_had_as_png(visitor: Visit, answer: str) -> None:
    """The browser draws it, so that no server needs to."""
    page = visitor.go(f"{answer}/map")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="PNG").click()
    assert waiting.value.suggested_filename == "map.png"
    assert waiting.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_link_can_be_taken_further(visitor: Visit, answer: str) -> None:
    """Whoever was sent an answer goes on with its case in a conversation of their own."""
    page = visitor.go(answer)
    headline = page.locator("h1").inner_text().split("\n")[-1]
    page.get_by_role("button", name="Go on from here").click()
    page.wait_for_url("**/c/*")
    expect(page.locator("#answer h2")).to_contain_text(headline)


def test_trouble_leaves_everything_where_it_was(browser: Browser, server: RunningServer) -> None:
    """A server that refuses or is gone is told above; board and chat stay, and what was typed too."""
    with visit(browser, server.url) as visitor:
        page = visitor.describe(LAWYERS)
        page.get_by_label("Your message").fill(" ".join(["why?"] * 5))
        page.locator("#text").evaluate("box => { box.value = ' '.repeat(9); box.required = false; }")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("empty")
        expect(page.locator("#board")).to_be_visible()
        page.get_by_label("Your message").fill("why?")
        visitor.page.context.set_offline(True)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
        expect(page.get_by_label("Your message")).to_have_value("why?")
        visitor.page.context.set_offline(False)
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#latest .said")).to_contain_text("why?")
        expect(page.get_by_role("alert")).to_have_count(0)
        visitor.wrong.clear()  # the browser logs what could not be sent


def test_an_address_that_leads_nowhere_is_a_page(browser: Browser, server: RunningServer) -> None:
    """A browser gets a page with the way back, a program its problem document."""
    with visit(browser, server.url) as visitor:
        page = visitor.go("/nowhere")
        expect(page.get_by_role("alert")).to_contain_text("nothing at /nowhere")
        visitor.accessible()
        page.get_by_role("link", name="To the beginning").click()
        expect(page.locator("#text")).to_be_visible()
        visitor.wrong.clear()  # the browser logs the 404
    document = server.get("/nowhere", headers={"Accept": "application/json"})
    assert document.headers["Content-Type"] == "application/problem+json"


def test_by_keyboard_alone(visitor: Visit) -> None:
    """From the first key to a changed board, and the focus stays where it was."""
    page = visitor.go("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type(LAWYERS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/*")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#board .control.open input[type=radio]')"):
            break
    group = page.evaluate("document.activeElement.form.id")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#{group}.stated")).to_have_count(1)
    assert page.evaluate("document.activeElement.form?.id") == group


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone(browser: Browser, server: RunningServer, answer: str, scheme: str) -> None:
    """320 pixels are enough, in both schemes."""
    with visit(browser, server.url, viewport={"width": 320, "height": 640}, color_scheme=scheme) as visitor:
        dark = scheme == "dark"
        visitor.go("/")
        visitor.fits()
        visitor.accessible()
        for view in VIEWS if SOAK or not dark else ("map", "compare", "cost"):
            page = visitor.go(f"{answer}/{view}".rstrip("/"))
            visitor.fits()
            if SOAK or dark:
                visitor.accessible()
            for picture in page.locator(".paper img").all():
                picture.scroll_into_view_if_needed()
                expect(picture).to_have_js_property("complete", True)
                assert ("dark=1" in picture.evaluate("image => image.currentSrc")) == dark
        page = visitor.describe(LAWYERS)
        visitor.fits()
        expect(page.locator("#answer")).to_be_visible()
        if dark:
            visitor.accessible()


def test_without_javascript(browser: Browser, server: RunningServer) -> None:
    """Forms and links are enough for the answer, the board, undo and the views."""
    with visit(browser, server.url, java_script_enabled=False) as visitor:
        page = visitor.describe(LAWYERS)
        expect(page.locator("#answer h2")).not_to_be_empty()
        control = page.locator("#board .control.open").first
        identity = control.get_attribute("id")
        control.locator(".values label").first.click()
        control.get_by_role("button", name="Set").click()
        expect(page.locator(f"#{identity}.stated")).to_have_count(1)
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(f"#{identity}.stated")).to_have_count(0)
        page.get_by_label("Your message").fill("why?")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#latest .said")).to_contain_text("why?")
        for view in ("Why", "Map", "Cost"):
            page.locator(".questions a", has_text=view).first.click()
            expect(page.locator("nav.tabs [aria-current]")).to_have_count(1)
            page.get_by_role("link", name="Back to the conversation").click()


# --- Another domain, and one that means harm ------------------------------------------------------------------

HOSTILE = "<img src=x onerror=window.harmed=1>"


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The second domain on a server of its own, some of its labels being markup."""
    folder = tmp_path_factory.mktemp("stranger")
    shutil.copytree(PACKS["second"], folder / "packs")
    for name, label in (
        ("tasks", "payment ledger"),
        ("constraints", "memory budget"),
        ("techniques", "document store"),
    ):
        file = folder / "packs" / "basics" / f"{name}.ttl"
        text = file.read_text("utf-8")
        assert f'"{label}"@en' in text
        file.write_text(text.replace(f'"{label}"@en', f'"{label} {HOSTILE}"@en', 1), "utf-8")
    running = RunningServer(folder / "home", {"ADAPTWISE_PACKS": str(folder / "packs")})
    yield running.start()
    running.stop()


def test_another_domain_has_the_whole_page(browser: Browser, stranger: RunningServer) -> None:
    """Every view is there for any knowledge, and labels that are markup are shown as they are written."""
    with visit(browser, stranger.url) as visitor:
        page = visitor.go("/")
        expect(page.locator("h1")).to_have_text("Which database for my service?")
        page = visitor.describe(f"a payment ledger with ample memory {HOSTILE}")
        expect(page.locator("#answer h2")).to_contain_text("elational database")
        expect(page.get_by_label("What it does")).to_have_value(f"payment ledger {HOSTILE}")
        expect(page.locator("#board")).to_contain_text(f"memory budget {HOSTILE}", ignore_case=True)
        expect(page.locator(".bars")).to_contain_text(f"document store {HOSTILE}", ignore_case=True)
        address = page.locator(".questions a").first.get_attribute("href")
        for view in VIEWS:
            visitor.go(f"{address}/{view}".rstrip("/"))
            expect(page.locator("nav.tabs [aria-current]")).to_have_count(1)
            expect(page.locator(".view .trouble")).to_have_count(0)
            for image in page.locator(".view img").all():
                image.scroll_into_view_if_needed()
                expect(image).to_have_js_property("complete", True)
            assert page.evaluate("window.harmed") is None
        expect(page.locator(".claims li").first).to_be_visible()


def test_teach_in_the_chat(browser: Browser, stranger: RunningServer) -> None:
    """A task is described in conversation; only saving needs the key, for which there is a field then."""
    with visit(browser, stranger.url) as visitor:
        page = visitor.describe("add a task called pigeon post, a kind of order handling")
        for number, said in enumerate(("none", "none"), start=2):
            page.get_by_label("Your message").fill(said)
            page.keyboard.press("Enter")
            expect(page.locator(".exchange")).to_have_count(number)
        expect(page.locator("#latest")).to_contain_text("draft")
        for number, key in ((4, "wrong"), (5, ADMIN_KEY)):
            page.get_by_label("Key for adding").fill(key)
            page.get_by_label("Your message").fill("yes, save it")
            page.keyboard.press("Enter")
            expect(page.locator(".exchange")).to_have_count(number)
            saved = page.request.get(f"{stranger.url}/tasks?task=pigeon").text()
            assert ("pigeon post" in saved) == (key == ADMIN_KEY), page.locator("#latest").inner_text()
        assert ADMIN_KEY not in page.content()


LAYOUT_SHIFTS = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(one => { sum += one.value; }))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 100);
})"""


def test_the_first_view_is_light(browser: Browser, server: RunningServer) -> None:
    """Under 150 kB on the wire; on the next page what is known is not sent again. Times: benchmarks/page.py."""
    with visit(browser, server.url) as visitor:
        sizes: dict[str, int] = {}
        visitor.page.on("requestfinished", lambda one: sizes.update({one.url: one.sizes()["responseBodySize"]}))
        page = visitor.go("/")
        page.wait_for_load_state("networkidle")
        assert len(sizes) >= 5
        assert 0 < sum(sizes.values()) < 50_000
        first = set(sizes)
        visitor.go("/knowledge").wait_for_load_state("networkidle")
        asked = page.evaluate("performance.getEntriesByType('resource').map(one => [one.name, one.transferSize])")
        assert first & {name for name, _ in asked}
        assert {name: size for name, size in asked if name in first and size} == {}


@pytest.mark.parametrize("size", [(1280, 860), (390, 844)], ids=["wide", "phone"])
def test_nothing_moves_once_it_is_painted(
    browser: Browser, server: RunningServer, answer: str, size: tuple[int, int]
) -> None:
    """What comes later has its place from the beginning."""
    with visit(browser, server.url, viewport={"width": size[0], "height": size[1]}) as visitor:
        conversation = visitor.describe(LAWYERS).url
        views = ("", "/why", "/map", "/cost") if SOAK or size[0] < 1000 else ("/why",)
        for address in (
            "/",
            conversation,
            *(answer + view for view in views),
            "/knowledge/trust",
            "/knowledge/add-task",
        ):
            page = visitor.go(address)
            page.wait_for_load_state("networkidle")
            assert page.evaluate(LAYOUT_SHIFTS) == 0, address
