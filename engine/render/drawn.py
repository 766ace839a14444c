"""An outline of a proof, drawn: as text, Markdown, HTML with levels that open, and a tree for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.render.english import sentence
from engine.render.outline import Step, counted_points
from engine.render.prose import escaped, template

if TYPE_CHECKING:
    from rich.tree import Tree

    from kb.model import Claim, Knowledge


def text(root: Step) -> str:
    """The outline in indented lines, sources in brackets."""
    return "\n".join(f"{'  ' * _depth(step)}{_line(step)}" for step in root.steps())


def _line(step: Step) -> str:
    return f"{step.heading}{f' [{step.source}]' if step.source else ''}{_closed(step)}"


def _closed(step: Step) -> str:
    """That a step rests on more than is shown."""
    if not step.more:
        return ""
    return f" (rests on {'one more step' if step.more == 1 else f'{step.more} more steps'})"


def _depth(step: Step) -> int:
    return step.number.count(".") + 1 if step.number else 0


def markdown(root: Step, knowledge: Knowledge, headline: str) -> str:
    """The outline as nested lists, with the claims it cites under it."""
    lines = [escaped(headline), "", f"**{escaped(root.text)}**", ""]
    for step in root.steps():
        if step.number:
            source = f" *[{escaped(step.source)}]*" if step.source else ""
            said = escaped(step.heading.removeprefix(f"{step.number}. "))
            lines.append(f"{'  ' * (_depth(step) - 1)}- **{step.number}** {said}{source}{_closed(step)}")
    cited = citations(root.steps(), knowledge)
    if cited:
        lines += ["", "## Sources", ""]
        lines += [f"- {cited_in_markdown(one)}" for one in cited]
    return "\n".join([*lines, ""])


def cited_in_markdown(cited: Mapping[str, str]) -> str:
    """One claim with its source, in a line."""
    label = f"**{escaped(cited['label'])}**: " if cited["label"] else ""
    origin = f" ({escaped(cited['source'])})" if cited["source"] else ""
    return f"{label}{escaped(cited['text'])}{origin}"


def html(root: Step, knowledge: Knowledge, headline: str) -> str:
    """The outline as a fragment of HTML: each step with premises can be opened. No style, no script."""
    cited = citations(root.steps(), knowledge)
    made = template("proof.html").render(root=root, headline=headline, claims=cited, points=counted_points)
    return "\n".join(line for line in made.splitlines() if line.strip()) + "\n"


def tree(root: Step) -> Tree:
    """The outline as a tree for the terminal."""
    from rich.text import Text
    from rich.tree import Tree

    def label(step: Step) -> Text:
        styles = {"blocker": "bold red", "contribution": "bold", "technique": "bold"}
        made = Text(step.heading, style=styles.get(step.kind, ""))
        return made.append(f" [{step.source}]", style="dim") if step.source else made

    def grow(branch: Tree, steps: Sequence[Step]) -> None:
        for step in steps:
            grow(branch.add(label(step)), step.premises)

    drawn = Tree(label(root))
    grow(drawn, root.premises)
    return drawn


def citations(steps: Iterable[Step], knowledge: Knowledge) -> list[dict[str, str]]:
    """The claims that steps rest on, each once, sources before judgements."""
    return citations_of({claim for step in steps for claim in step.claims}, knowledge)


def citations_of(claims: Iterable[str], knowledge: Knowledge) -> list[dict[str, str]]:
    """Claims as they are cited, sources before judgements."""
    records = [knowledge.claims[claim] for claim in claims if claim in knowledge.claims]
    return [
        claim_document(knowledge, record)
        for record in sorted(records, key=lambda one: (one.kind == "judgement", one.pack, one.id))
    ]


def claim_document(knowledge: Knowledge, record: Claim) -> dict[str, str]:
    """A claim as it is cited: "label" (empty where it has none), "text", and where it comes from as "source"."""
    source = knowledge.sources.get(record.source or "")
    parts = [source.title if source else "", record.locator, record.date]
    if record.kind == "judgement":
        parts = [f"judgement of {record.author or record.pack}", record.date]
    return {
        "label": "" if record.label == record.id else record.label,
        "text": sentence(record.text),
        "source": ", ".join(part for part in parts if part),
    }
