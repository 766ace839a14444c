"""The pages about the knowledge: everything is found and leads on, nothing is saved unseen, and no key gets out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from test_page import Markup
from werkzeug.test import TestResponse

from api.app import create_app
from api.page.task_form import Names, form_of
from api.page.words import Words, badges_of
from api.services import Services
from api.settings import Settings
from engine.errors import EngineError, Overloaded
from engine.records import read_records
from engine.render.about import ALL_PHRASES
from engine.render.linked import linked, marked
from engine.render.neighbourhood import MOST_SHOWN, neighbourhood
from kb.changes import add_task
from kb.definitions import Demand, TaskDescription
from kb.graph import references
from kb.model import ATTRIBUTE_OF_KIND, AllOf, Knowledge, NeedRaised, Task, TaskIs
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge
from kb.search import Search
from kb.users import Users

MANY = 100_000 if os.environ.get("ADAPTWISE_SOAK") else 20_000
SECOND = Path(__file__).parent / "second_domain" / "packs"
KEY = "a-key-that-only-the-tests-know"
HOSTILE = '<script>alert(1)</script> "onload=x" {{ 7 * 7 }} \ue000task-x\ue001y\ue002'


@dataclass
class Site:
    """The application over the second domain, and what is behind it."""

    app: object
    services: Services

    def client(self) -> FlaskClient:
        """A browser of its own, without JavaScript."""
        return self.app.test_client()

    @property
    def head(self) -> int:
        """The newest version."""
        return self.services.store.head().number

    @property
    def knowledge(self) -> Knowledge:
        """What it says."""
        return self.services.advisor().knowledge


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One application for all tests, which add tasks of their own."""
    home = tmp_path_factory.mktemp("know")
    settings = Settings(
        home=home, database=f"sqlite:///{home / 'know.db'}", packs=SECOND, admin_key=KEY, refusal_rate="3/minute"
    )
    app = create_app(settings)
    services: Services = app.extensions["adaptwise"]
    yield Site(app, services)
    services.close()


@pytest.fixture
def client(site: Site) -> FlaskClient:
    """A browser without JavaScript."""
    return site.client()


def fill(site: Site, label: str, **more: str | list[str]) -> dict[str, str | list[str]]:
    """A form about a task as a browser sends it, with the key typed in."""
    return {"base": str(site.head), "label": label, "key": KEY, "wish": "save", **more}


def whole(response: TestResponse, status: int = 200) -> Markup:
    """A page that is well-formed, with nothing inline, and whose labels lead somewhere."""
    assert response.status_code == status, response.text[:2000]
    markup = Markup(response.text)
    assert not markup.open
    assert not markup.inline
    assert len(markup.ids) == len(set(markup.ids))
    assert set(markup.labelled) <= set(markup.ids)
    return markup


# --- Browse -------------------------------------------------------------------------------------------------------


def test_every_term_has_a_page_and_every_link_leads_somewhere(site: Site, client: FlaskClient) -> None:
    """From the first page on, all lists and terms of another domain are reached, and no link is dead."""
    seen: set[str] = set()
    opened: set[str] = set()
    waiting = ["/knowledge"]
    while waiting:
        address = waiting.pop()
        opened.add(address)
        markup = whole(client.get(address))
        for found in {one.partition("#")[0] for one in markup.addresses} - seen:
            if found.startswith("/knowledge") and not found.endswith(("/forget", "/look")):
                seen.add(found)
                if re.fullmatch(r"/knowledge/[a-z-]+(/[a-z0-9.-]+)?(\?offset=\d+)?", found):
                    waiting.append(found)
    terms = {(kind, term_id) for kind in ATTRIBUTE_OF_KIND if kind != "system" for term_id in site.knowledge.of(kind)}
    pages = {one.removeprefix("/knowledge/") for one in seen}
    plural = {kind: name.replace("_", "-") for kind, name in ATTRIBUTE_OF_KIND.items()}
    assert {f"{plural[kind]}/{term_id}" for kind, term_id in terms} <= pages
    for address in seen - opened:
        if address.endswith(("/edit", "/retire", "/graph")):  # of every term, and looked at below
            continue
        assert client.get(address).status_code == 200, address


