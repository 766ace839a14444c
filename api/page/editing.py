"""Adding a task in a form, describing it anew, and taking it out of use: looked at before anything is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from api.changing import change
from api.page.forms import REFUSALS, Moved, as_problem, base_of, refusal, since, unmoved
from api.page.kinds import address
from api.page.layout import page
from api.page.rehearsal import Rehearsal, faults_of, rehearse
from api.page.signing import keep_if_wanted, kept, require_key, token
from api.page.task_form import MOST_SUGGESTED, DemandRow, Names, TaskForm, form_of, in_names
from api.page.terms import TermPage, inherited
from api.page.words import Words
from api.problems import Fault, ProblemError, not_found
from api.schemas.knowledge import ChangeQuery
from api.services import services
from kb.changes import LOCAL, Change, add_task, remove_task, replace_task
from kb.deprecation import deprecate_task, restore_task
from kb.model import Kind, Knowledge
from kb.nearest import nearest
from kb.search import Search
from kb.store import Snapshot

NOBODY = "somebody"
"""Whose judgement a rehearsal shows before a key was given."""

SUGGESTED = 12
"""How many names are suggested while somebody types."""

_NAMED_KINDS: tuple[Kind, ...] = ("task", "need")


def register(blueprint: Blueprint) -> None:
    """Add the views."""
    blueprint.add_url_rule("/knowledge/add-task", "add", add)
    blueprint.add_url_rule("/knowledge/add-task", "save_added", save_added, methods=["POST"])
    blueprint.add_url_rule("/knowledge/add-task/look", "look", look, methods=["POST"])
    blueprint.add_url_rule("/knowledge/names", "names", names)
    blueprint.add_url_rule("/knowledge/tasks/<term_id>/edit", "edit", edit)
    blueprint.add_url_rule("/knowledge/tasks/<term_id>/edit", "save_edited", save_edited, methods=["POST"])
    blueprint.add_url_rule("/knowledge/tasks/<term_id>/retire", "retire", retire)
    blueprint.add_url_rule("/knowledge/tasks/<term_id>/retire", "save_retired", save_retired, methods=["POST"])


# --- Add and edit ---------------------------------------------------------------------------------------------


def add() -> Response:
    """The empty form, or one that begins with a name and a task above."""
    head = services().store.head().number
    above = request.args.get("broader", "")[:200]
    form = TaskForm(label=request.args.get("label", "")[:200], broader=[above] if above else [], base=head)
    return _form(form)


def edit(term_id: str) -> Response:
    """The form with what is said of a task now."""
    advisor = services().advisor()
    knowledge = advisor.knowledge
    _require(knowledge, term_id)
    if knowledge.tasks[term_id].pack != LOCAL:
        raise _not_ours(knowledge, term_id)
    form, unsaid = form_of(knowledge, term_id, advisor.version.number)
    words = Words(knowledge)
    return _form(form, unsaid=[words.item(key) for key in unsaid])


def look() -> Response:
    """What the form means so far; nothing is saved."""
    form = TaskForm.sent(request.form, request.form.get("task", ""))
    return page("know/meaning.html", form=form, **_meaning(form))


def save_added() -> AnyResponse:
    """Save a new task, or show the form again with what stands against it."""
    return _sent(TaskForm.sent(request.form))


def save_edited(term_id: str) -> AnyResponse:
    """Save a task as it is described now."""
    _require(services().advisor().knowledge, term_id)
    return _sent(TaskForm.sent(request.form, term_id))


def _sent(form: TaskForm) -> AnyResponse:
    wish = request.form.get("wish", "save")
    if wish == "need":
        form.demands.append(DemandRow())
        return _form(form, focus=f"need-{len(form.demands) - 1}")
    if wish.startswith("condition-") and wish.removeprefix("condition-").isdecimal():
        row = min(int(wish.removeprefix("condition-")), len(form.demands) - 1)
        if row >= 0:
            form.demands[row].when.append("")
            return _form(form, focus=f"when-{row}-{len(form.demands[row].when) - 1}")
    if wish == "above":
        form.broader.append("")
        return _form(form, focus=f"broader-{len(form.broader) - 1}")
    if wish == "look":
        return _form(form, **_meaning(form))
    try:
        who = require_key().name
        outcome = change(unmoved(form.base, _making(form, who)), ChangeQuery(dry_run=False, propose=wish == "propose"))
    except Moved as moved:
        differs = since(form.base, moved.head)
        form.base = moved.head.version.number
        return keep_if_wanted(_form(form, 409, moved=moved.head.version, differs=differs, **_meaning(form)))
    except REFUSALS as error:
        problem = as_problem(error)
        return keep_if_wanted(_form(form, problem.status, refused=problem, faults=_placed(form, faults_of(problem))))
    if outcome.proposal is not None:
        return keep_if_wanted(_see_other("know.proposal", number=outcome.proposal.number))
    term = outcome.preview.change.term
    task = term[1] if term else form.task
    return keep_if_wanted(redirect(f"{address('task', task)}?saved={outcome.version}", 303))


def _making(form: TaskForm, author: str) -> Callable[[Snapshot], Change]:
    """What makes the change that the form means."""

    def make(snapshot: Snapshot) -> Change:
        described = form.description(Names(snapshot.knowledge))
        return (replace_task if form.task else add_task)(snapshot, described, author)

    return make


def _form(form: TaskForm, status: int = 200, **values: Any) -> Response:
    """The form as a page."""
    knowledge = services().advisor().knowledge
    called = Names(knowledge)
    strengths = sorted(knowledge.strengths.values(), key=lambda one: -one.weight)
    given = {
        "faults": (),
        "refused": None,
        "moved": None,
        "differs": "",
        "unsaid": (),
        "focus": "",
        "meaning": None,
        "shares": (),
        "task_page": TermPage(knowledge, "task", knowledge.tasks[form.task]) if form.task else None,
    }
    return page(
        "know/task_form.html",
        status,
        form=form,
        strengths=strengths,
        tasks=called.all("task"),
        needs=called.all("need"),
        conditions=list(called.all_conditions)[: 4 * MOST_SUGGESTED],
        signed=kept(),
        token=token(),
        **(given | values),
    )


def _meaning(form: TaskForm) -> dict[str, Any]:
    """What a form means: what stands against it, what holds for the task then, and which answers change."""
    if form.is_empty:
        return {"meaning": None, "faults": (), "shares": ()}
    key = kept()
    meaning: Rehearsal = rehearse(_making(form, key.name if key else NOBODY))
    shares: list[Any] = []
    if meaning.preview is not None and not meaning.faults and meaning.preview.change.term:
        shares = inherited(Words(meaning.preview.knowledge), meaning.preview.change.term[1])
    return {"meaning": meaning, "faults": _placed(form, meaning.faults), "shares": shares}


def _placed(form: TaskForm, faults: Iterable[Fault]) -> list[tuple[str, Fault]]:
    """Faults with the ids of the fields that they are about, in the words of the form."""
    called = Names(services().advisor().knowledge)
    return [(place, in_names(called, place, fault)) for fault in faults for place in [form.place(fault)]]


def names() -> Response:
    """Names that fit what is being typed, as options of a list."""
    knowledge = services().advisor().knowledge
    kind: Kind = next((one for one in _NAMED_KINDS if one == request.args.get("kind")), "task")
    typed = next((text for name, text in request.args.items() if name != "kind"), "")
    called = Names(knowledge)
    found = Search(knowledge, typed, (kind,)).best(SUGGESTED)
    return page("know/names.html", names=[called.of(*key) for key in found])


# --- Out of use -----------------------------------------------------------------------------------------------


def retire(term_id: str) -> Response:
    """What would become of who names a task, and the ways to take it out of use."""
    return _retiring(term_id)


def save_retired(term_id: str) -> AnyResponse:
    """Take a task away, deprecate it in favour of another, or take it back into use."""
    wish, given = request.form.get("wish", ""), request.form
    reason, other = given.get("reason", "").strip()[:4000], given.get("other", "").strip()[:200]

    def make(author: str) -> Callable[[Snapshot], Change]:
        def made(snapshot: Snapshot) -> Change:
            _require(snapshot.knowledge, term_id)
            if wish == "remove":
                return remove_task(snapshot, term_id, author, reason)
            if wish == "restore":
                return restore_task(snapshot, term_id, author, reason)
            return deprecate_task(snapshot, term_id, other, author, reason)

        return made

    base = base_of(given)
    try:
        who = require_key().name
        query = ChangeQuery(dry_run=False, propose="propose" in given)
        outcome = change(unmoved(base, make(who)), query)
    except Moved as moved:
        differs = since(base, moved.head)
        return keep_if_wanted(_retiring(term_id, 409, moved=moved.head.version, differs=differs))
    except REFUSALS as error:
        return keep_if_wanted(_retiring(term_id, as_problem(error).status, **refusal(error)))
    if outcome.proposal is not None:
        return keep_if_wanted(_see_other("know.proposal", number=outcome.proposal.number))
    if wish == "remove":
        return keep_if_wanted(_see_other("know.version", number=outcome.version))
    return keep_if_wanted(redirect(f"{address('task', term_id)}?saved={outcome.version}", 303))


def _retiring(term_id: str, status: int = 200, **values: Any) -> Response:
    advisor = services().advisor()
    knowledge = advisor.knowledge
    _require(knowledge, term_id)
    record = knowledge.tasks[term_id]
    removal = rehearse(lambda snapshot: remove_task(snapshot, term_id, NOBODY)) if record.pack == LOCAL else None
    given = {"refused": None, "faults": (), "moved": None, "differs": "", "other": request.form.get("other", "")}
    return page(
        "know/retire.html",
        status,
        shown=TermPage(knowledge, "task", record),
        removal=removal,
        base=advisor.version.number,
        tasks=[name for name in Names(knowledge).all("task") if name != record.label],
        reason=request.form.get("reason", ""),
        signed=kept(),
        token=token(),
        **(given | values),
    )


def _require(knowledge: Knowledge, task: str) -> None:
    if task not in knowledge.tasks:
        raise not_found("task", task, nearest(task, knowledge.tasks))


def _not_ours(knowledge: Knowledge, task: str) -> ProblemError:
    pack = knowledge.packs.get(knowledge.tasks[task].pack)
    name = pack.label if pack else knowledge.tasks[task].pack
    detail = (
        f"The task “{knowledge.tasks[task].label}” came with “{name}”, and what came with the program is not described "
        "anew here. Add a narrower task with what you know, or take this one out of use in favour of another."
    )
    return ProblemError(409, "shipped-task", "Not ours to change", detail)


def _see_other(endpoint: str, **values: Any) -> AnyResponse:
    return redirect(url_for(endpoint, **values), 303)
