"""What tests of the page share: Debian's Chromium, visits that allow nothing from elsewhere, and axe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REPLACED = ("htmx:afterRequest,", "htmx:sendAbort,")
"""What htmx tells as an error when a later request takes the place of one that is under way."""

AXE = {"runOnly": {"type": "tag", "values": WCAG}}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; skips loudly where there is none, and fails where CI has none."""
    program = os.environ.get("ADAPTWISE_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium to test the page with")
        pytest.skip("NOT TESTED IN A BROWSER: there is no Chromium")
    with sync_playwright() as playwright:
        # A container has neither a sandbox for root nor much shared memory.
        arguments = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@dataclass
class Visit:
    """Somebody at a page: what went wrong there is noted.

    Attributes:
        page: the page.
        base: the server's address.
        wrong: errors that the browser told.
        elsewhere: requests to other hosts.
    """

    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of the server."""
        self.page.goto(path if path.startswith("http") else self.base + path)
        return self.page

    def describe(self, text: str) -> Page:
        """Begin a conversation with a description."""
        self.go("/").get_by_label("Describe your").fill(text)
        self.page.get_by_role("button", name="Ask", exact=True).click()
        self.page.wait_for_url("**/c/*")
        return self.page

    def accessible(self) -> None:
        """Nothing that axe finds."""
        found = Axe().run(self.page, options=AXE).response["violations"]
        told = [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]
        assert told == [], (self.page.url, told)

    def fits(self) -> None:
        """Nothing sticks out at the side."""
        width = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1], (self.page.url, width)


@contextmanager
def visit(browser: Browser, base: str, **options: object) -> Iterator[Visit]:
    """A visit of its own; at its end nothing may have gone wrong, and nobody else may have been asked."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
    page = context.new_page()
    made = Visit(page, base)

    def told(message: ConsoleMessage) -> None:
        # A refused entry is an answer with a status of its own, which browsers tell as an error.
        if message.type in {"error", "warning"} and "422" not in message.text and not message.text.startswith(REPLACED):
            made.wrong.append(f"{message.text} {message.location}")

    def asked(request: Request) -> None:
        if not request.url.startswith((base, "data:", "blob:")):
            made.elsewhere.append(request.url)

    page.on("console", told)
    page.on("pageerror", lambda error: made.wrong.append(str(error)))
    page.on("request", asked)
    try:
        yield made
        assert made.wrong == [], made.wrong
        assert made.elsewhere == [], made.elsewhere
    finally:
        context.close()