def test_a_term_shows_what_it_rests_on_and_what_names_it(site: Site, client: FlaskClient) -> None:
    """The claims with their sources and places, and every kind of user with how many there are."""
    for kind, plural in (("rule", "rules"), ("need", "needs"), ("technique", "techniques"), ("task", "tasks")):
        term = max(site.knowledge.of(kind).values(), key=lambda one: len(one.claims))
        text = client.get(f"/knowledge/{plural}/{term.id}").text
        for claim in term.claims:
            record = site.knowledge.claims[claim]
            assert f"/knowledge/claims/{claim}" in text
            assert record.locator in text
        counted: dict[str, int] = {}
        for user, _ in Users.of(site.knowledge).get((kind, term.id)):
            counted[user] = counted.get(user, 0) + 1
        assert text.count('class="fold"') >= len(counted)


def test_what_goes_by_words_is_found_however_it_is_written(site: Site, client: FlaskClient) -> None:
    """Labels, synonyms, hidden words, ids and texts; whole names before parts of them; near ones where none has it."""
    for words in ("payment ledger", "Ledger", "payment-ledger", "PAYMENTS"):
        text = client.get("/knowledge/tasks", query_string={"q": words}).text
        assert "/knowledge/tasks/payment-ledger" in text, words
    found = Search(site.knowledge, "ledger", ("task", "rule", "claim"))
    assert found.best(1) == [("task", "payment-ledger")]
    near = client.get("/knowledge", query_string={"q": "paymnet ledgr"}).text
    assert "comes near" in near
    assert "/knowledge/tasks/payment-ledger" in near
    claim = next(one for one in site.knowledge.claims.values() if len(one.text.split()) > 4)
    spoken = Search(site.knowledge, " ".join(claim.text.split()[1:4]), ("claim",))
    assert ("claim", claim.id) in spoken.best(20)
    assert "Nothing here has all of these words" in client.get("/knowledge?q=qqqqqqxyzzy").text


def test_a_list_can_be_narrowed(site: Site, client: FlaskClient) -> None:
    """By pack, and by the term that is named; what makes no sense is left out."""
    notes = {one for one, rule in site.knowledge.rules.items() if rule.pack == "notes"}
    text = client.get("/knowledge/rules?pack=notes").text
    assert set(re.findall(r'<a href="/knowledge/rules/([a-z0-9-]+)"', text)) == notes
    need = next(rule.need for rule in site.knowledge.rules.values())
    naming = client.get(f"/knowledge/rules?naming=need:{need}").text
    listed = set(re.findall(r'<a href="/knowledge/rules/([a-z0-9-]+)"', naming))
    expected = {one for one, rule in site.knowledge.rules.items() if ("need", need) in references("rule", rule)}
    assert listed == expected
    assert client.get("/knowledge/rules?pack=none&naming=need:none&offset=x").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/knowledge/nothing",
        "/knowledge/tasks/none-such",
        "/knowledge/tasks/none-such/graph",
        "/knowledge/history/99999",
    ],
)
def test_what_is_not_there_is_named_on_a_page(client: FlaskClient, address: str) -> None:
    """An address that leads nowhere says so in words, on a page from which one can go on."""
    response = client.get(address)
    whole(response, 404)
    assert "There is no" in response.text
    assert 'href="/knowledge"' in response.text


def test_another_name_leads_to_the_term(client: FlaskClient) -> None:
    """A synonym in the address is as good as the id."""
    assert client.get("/knowledge/tasks/ledger").headers["Location"].endswith("/knowledge/tasks/payment-ledger")


def test_the_picture_and_its_words_say_the_same(site: Site, client: FlaskClient) -> None:
    """What is drawn around a term is limited, true, and told as text as well."""
    knowledge, users = site.knowledge, Users.of(site.knowledge)
    for key in [("task", "payment-ledger"), *(("technique", one) for one in knowledge.techniques)]:
        near = neighbourhood(knowledge, key, users.get(key), users.count(key))
        assert key in near.graph
        assert len(near.graph) <= MOST_SHOWN
        for one, other in near.graph.edges:
            assert other in references(one[0], knowledge.of(one[0])[one[1]])
        drawn = near.svg(lambda kind, term_id: f"/{kind}/{term_id}", dict.fromkeys(ATTRIBUTE_OF_KIND, ""))
        assert all(f'"/{kind}/{term_id}"' in drawn for kind, term_id in near.graph)
        assert drawn.count('class="edge"') == near.graph.number_of_edges()
    text = client.get("/knowledge/tasks/payment-ledger/graph").text
    assert "<svg" in text
    assert "The same in words" in text


