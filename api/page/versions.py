"""The history of the knowledge: versions, what differs between them, and going back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from api.changing import change
from api.page.forms import REFUSALS, Moved, as_problem, base_of, refusal, since, unmoved
from api.page.layout import page
from api.page.rehearsal import Rehearsal, rehearse
from api.page.signing import keep_if_wanted, kept, require_key, token
from api.problems import not_found
from api.schemas.knowledge import ChangeQuery
from api.services import services
from engine.history import Difference, VersionDifference
from engine.render import prose
from engine.render.history import Telling
from kb import history as kept_history
from kb.changes import Change
from kb.diff import Happened, TermChange
from kb.model import Kind, Knowledge, Term
from kb.store import Snapshot, Store
from kb.versions import Version

PER_PAGE = 25
"""How many versions a list shows at once."""

MOST_COMPARED = 5000
"""Of versions that touched more terms than this what differs is not told here."""

MOST_READ = 20_000_000
"""Changes of more characters than this are not read for a page: that takes many seconds."""

MOST_TOLD = 60
"""How many terms of a difference are told one by one."""


TOO_MUCH = "So much differs that it is not worked out for a page; the command line and the programming interface do."


@dataclass(frozen=True, slots=True)
class Told:
    """What happened to one term.

    Attributes:
        kind: its kind.
        id: its id.
        label: what it is called.
        says: what it says, if it came or went.
        properties: what is another now: name, old and new.
        here: whether it is still there in the newest version.
    """

    kind: Kind
    id: str
    label: str
    says: str
    properties: tuple[tuple[str, str, str], ...]
    here: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The terms to which the same happened: some of them, and how many there are."""

    happened: Happened
    told: tuple[Told, ...]
    count: int


def register(blueprint: Blueprint) -> None:
    """Add the views."""
    blueprint.add_url_rule("/knowledge/history", "history", history)
    blueprint.add_url_rule("/knowledge/history/compare", "compare", compare)
    blueprint.add_url_rule("/knowledge/history/<int:number>", "version", version)
    blueprint.add_url_rule("/knowledge/history/<int:old>/to/<int:new>", "differs", differs)
    blueprint.add_url_rule("/knowledge/history/<int:old>/to/<int:new>/answers", "answers", answers)
    blueprint.add_url_rule("/knowledge/history/<int:number>/roll-back", "roll_back", roll_back)
    blueprint.add_url_rule("/knowledge/history/<int:number>/roll-back", "rolled_back", rolled_back, methods=["POST"])


def history() -> Response:
    """All versions, newest first."""
    found = services().store.versions()[::-1]
    offset = _number(request.args.get("offset", "0"))
    shown = found[offset : offset + PER_PAGE]
    return page(
        "know/history.html",
        versions=[(one, _touched(one)) for one in shown],
        head=found[0].number,
        total=len(found),
        previous=max(0, offset - PER_PAGE) if offset else None,
        next=offset + PER_PAGE if offset + PER_PAGE < len(found) else None,
        open_proposals=services().proposals.all("open", 1, 0)[1],
    )


def compare() -> AnyResponse:
    """From a form with two numbers to what differs between them."""
    old, new = (_number(request.args.get(name, "")) for name in ("old", "new"))
    return redirect(url_for("know.differs", old=old, new=new), 303)


def version(number: int) -> Response:
    """One version: who made it, why, and what it changed."""
    head = _require(number)
    store = services().store
    found = store.versions()[number - 1]
    # An older version is made by going back from the newest.
    packs = store.snapshot(number).knowledge.packs if _readable(number, head) else None
    groups: Sequence[Group] | None = ()
    if found.parent is not None:
        groups = _groups(number - 1, number)
    return page(
        "know/version.html",
        here="know.history",
        version=found,
        packs=packs,
        touched=_touched(found),
        groups=groups,
        head=head,
        saved=request.args.get("saved") == "1",
    )


def differs(old: int, new: int) -> Response:
    """What differs between two versions, by terms."""
    head = max(_require(old), _require(new))
    groups = _groups(old, new)
    return page("know/differs.html", here="know.history", old=old, new=new, groups=groups, head=head)


def answers(old: int, new: int) -> Response:
    """Which answers are others because of what differs."""
    head = max(_require(old), _require(new))
    if _readable(old, head) and _readable(new, head):
        live, delta = services().live, kept_history.net(services().store, old, new)
        impact = VersionDifference(live.at(old), live.at(new), delta).impact
        told = Markup(prose.html(impact.as_text()))  # noqa: S704 - escaped there
    else:
        told = Markup("<p>{}</p>").format(TOO_MUCH)
    return page("know/answers.html", told=told, old=old, new=new, here="know.history")


