"""Takes the pictures of the page in ``docs/images``; run by ``scripts/screenshots``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from browsing import Visit, chromium, visit
from conftest import ADMIN_KEY, ROOT, RunningServer

IMAGES = ROOT / "docs" / "images"
LARGEST = 250_000
SAID = (
    "A support bot for our customers. Its answers come from manuals that change every week, "
    "and we have 120 labelled examples."
)
DESKTOP = {"viewport": {"width": 1280, "height": 860}}
TALL = {"viewport": {"width": 1280, "height": 1160}}
DARK = {**DESKTOP, "color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 1.5}


def asked(visitor: Visit) -> str:
    """A conversation with an answer, an argument and a value set on the board; gives the address of its answer."""
    page = visitor.describe(SAID)
    page.get_by_label("Your message").fill("why not fine-tuning?")
    page.keyboard.press("Enter")
    page.locator("#latest .said").get_by_text("why not").wait_for()
    page.evaluate("document.activeElement.blur()")
    page.wait_for_load_state("networkidle")
    return page.locator(".questions a").first.get_attribute("href")


def of_view(view: str) -> Callable[[Visit], None]:
    """Takes somebody to a view of an answer."""

    def go(visitor: Visit) -> None:
        page = visitor.go(f"{asked(visitor)}/{view}".rstrip("/"))
        page.wait_for_load_state("networkidle")

    return go


def found(visitor: Visit) -> None:
    """What would change the answer, for a technique that can win."""
    address = asked(visitor)
    page = visitor.go(f"{address}/changes")
    for option in [one.get_attribute("value") for one in page.locator("#to option").all()]:
        visitor.go(f"{address}/changes?to={option}")
        if page.locator(".sets").count():
            return


def term(visitor: Visit) -> None:
    """A technique, with what it rests on."""
    page = visitor.go("/knowledge/techniques")
    page.locator(".entries a").first.click()
    page.locator("#rests").wait_for()


def near(visitor: Visit) -> None:
    """What lies around it."""
    term(visitor)
    page = visitor.page
    page.locator("#near").scroll_into_view_if_needed()
    page.locator(".near svg").wait_for()
    page.locator("#used").evaluate("heading => heading.scrollIntoView()")


def described(visitor: Visit) -> None:
    """A task in the form, with what it would mean."""
    page = visitor.go("/knowledge/tasks")
    above = page.locator(".entries a").last.inner_text()
    visitor.go("/knowledge/add-task")
    page.get_by_label("Name", exact=True).fill("Contract review")
    page.get_by_label("A kind of").fill(above)
    page.locator("#need-0").fill(page.locator("#need-names option").last.get_attribute("value"))
    page.locator("#meaning h3").first.wait_for()
    page.locator("#meaning-title").click()
    page.wait_for_load_state("networkidle")


def changed(visitor: Visit) -> None:
    """What a version changed, after a task was added in the form."""
    described(visitor)
    page = visitor.page
    page.get_by_label("Your key").fill(ADMIN_KEY)
    page.get_by_role("button", name="Save").click()
    page.locator(".done").wait_for()
    visitor.go("/knowledge/history").locator(".entry-name a").first.click()
    page.get_by_role("link", name="Which answers it changed").click()
    page.locator("#answers .told").wait_for()
    page.evaluate("document.activeElement.blur()")


def trusted(visitor: Visit) -> None:
    """The record, with the worked cases asked."""
    page = visitor.go("/knowledge/trust")
    page.locator(".later").scroll_into_view_if_needed()
    page.locator("#scenarios").wait_for()
    page.evaluate("window.scrollTo(0, 0)")


PICTURES: dict[str, tuple[dict, Callable[[Visit], object]]] = {
    "begin": (DESKTOP, lambda visitor: visitor.go("/")),
    "page": (DESKTOP, asked),
    "ask-dark": (DARK, asked),
    "phone": (PHONE, asked),
    "answer": (DESKTOP, of_view("")),
    "why": (TALL, of_view("why")),
    "why-not": (DESKTOP, of_view("why-not")),
    "compare": (DESKTOP, of_view("compare")),
    "changes": (DESKTOP, found),
    "map": (DESKTOP, of_view("map")),
    "cost": (DESKTOP, of_view("cost")),
    "sources": (DESKTOP, of_view("sources")),
    "knowledge": (DESKTOP, lambda visitor: visitor.go("/knowledge")),
    "term": (DESKTOP, term),
    "near-dark": (DARK, near),
    "add-task": (DESKTOP, described),
    "trust": (DESKTOP, trusted),
    "version": (DESKTOP, changed),  # the last: it changes the knowledge
}


def main(names: list[str]) -> None:
    """Take the pictures with these names; all by default."""
    unknown = set(names) - PICTURES.keys()
    if unknown:
        raise SystemExit(f"There is no picture {', '.join(sorted(unknown))}; there are {', '.join(PICTURES)}.")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        server = RunningServer(Path(folder) / "home")
        try:
            server.start()
            for name in names or PICTURES:
                options, go = PICTURES[name]
                with visit(browser, server.url, **options) as visitor:
                    go(visitor)
                    file = IMAGES / f"{name}.png"
                    visitor.page.screenshot(path=file)
                size = file.stat().st_size
                print(f"{file.relative_to(ROOT)} {size // 1000} kB")
                if size > LARGEST:
                    raise SystemExit(f"{name} is larger than {LARGEST // 1000} kB.")
        finally:
            server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