def test_without_a_picture_there_are_words(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be drawn that is said, and the words are open."""
    monkeypatch.setattr("engine.render.graph.shutil.which", lambda _: None)
    response = client.get("/knowledge/tasks/payment-ledger/graph")
    whole(response)
    assert "<svg" not in response.text
    assert "No picture can be drawn here" in response.text
    assert '<details class="fold" open>' in response.text


def test_marks_that_somebody_else_wrote_are_text() -> None:
    """Characters by which links are marked do no harm where they stand for nothing."""
    assert "href" not in linked("\ue000nokind-x\ue001label\ue002 and \ue001")
    assert linked(marked("task", 'x"><b>', "<b>")) == '<a href="#task-x&#34;&gt;&lt;b&gt;">&lt;b&gt;</a>'


def test_search_among_many_tasks_is_quick(site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists stay short and answers quick; the names are indexed once."""
    many = {
        f"task-{number:06d}": Task(id=f"task-{number:06d}", pack="basics", label=f"handling of matter {number}")
        for number in range(MANY)
    }
    knowledge = replace(site.knowledge, tasks=many)
    advisor = site.services.advisor()
    stub = SimpleNamespace(knowledge=knowledge, version=advisor.version, lexicon=advisor.lexicon)
    monkeypatch.setattr(Services, "advisor", lambda _: stub)
    assert Search(knowledge, "matter 17777", ("task",)).best(3)[0] == ("task", "task-017777")
    assert Search(knowledge, "matter", ("task",)).is_cut
    for address in ("/knowledge/tasks", "/knowledge/tasks?q=matter", "/knowledge?q=matter+19999"):
        begin = perf_counter()
        response = client.get(address)
        assert response.status_code == 200
        assert len(response.data) < 40_000
        assert perf_counter() - begin < 4, address
    assert "task-019999" in client.get("/knowledge?q=matter+19999").text
    form = client.get("/knowledge/add-task").text
    assert "handling of matter" not in form
    assert "handling of matter 4242" in client.get("/knowledge/names?kind=task&broader=4242").text


# --- Extend -------------------------------------------------------------------------------------------------------


def test_a_task_is_added_and_known_at_once(site: Site, client: FlaskClient) -> None:
    """What the form says is what is saved: with what it inherits, its conditions, its claim and who judged so."""
    fields = {"broader": ["ledger"], "need-0": "durable writes", "strength-0": "required", "synonyms": "gifts\nalms\n"}
    before = client.post("/knowledge/add-task/look", data={**fill(site, "Donation box"), **fields}).text
    response = client.post("/knowledge/add-task", data=fill(site, "Donation box", **fields))
    assert response.status_code == 303
    assert response.headers["Location"].endswith(f"/knowledge/tasks/donation-box?saved={site.head}")
    assert f"as version {site.head}" in before
    task = site.knowledge.tasks["donation-box"]
    assert (task.synonyms, task.broader) == (("alms", "gifts"), ("payment-ledger",))
    shown = client.get(response.headers["Location"]).text
    assert f"Saved as version {site.head}" in shown
    own = re.search(r"<h3>Of its own</h3>(.*?)</ul>", shown, re.S).group(1)
    assert "durable writes" in own
    seen = re.search(r"<h3>Of its own</h3>(.*?)</ul>", before, re.S).group(1)
    assert seen.split("<span")[0] == own.split("<span")[0]
    assert "/knowledge/rules/donation-box" not in seen  # which is not there yet
    assert "/knowledge/rules/donation-box" in own


def test_what_is_wrong_is_told_beside_the_field(site: Site, client: FlaskClient) -> None:
    """Every fault names the field and the nearest choice; nothing that was typed is lost, nothing is saved."""
    head = site.head
    fields = {
        **fill(
            site, "Tombola", **{"broader": ["ledgr"], "need-0": "", "need-1": "durabel writes", "reason": "A hunch."}
        ),
        **{"strength-1": "strong", "when-1": ["nonsense: much"], "when-0": []},
    }
    response = client.post("/knowledge/add-task", data=fields)
    whole(response, 422)
    text = response.text
    for field in ("broader-0", "need-1", "when-1-0"):
        assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', text), field
        assert f'href="#{field}"' in text
    for kept in ("ledgr", "durabel writes", "nonsense: much", "A hunch."):
        assert kept in text
    assert "Did you mean payment ledger" in text
    assert "Did you mean durable writes" in text
    assert site.head == head


def test_a_need_can_be_typed_as_ids_or_names_with_conditions(site: Site, client: FlaskClient) -> None:
    """Conditions are read by the words of the list, and several values of one constraint are alternatives."""
    names = Names(site.knowledge)
    constraint = next(one for one in site.knowledge.constraints.values() if len(one.values) > 2)
    texts = [names.condition(constraint.id, value.id) for value in constraint.values[:2]]
    need = next(iter(site.knowledge.needs))
    data = fill(site, "Lottery", **{"need-0": need, "strength-0": "weak", "when-0": texts})
    assert client.post("/knowledge/add-task", data=data).status_code == 303
    (rule,) = (one for one in site.knowledge.rules.values() if one.label.startswith("Lottery"))
    assert {value.id for value in constraint.values[:2]} == {
        value for part in rule.when.conditions for value in getattr(part, "values", ())
    }
    form, unsaid = form_of(site.knowledge, "lottery", site.head)
    assert (unsaid, [row.when for row in form.demands]) == ([], [sorted(texts)]) or form.demands[0].when == texts
    shown = client.get("/knowledge/tasks/lottery/edit").text
    assert all(text in shown for text in texts)


def test_a_task_that_is_saved_unchanged_stays_as_it_is(site: Site, client: FlaskClient) -> None:
    """What the form shows of a task and what it makes of that are the same."""
    client.post("/knowledge/add-task", data=fill(site, "Raffle", **{"need-0": "durable writes", "strength-0": "weak"}))
    before = site.knowledge.tasks["raffle"], site.knowledge.rules["raffle-durable-writes"]
    form, _ = form_of(site.knowledge, "raffle", site.head)
    data = fill(site, form.label, definition=form.definition, reason=form.reason, broader=form.broader)
    for number, row in enumerate(form.demands):
        data |= {f"need-{number}": row.need, f"strength-{number}": row.strength, f"when-{number}": row.when}
    assert client.post("/knowledge/tasks/raffle/edit", data=data).status_code == 303
    assert (site.knowledge.tasks["raffle"], site.knowledge.rules["raffle-durable-writes"]) == before


def test_what_the_form_cannot_say_is_told_before_it_is_lost(site: Site, client: FlaskClient) -> None:
    """A rule of the task's own with a condition of another sort is named on the form."""
    store = site.services.store
    made = add_task(store.snapshot(), TaskDescription("Auction", demands=[Demand("durable-writes")]), "somebody")
    store.commit(made.base, made.added, made.removed, made.author, made.reason)
    knowledge = site.knowledge
    rule = knowledge.rules["auction-durable-writes"]
    odd = replace(rule, when=AllOf((TaskIs("auction"), NeedRaised(rule.need))))
    changed = replace(knowledge, rules={**knowledge.rules, rule.id: odd})
    changed.__dict__["_users"] = Users.of(knowledge)
    _, unsaid = form_of(changed, "auction", store.head().number)
    assert unsaid == [("rule", rule.id)]
    assert form_of(knowledge, "auction", store.head().number)[1] == []


def test_a_form_that_somebody_overtook_is_not_lost(site: Site, client: FlaskClient) -> None:
    """Another version was saved meanwhile: it is shown, everything typed stays, and sending again saves."""
    late = fill(site, "Flea market", definition="Old things.")
    assert client.post("/knowledge/add-task", data=fill(site, "Jumble sale")).status_code == 303
    response = client.post("/knowledge/add-task", data=late)
    whole(response, 409)
    assert "Somebody else was faster" in response.text
    assert "Jumble sale" in response.text
    assert "Old things." in response.text
    assert "flea-market" not in site.knowledge.tasks
    base = re.search(r'name="base" value="(\d+)"', response.text).group(1)
    assert client.post("/knowledge/add-task", data={**late, "base": base}).status_code == 303
    assert site.knowledge.tasks["flea-market"].definition == "Old things."


@pytest.mark.parametrize("error", [Overloaded("full"), EngineError("secret detail")])
def test_what_was_typed_outlives_trouble_of_the_engine(
    site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: EngineError
) -> None:
    """Where what a change means cannot be worked out, that is said, and the form stays as it was filled in."""

    def fail(*_: object) -> None:
        raise error

    data, head = fill(site, "Night market", definition="In the dark."), site.head
    monkeypatch.setattr(type(site.services.pipeline), "preview", fail)
    for address, status in (("/knowledge/add-task", 503), ("/knowledge/add-task/look", 200)):
        response = client.post(address, data=data)
        assert response.status_code == status
        assert "try again" in response.text
        assert "secret" not in response.text
        assert "In the dark." in response.text or address.endswith("/look")
    assert client.get(f"/knowledge/history/{head - 1}/roll-back").status_code == 200
    assert site.head == head


def test_only_what_came_from_here_is_described_anew(client: FlaskClient) -> None:
    """A task that came with the program is refused kindly, with what can be done instead."""
    response = client.get("/knowledge/tasks/payment-ledger/edit")
    whole(response, 409)
    assert "Add a narrower task" in response.text


def test_a_task_goes_out_of_use(site: Site, client: FlaskClient) -> None:
    """Deprecated in favour of another and back; removed only where nothing names it."""
    for label in ("Bazaar", "Night bazaar"):
        above = ["Bazaar"] if label != "Bazaar" else []
        assert client.post("/knowledge/add-task", data=fill(site, label, broader=above)).status_code == 303
    shown = client.get("/knowledge/tasks/bazaar/retire").text
    assert "Night bazaar" in shown
    assert "cannot be removed" in shown
    remove = {"wish": "remove", "key": KEY}
    refused = client.post("/knowledge/tasks/bazaar/retire", data={**remove, "base": site.head})
    whole(refused, 422)
    assert "night-bazaar" in refused.text
    wishes = {"wish": "deprecate", "other": "ledger", "key": KEY}
    assert client.post("/knowledge/tasks/bazaar/retire", data={**wishes, "base": site.head}).status_code == 303
    assert site.knowledge.tasks["bazaar"].replaced_by == "payment-ledger"
    assert "deprecated" in client.get("/knowledge/tasks/bazaar").text
    back = {"wish": "restore", "key": KEY, "base": site.head}
    assert client.post("/knowledge/tasks/bazaar/retire", data=back).status_code == 303
    assert site.knowledge.tasks["bazaar"].replaced_by is None
    proposed = client.post("/knowledge/tasks/night-bazaar/retire", data={**remove, "base": site.head, "propose": "1"})
    assert "/knowledge/proposals/" in proposed.headers["Location"]
    assert "night-bazaar" in site.knowledge.tasks
    withdrawn = {"wish": "withdraw", "reason": "Not yet.", "key": KEY}
    assert client.post(proposed.headers["Location"], data=withdrawn).status_code == 303
    gone = client.post("/knowledge/tasks/night-bazaar/retire", data={**remove, "base": site.head})
    assert gone.headers["Location"].endswith(f"/knowledge/history/{site.head}")
    assert "night-bazaar" not in site.knowledge.tasks


# --- Keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "status"), [("", 401), ("wrong", 401), ("read", 403), ("ended", 401)])
def test_without_a_good_key_nothing_is_saved(site: Site, client: FlaskClient, key: str, status: int) -> None:
    """No key, an unknown one and one for reading are told apart; what was typed stays, apart from the key."""
    keys, head = site.services.keys, site.head
    given = keys.add("reader", "read") if key == "read" else key
    response = client.post("/knowledge/add-task", data={**fill(site, "Toll booth"), "key": given})
    keys.revoke("reader") if key == "read" else None
    whole(response, status)
    assert "Toll booth" in response.text
    assert site.head == head
    if given:
        assert given not in response.text


def test_a_kept_key_is_out_of_reach(site: Site) -> None:
    """Its cookie is for this site alone and for no script; no page and no address ever has the key."""
    client = site.client()
    response = client.post("/knowledge/add-task", data=fill(site, "Ticket office", keep="1"))
    cookie = response.headers["Set-Cookie"]
    for flag in ("HttpOnly", "SameSite=Strict", "Path=/knowledge"):
        assert flag in cookie
    assert "Expires" not in cookie
    assert KEY not in response.headers["Location"]
    text = client.get("/knowledge/add-task").text
    assert "You write as <strong>admin</strong>" in text
    assert KEY not in text
    secure = site.client().post("/knowledge/add-task", data=fill(site, "Box office", keep="1"), base_url="https://x/")
    assert "Secure" in secure.headers["Set-Cookie"]


def test_a_kept_key_alone_saves_nothing(site: Site) -> None:
    """A form needs the token of this key: none, a forged one and one of another key are refused."""
    client = site.client()
    client.post("/knowledge/add-task", data=fill(site, "Kiosk", keep="1"))
    token = re.search(r'name="token" value="([^"]+)"', client.get("/knowledge/add-task").text).group(1)
    data = {**fill(site, "News stand"), "key": ""}
    for wrong in ("", "x", token[:-2] + "xx"):
        whole(client.post("/knowledge/add-task", data={**data, "token": wrong}), 403)
    assert "news-stand" not in site.knowledge.tasks
    assert client.post("/knowledge/add-task", data={**data, "token": token}).status_code == 303
    client.post("/knowledge/key/forget")
    assert client.get_cookie("adaptwise_key", path="/knowledge") is None


def test_a_revoked_key_is_forgotten(site: Site) -> None:
    """What revokes a key revokes it here, and the browser is told to forget it."""
    client, other = site.client(), site.services.keys.add("guest")
    client.post("/knowledge/add-task", data={**fill(site, "Coat check", keep="1"), "key": other})
    assert site.services.store.head().author == "guest"
    site.services.keys.revoke("guest")
    assert "You write as" not in client.get("/knowledge/add-task").text
    assert client.get_cookie("adaptwise_key", path="/knowledge") is None


def test_what_another_site_sends_is_refused(site: Site, client: FlaskClient) -> None:
    """Whatever the browser carries, a page from elsewhere changes nothing."""
    head = site.head
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        response = client.post("/knowledge/add-task", data=fill(site, "Snare"), headers=headers)
        whole(response, 403)
    assert site.head == head


def test_wrong_keys_are_counted(site: Site) -> None:
    """Whoever types many wrong keys has to wait, as programs have to."""
    client = site.client()
    data = {**fill(site, "Safe"), "key": "guess"}
    codes = [
        client.post("/knowledge/add-task", data=data, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code
        for _ in range(4)
    ]
    assert codes == [401, 401, 401, 429]
    late = client.get("/knowledge/history", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert late.status_code == 200  # only keys are refused


def test_hostile_words_stay_words(site: Site, client: FlaskClient) -> None:
    """A label with markup, templates and marks is shown as it is wherever it appears."""
    fields = {"id": "hostile", "definition": HOSTILE, "reason": HOSTILE, "synonyms": "<i>x</i>"}
    label = HOSTILE.replace("\ue000task-x\ue001y\ue002", "end")
    response = client.post("/knowledge/add-task", data=fill(site, label, **fields))
    assert response.status_code == 303, response.text
    child = fill(site, "Child of it", broader=["hostile"], **{"need-0": "durable writes", "strength-0": "weak"})
    response = client.post("/knowledge/add-task", data=child)
    assert response.status_code == 303, response.text
    for address in (
        "/knowledge?q=script",
        "/knowledge/tasks?q=alert",
        "/knowledge/tasks/hostile",
        "/knowledge/tasks/hostile/graph",
        "/knowledge/tasks/hostile/edit",
        "/knowledge/tasks/hostile/retire",
        "/knowledge/tasks/child-of-it",
        "/knowledge/history",
        f"/knowledge/history/{site.head - 1}",
        f"/knowledge/history/{site.head - 2}/roll-back",
        "/knowledge/names?kind=task&broader=script",
    ):
        text = client.get(address).text
        assert "<script>alert" not in text, address
        assert "49" not in re.findall(r"onload=x&#34; (\S+)", text), address
        assert "&lt;script&gt;" in text, address


# --- History, proposals, trust ------------------------------------------------------------------------------------


def test_history_tells_every_change_and_goes_back(site: Site, client: FlaskClient) -> None:
    """A version shows what it changed, a comparison what differs, and going back restores the content."""
    before = site.services.store.head()
    client.post("/knowledge/add-task", data=fill(site, "Pawn shop", reason="We lend on things."))
    number = site.head
    assert "We lend on things." in client.get("/knowledge/history").text
    shown = client.get(f"/knowledge/history/{number}").text
    assert "Pawn shop" in shown
    assert f"/knowledge/history/{number - 1}/to/{number}/answers" in shown
    assert "Nothing differs" in client.get(f"/knowledge/history/{number}/to/{number}").text
    compared = client.get(f"/knowledge/history/compare?old={number - 1}&new={number}", follow_redirects=True)
    assert "Pawn shop" in compared.text
    whole(client.get(f"/knowledge/history/{number - 1}/to/{number}/answers"))
    rehearsed = client.get(f"/knowledge/history/{before.number}/roll-back")
    whole(rehearsed)
    assert "Pawn shop" in rehearsed.text
    data = {"base": number, "key": KEY, "reason": "A mistake."}
    response = client.post(f"/knowledge/history/{before.number}/roll-back", data=data)
    assert response.status_code == 303
    newest = site.services.store.head()
    assert (newest.content_hash, newest.reason) == (before.content_hash, "A mistake.")
    assert "pawn-shop" not in site.knowledge.tasks
    stale = client.post(f"/knowledge/history/{before.number}/roll-back", data=data)
    whole(stale, 409)


def test_more_than_anybody_looks_through_is_not_told(
    site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Versions that touched very many terms say so, and going back is still possible."""
    client.post("/knowledge/add-task", data=fill(site, "Cloakroom"))
    number = site.head
    monkeypatch.setattr("api.page.versions.MOST_COMPARED", 1)
    for address in (f"{number}", f"{number - 1}/to/{number}", f"{number - 1}/roll-back"):
        response = client.get(f"/knowledge/history/{address}")
        whole(response)
        assert "So many terms differ" in response.text
    assert "Go back</button>" in response.text


def test_files_of_the_page_are_compressed(client: FlaskClient) -> None:
    """Script and style weigh a third on the wire; pages stay as they are, whose length must tell nothing."""
    for path in ("/page/vendor/htmx.min.js", "/page/page.css"):
        with client.get(path) as plain, client.get(path, headers={"Accept-Encoding": "gzip"}) as packed:
            assert packed.headers["Content-Encoding"] == "gzip"
            assert len(packed.data) < len(plain.data) / 2
    assert "Content-Encoding" not in client.get("/knowledge", headers={"Accept-Encoding": "gzip"}).headers


def test_a_claim_without_a_name_goes_by_what_it_says(site: Site, client: FlaskClient) -> None:
    """What was typed as the reason of a task stands with it, not an id that nobody chose."""
    said = "Umbrellas are handed in. They are handed out again."
    assert client.post("/knowledge/add-task", data=fill(site, "Umbrella stand", reason=said)).status_code == 303
    term = site.knowledge.tasks["umbrella-stand"]
    (claim,) = (site.knowledge.claims[one] for one in term.claims)
    assert claim.label == claim.id
    item = Words(site.knowledge).item(("claim", claim.id))
    assert (item.name, item.says) == ("Umbrellas are handed in.", "They are handed out again.")
    assert claim.id not in re.sub(r"<[^>]+>", "", client.get("/knowledge/tasks/umbrella-stand").text)


def test_a_missing_key_is_a_link_away(site: Site, client: FlaskClient) -> None:
    """Whoever saves without a key is led to where it is typed in."""
    response = client.post("/knowledge/add-task", data=fill(site, "Umbrella stand", key=""))
    assert response.status_code == 401
    assert '<a href="#key">' in response.text
    assert 'id="key"' in response.text


def test_changes_too_long_to_read_are_not_read(
    site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version of very many terms is told by its length alone; so is the history, and going back is still possible."""
    client.post("/knowledge/add-task", data=fill(site, "Left luggage"))
    number = site.head

    def read(*_: object) -> None:
        raise AssertionError("a change was read")

    monkeypatch.setattr("api.page.versions.MOST_READ", 1)
    monkeypatch.setattr("kb.history.read_deltas", read)
    monkeypatch.setattr(type(site.services.store), "delta", read)
    monkeypatch.setattr(site.services, "touched", {})
    monkeypatch.setattr("api.page.versions.rehearse", read)
    for address in ("", f"/{number}", f"/{number - 1}", f"/{number - 1}/to/{number}", f"/{number - 1}/roll-back"):
        response = client.get(f"/knowledge/history{address}")
        whole(response)
        assert re.search("So many terms differ|more terms than are counted here", response.text)
    assert "So much differs" in response.text
    assert "Go back</button>" in response.text
    assert "So much differs" in client.get(f"/knowledge/history/{number - 1}/to/{number}/answers").text


def test_a_proposal_waits_for_another_key(site: Site, client: FlaskClient) -> None:
    """Proposed, looked at, refused to its author, committed by somebody else; turned down only with a reason."""
    other = site.services.keys.add("colleague")
    response = client.post("/knowledge/add-task", data=fill(site, "Lost property", wish="propose"))
    address = urlsplit(response.headers["Location"]).path
    assert "lost-property" not in site.knowledge.tasks
    whole(client.get("/knowledge/proposals"))
    assert "1 open" in client.get("/knowledge/history").text
    shown = client.get(address)
    whole(shown)
    assert "Lost property" in shown.text
    whole(client.post(address, data={"wish": "commit", "key": KEY}), 403)
    whole(client.post(address, data={"wish": "reject", "key": other}), 422)
    committed = client.post(address, data={"wish": "commit", "key": other})
    assert committed.headers["Location"].endswith(f"/knowledge/history/{site.head}?saved=1")
    assert "lost-property" in site.knowledge.tasks
    whole(client.post(address, data={"wish": "commit", "key": other}), 409)
    response = client.post("/knowledge/add-task", data=fill(site, "Ice rink", wish="propose"))
    address = urlsplit(response.headers["Location"]).path
    assert client.post(address, data={"wish": "reject", "reason": "Too cold.", "key": other}).status_code == 303
    assert "Too cold." in client.get(address).text
    site.services.keys.revoke("colleague")


def test_trust_says_what_is_in_doubt(site: Site, client: FlaskClient) -> None:
    """The version in use, the worked cases as they come out now, and every sort of doubt with its number."""
    response = client.get("/knowledge/trust")
    whole(response)
    claims = site.knowledge.claims.values()
    unverified = sum(one.verification == "unverified" for one in claims)
    decided = {one.conflict for one in site.knowledge.resolutions.values() if one.decision != "open"}
    still_open = len(set(site.knowledge.conflicts) - decided)
    assert ("No claim is left unverified" if not unverified else f"{unverified} claim") in response.text
    assert ("No conflict is open" if not still_open else f"{still_open} of ") in response.text
    text = client.get("/knowledge/conflicts").text
    assert text.count('<span class="badge doubt">open</span>') == min(25, still_open)
    report = site.services.advisor().accuracy().as_dict()
    text = client.get("/knowledge/trust/scenarios").text
    assert f"{report['acceptable']} of {report['scenarios']}" in text


def test_the_record_is_told_fairly(site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """First comes the figure for which no case was read by its own words; every wrong case is named."""
    records = read_records(SHIPPED)
    monkeypatch.setattr("api.page.trusting.read_records", lambda _: records)
    response = client.get("/knowledge/trust")
    whole(response)
    shown = re.findall(r'class="big"><strong>([\d.]+)%</strong>', response.text)
    by_text = [record.figures for record in records if record.figures["understanding"]]
    assert by_text
    fair = [
        min(one["acceptable"] for name, one in (record.figures["understanding"] or {}).items() if name != ALL_PHRASES)
        if record.figures["understanding"]
        else record.figures["acceptable"]
        for record in records
    ]
    assert [float(one) for one in shown] == [round(100 * one, 1) for one in fair]
    for record in records:
        for wrong in record.figures["wrong"]:
            assert f"{wrong['id']}: " in response.text
    assert "The knowledge has changed since then" in response.text


def test_the_shipped_knowledge_reads_as_sentences(site: Site) -> None:
    """Every statement of the shipped packs has words in which its terms are links; doubts are marked."""
    knowledge = read_knowledge(load_packs(SHIPPED))
    words = Words(knowledge)
    with site.app.test_request_context():
        for kind, statement in knowledge.statements():
            said = words.says(kind, statement)
            assert said.endswith((".", "!", "?", ":", ")", "</a>")), said
            assert not set("\ue000\ue001\ue002") & set(said)
            if kind in ("rule", "contribution", "tradeoff"):
                assert 'href="/knowledge/' in said
        marked_open = [one for one in knowledge.conflicts if "open" in words.item(("conflict", one)).badges]
    decided = {one.conflict for one in knowledge.resolutions.values() if one.decision != "open"}
    assert marked_open == [one for one in knowledge.conflicts if one not in decided]
    assert marked_open
    late = date(2199, 1, 1)
    for claim in knowledge.claims.values():
        badges = badges_of(claim, late)
        assert ("due for review" in badges) == bool(claim.review_by)
        assert ("unverified" in badges) == (claim.verification == "unverified")
        assert ("judgement" in badges) == (claim.kind == "judgement")