# --- Going back -------------------------------------------------------------------------------------------------


def roll_back(number: int) -> Response:
    """What going back to a version would change."""
    return _rolling(number)


def rolled_back(number: int) -> AnyResponse:
    """Make the content of an older version that of a new one."""
    _require(number)
    base = base_of(request.form)
    try:
        who = require_key().name
        query = ChangeQuery(dry_run=False, propose=request.form.get("wish") == "propose")
        outcome = change(unmoved(base, _making(number, who)), query)
    except Moved as moved:
        return keep_if_wanted(_rolling(number, 409, moved=moved.head.version, differs=since(base, moved.head)))
    except REFUSALS as error:
        return keep_if_wanted(_rolling(number, as_problem(error).status, **refusal(error)))
    if outcome.proposal is not None:
        return keep_if_wanted(redirect(url_for("know.proposal", number=outcome.proposal.number), 303))
    return keep_if_wanted(redirect(url_for("know.version", number=outcome.version, saved=1), 303))


def _making(number: int, author: str) -> Any:
    reason = request.form.get("reason", "").strip()[:4000]

    def make(snapshot: Snapshot) -> Change:
        return kept_history.roll_back(services().store, snapshot, number, author, reason)

    return make


def _rolling(number: int, status: int = 200, **values: Any) -> Response:
    head = _require(number)
    groups = _groups(head, number)
    if _readable(number, head):
        meaning = rehearse(_making(number, "somebody"))
    else:
        meaning = Rehearsal(head, unavailable=TOO_MUCH)
    given = {"refused": None, "faults": (), "moved": None, "differs": ""}
    return page(
        "know/roll_back.html",
        status,
        here="know.history",
        version=services().store.versions()[number - 1],
        head=head,
        base=head,
        groups=groups,
        meaning=meaning,
        reason=request.form.get("reason", ""),
        signed=kept(),
        token=token(),
        **(given | values),
    )


# --- What differs -----------------------------------------------------------------------------------------------


def groups_of(before: Knowledge, after: Knowledge, changes: Sequence[TermChange]) -> tuple[Group, ...]:
    """What came, changed and went, in words."""
    telling, newest = Telling(before, after), services().advisor().knowledge
    order: tuple[Happened, ...] = ("added", "changed", "removed")
    found = []
    for happened in order:
        those = [one for one in changes if one.happened == happened]
        if those:
            told = tuple(_told(telling, one, newest) for one in those[:MOST_TOLD])
            found.append(Group(happened, told, len(those)))
    return tuple(found)


def _groups(old: int, new: int) -> tuple[Group, ...] | None:
    """What differs between two versions; None where that is more than anybody looks through."""
    store = services().store
    first, last = sorted((old, new))
    if not _readable(first, store.head().number):
        return None
    steps = filter(None, map(_touched, store.versions()[first:last]))
    if sum(one.added + one.changed + one.removed for one in steps) > MOST_COMPARED:
        return None
    before, after = store.snapshot(old).knowledge, store.snapshot(new).knowledge
    delta = kept_history.net(store, old, new)
    return groups_of(before, after, Difference(before, after, delta).changes)


def _told(telling: Telling, one: TermChange, newest: Knowledge) -> Told:
    document = telling.document(one)
    properties = tuple((each["property"], each["old"], each["new"]) for each in document.get("properties", ()))
    here = newest.find(one.kind, one.id) is not None
    says = document.get("says") or _text(one.after or one.before) if one.happened != "changed" else ""
    return Told(one.kind, one.id, one.label, says, properties, here)


def _text(term: Term | None) -> str:
    """What a term says that is no statement."""
    return getattr(term, "text", "") or getattr(term, "title", "") or (term.definition if term else "")


def _readable(older: int, newer: int) -> bool:
    """Whether the changes between two versions are short enough to be read for a page."""
    store = services().store
    return sum(_extent(store, one) for one in store.versions()[older:newer]) <= MOST_READ


@lru_cache(maxsize=10_000)
def _extent(store: Store, one: Version) -> int:
    """How long the change of a version is; no version ever changes."""
    return kept_history.extent(store, one.number)


def _touched(one: Version) -> kept_history.Touched | None:
    """How many terms a version touched; None where its change is too long to be read for a page."""
    seen, store = services().touched, services().store
    if one.number not in seen:
        if _extent(store, one) > MOST_READ:
            return None
        seen[one.number] = kept_history.touched(store.delta(one.number))
    return seen[one.number]


def _require(number: int) -> int:
    """The number of the newest version, if there is one of this number."""
    head = services().store.head().number
    if not 1 <= number <= head:
        raise not_found("version", str(number), [str(head)])
    return head


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
