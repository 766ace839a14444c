"""Runs the benchmarks, each in a process of its own, and writes the report.

``python -m benchmarks`` runs all and writes ``docs/performance.md``; with names it runs only these and prints them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.charts import FOLDER
from benchmarks.timing import GOAL, circumstances, table

PARTS = (
    "questions",
    "understanding",
    "engines",
    "where",
    "server",
    "start",
    "page",
    "growth",
    "dimensions",
    "machines",
    "soak",
)
"""The modules of this folder that can be run, in the order of the report. Each prints its section."""

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "docs" / "performance.md"
IMAGES = ROOT / "docs" / "images"


def main(arguments: list[str]) -> int:
    """Run the parts that are named, or all of them."""
    unknown = [name for name in arguments if name not in PARTS]
    if unknown:
        print(f"there is no benchmark {unknown[0]}; there are: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    head = table(("", ""), circumstances().items())
    environment = dict(os.environ) if arguments else {**os.environ, FOLDER: str(IMAGES)}
    sections: list[str] = []
    failed: list[str] = []
    for part in arguments or PARTS:
        print(f"measuring {part} ...", file=sys.stderr)
        run = [sys.executable, "-m", f"benchmarks.{part}"]
        done = subprocess.run(run, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, env=environment)
        sections.append(done.stdout)
        if done.returncode:  # the others are measured all the same
            failed.append(part)
            sections.append(f"The part “{part}” ended with an error, so that its figures are missing.\n")
    report = "\n".join(
        (
            "# Performance\n",
            "Written by `make bench`. Medians; the spread says how far to trust them.\n",
            head,
            "## Goals\n",
            *(line for section in sections for line in section.splitlines() if line.startswith(GOAL)),
            "",
            *sections,
        )
    )
    if arguments:
        print(report)
    else:
        REPORT.write_text(report, encoding="utf-8")
        print(f"wrote {REPORT.relative_to(ROOT)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
