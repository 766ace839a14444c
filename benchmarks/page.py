"""What a visitor waits for: the first view of each page in Chromium, the server and the browser together on one core.

A new visitor each time, with nothing in the browser's memory. Processor time of server and browser is told beside the
clock, which a busy machine disturbs.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.served import Served, started, stopped
from benchmarks.timing import goal, milliseconds, on_one_core, table
from benchmarks.traffic import shipped

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
VIEWS = ("answer", "why", "why-not", "compare", "changes", "map", "cost", "sources")
ROUNDS = 7
GOALS = {"milliseconds": 500.0, "bytes": 150_000}

SEEN = """() => new Promise(done => {
    const found = {shift: 0, largest: 0};
    const watch = (type, note) => new PerformanceObserver(list => list.getEntries().forEach(note))
        .observe({type, buffered: true});
    watch("layout-shift", one => { found.shift += one.value; });
    watch("largest-contentful-paint", one => { found.largest = one.startTime; });
    const [page] = performance.getEntriesByType("navigation");
    setTimeout(() => done({...found, answered: page.responseEnd, loaded: page.loadEventEnd}), 150);
})"""
"""What the browser itself notes of a page (W3C: Navigation Timing, Layout Instability, Largest Contentful Paint)."""


@dataclass(frozen=True, slots=True)
class View:
    """One page as one visitor saw it: milliseconds since it was asked for, and what it took.

    Attributes:
        answered: until the last byte of its markup.
        largest: until its largest part was painted.
        loaded: until everything was there.
        shift: how far what was painted moved afterwards (0: not at all).
        received: bytes of all bodies, as they were sent.
        server: processor time of the server.
        browser: processor time of all processes of the browser.
    """

    answered: float
    largest: float
    loaded: float
    shift: float
    received: int
    server: float
    browser: float


def main() -> None:
    """Print the section of the report."""
    print("## The page\n")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        print("Not measured: there is no Chromium.\n")
        return
    from playwright.sync_api import sync_playwright

    on_one_core()  # so will be what is started from here
    rounds = int(os.environ.get("ADAPTWISE_BENCH_ROUNDS", str(ROUNDS)))
    arguments = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = started(Path(folder), workers=1)
        try:
            browser = playwright.chromium.launch(executable_path=program, args=arguments)
            print(report(measured(browser, server, rounds)))
            browser.close()
        finally:
            stopped(server)


def measured(browser: Browser, server: Served, rounds: int) -> dict[str, list[View]]:
    """Every page, seen by so many visitors each, in turn."""
    found: dict[str, list[View]] = defaultdict(list)
    paths = dict(pages(browser, server))
    for number in range(rounds + 1):
        for name, path in paths.items():
            view = seen(browser, server, path)
            if number:  # what is compiled on first use is not part of any round
                found[name].append(view)
    return found


def pages(browser: Browser, server: Served) -> Iterator[tuple[str, str]]:
    """The pages by name, those of an answer among them."""
    knowledge = shipped()
    assert knowledge.system is not None
    base = f"http://{server.host}:{server.port}"
    yield "the beginning", f"{base}/"
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(base)
        page.locator("#text").fill(knowledge.system.examples[0])
        page.keyboard.press("Enter")
        page.wait_for_url("**/c/*")
        address = base + (page.locator(".questions a").first.get_attribute("href") or "")
        yield "a conversation with answer and board", page.url
    for view in VIEWS:
        yield f"of an answer: {view}", address if view == "answer" else f"{address}/{view}"
    for place in ("", "/tasks", f"/techniques/{min(knowledge.techniques)}", "/add-task", "/history", "/trust"):
        yield f"knowledge{place}", f"{base}/knowledge{place}"


def seen(browser: Browser, server: Served, path: str) -> View:
    """One page, by a new visitor."""
    with browser.new_context(viewport={"width": 1280, "height": 860}) as context:
        page = context.new_page()
        sizes: list[int] = []
        page.on("requestfinished", lambda one: sizes.append(one.sizes()["responseBodySize"]))
        before = server.processor(), used_by_browser(server)
        page.goto(path)
        page.wait_for_load_state("networkidle")
        noted: dict[str, Any] = page.evaluate(SEEN)
        after = server.processor(), used_by_browser(server)
    took = [(late - early) * 1000 for early, late in zip(before, after, strict=True)]
    return View(**noted, received=sum(sizes), server=took[0], browser=took[1])


def used_by_browser(server: Served) -> float:
    """Seconds of processor time of all that this process started beside the server (Linux)."""
    known, found, ticks = {*server.processes()}, [os.getpid()], 0
    while found:
        pid = found.pop()
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in task.read_text(encoding="ascii").split() if int(child) not in known]
        if pid != os.getpid():
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # utime and stime, proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def report(found: dict[str, list[View]]) -> str:
    """Medians of each page, and the goals of the first."""

    def middle(views: list[View], name: str) -> float:
        return float(statistics.median(getattr(view, name) for view in views))

    rows = []
    for page, views in found.items():
        times = [milliseconds(middle(views, name)) for name in ("answered", "largest", "loaded", "server", "browser")]
        most = max(view.shift for view in views)
        rows.append((page, *times, f"{middle(views, 'received') / 1000:.0f} kB", f"{most:.3f}"))
    head = ("page", "markup there", "largest part painted", "all there", "server", "browser", "received", "moved")
    first = next(iter(found.values()))
    loaded, received = middle(first, "loaded"), middle(first, "received")
    moved = max(view.shift for views in found.values() for view in views)
    lines = [
        "In Chromium with an empty cache, browser and server together on one core; medians, of what moved the most.",
        "Server and browser are processor time, of the browser with what follows on the first view.\n",
        table(head, rows),
        goal("the first view under 500 ms on one core", milliseconds(loaded), loaded < GOALS["milliseconds"]),
        goal("the first view under 150 kB", f"{received / 1000:.0f} kB", received < GOALS["bytes"]),
        goal("nothing moves on any page once it is painted", f"{moved:.3f} at most", moved == 0),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
