"""The page at ``/``: works without JavaScript, escapes everything, asks nothing of anyone else, speaks any domain."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from talking import HERE, Talk, talk_about
from test_scale import BASE, SOAK, generated

from api.page import create_page_blueprint
from api.page.board import SUGGESTED, suggested_tasks
from api.page.view import blocks
from engine.answers import ANSWERS, AnswerLog
from engine.errors import EngineError, Overloaded
from kb.store import Snapshot, Version

HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Conversations over the second domain."""
    with talk_about("second", tmp_path_factory.mktemp("page")) as found:
        yield found


@pytest.fixture
def client(talk: Talk) -> FlaskClient:
    """A browser without JavaScript."""
    app = Flask("tested", static_folder=None)
    answers = AnswerLog(talk.database)
    app.extensions["adaptwise"] = SimpleNamespace(
        dialogues=talk.dialogues, live=talk.live, advisor=talk.live.current, answers=answers
    )
    app.register_blueprint(create_page_blueprint())
    return app.test_client()


class Markup(HTMLParser):
    """What a page is made of: opened and closed tags, addresses, ids, inline code."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "source"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.names: list[str] = []
        self.labelled: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note what matters of a tag."""
        if tag not in self.VOID:
            self.open.append(tag)
        for name, given in attributes:
            if name in {"href", "src", "action", "hx-post", "hx-get"}:
                self.addresses.append(given or "")
            if name == "id":
                self.ids.append(given or "")
            if name in {"for", "aria-labelledby"}:
                self.labelled.append(given or "")
            if name.startswith("on") or name == "style":
                self.inline.append(f"{tag} {name}")
        if tag in {"script", "style"} and not dict(attributes).get("src"):
            self.inline.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Tags close in the order in which they were opened."""
        assert self.open.pop() == tag


def conversation(client: FlaskClient, *texts: str) -> str:
    """The address of a conversation in which these texts were sent."""
    address = client.post("/", data={"text": texts[0]}).headers["Location"]
    for text in texts[1:]:
        assert client.post(address, data={"text": text}).status_code == 303
    return address


def pages(client: FlaskClient) -> list[str]:
    """One page of each sort."""
    address = conversation(client, "a payment ledger", "why?", "what if we had scarce memory?")
    return [client.get("/").text, client.get(address).text, client.post("/c/none", data={"text": "why?"}).text]


def test_the_page_is_the_domains_own(client: FlaskClient) -> None:
    """Name, question, noun and examples are the knowledge base's."""
    text = client.get("/").text
    assert "<title>Stackwise: Which database for my service?</title>" in text
    assert "Describe your service" in text
    assert "a payment ledger that must never lose a booking" in text


def test_it_works_without_javascript(client: FlaskClient) -> None:
    """A form sent the plain way leads to the conversation with the recommendation and its reasons."""
    response = client.post("/", data={"text": "a payment ledger"})
    assert response.status_code == 303
    text = client.get(response.headers["Location"]).text
    for expected in ("You:", "payment ledger", "Relational database", "Recommended", "durable writes"):
        assert expected in text
    again = client.post(response.headers["Location"], data={"text": "why not a document store?"})
    assert again.headers["Location"].endswith("#latest")
    assert "Document store is" in client.get(again.headers["Location"]).text


def test_the_next_question_can_be_clicked(client: FlaskClient) -> None:
    """The values of the question are buttons, and a button is an answer."""
    address = conversation(client, "a product catalogue")
    text = client.get(address).text
    question = re.search(r'<p id="question">([^<]+)</p>', text).group(1)
    log, _, rest = text.partition('<div id="say"')
    assert question not in log
    assert question in rest
    choice = re.search(r'<form[^>]*class="choices".*?<button name="text" value="([^"]+)"', text, re.S).group(1)
    client.post(address, data={"text": choice})
    assert "Understood" in client.get(address).text


def test_htmx_gets_only_what_is_new(client: FlaskClient) -> None:
    """With htmx the reply is one exchange, and the form beside it."""
    address = conversation(client, "a payment ledger")
    text = client.post(address, data={"text": "why?"}, headers=HTMX).text
    assert "<html" not in text
    assert text.count("<article") == 1
    assert 'hx-swap-oob="true"' in text


def test_the_first_message_by_htmx_leads_to_its_page(client: FlaskClient) -> None:
    """htmx is told where to go."""
    response = client.post("/", data={"text": "a payment ledger"}, headers=HTMX)
    assert response.headers["HX-Redirect"].startswith("/c/")


def test_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient) -> None:
    """The policy forbids inline code and other hosts, and the pages need neither."""
    for text in pages(client):
        markup = Markup(text)
        assert not markup.open
        assert not markup.inline
        assert all(address.startswith(("/", "#")) for address in markup.addresses), markup.addresses
        assert len(markup.ids) == len(set(markup.ids))
        assert set(markup.labelled) <= set(markup.ids)


def test_the_policy_is_sent_with_every_answer(client: FlaskClient) -> None:
    """Pages, fragments, files and errors carry it."""
    for path in ("/", "/c/none", "/page/page.css"):
        with client.get(path) as response:
            policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_static_files_are_shipped(client: FlaskClient) -> None:
    """Style, script, icon and htmx with its licence are there."""
    for name in ("page.css", "page.js", "icon.svg", "vendor/htmx.min.js", "vendor/htmx.LICENSE.txt"):
        with client.get(f"/page/{name}") as response:
            assert response.status_code == 200


HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> a payment ledger'


def test_files_are_kept_by_browsers_until_they_change(client: FlaskClient) -> None:
    """Their addresses name their content; by an address that does not they are asked for anew each time."""
    found = re.findall(r'(?:href|src)="(/page/[^"]+)"', client.get("/").text)
    assert len(found) >= 4
    for address in found:
        assert re.search(r"\?v=[0-9a-f]{12}$", address)
        with client.get(address) as response:
            assert "immutable" in response.headers["Cache-Control"]
        with client.get(address.partition("?")[0] + "?v=000000000000") as response:
            assert response.status_code == 200
            assert "no-cache" in response.headers["Cache-Control"]


def test_what_a_user_writes_is_escaped(client: FlaskClient) -> None:
    """Markup in a message is shown, never interpreted."""
    address = conversation(client, HOSTILE, f"what does {HOSTILE} mean?")
    for text in (client.get(address).text, client.post(address, data={"text": HOSTILE}, headers=HTMX).text):
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize(("text", "status"), [("", 422), (" \n ", 422), ("x" * 5000, 422)])
def test_a_message_that_cannot_be_read_is_named(client: FlaskClient, text: str, status: int) -> None:
    """Empty and overlong messages are refused in words."""
    for address in ("/", conversation(client, "a payment ledger")):
        response = client.post(address, data={"text": text})
        assert response.status_code == status
        assert 'role="alert"' in response.text


def test_an_unknown_conversation_is_named(client: FlaskClient) -> None:
    """An address that leads nowhere says so, on the page one can begin from."""
    response = client.get("/c/none")
    assert response.status_code == 404
    assert "no such conversation" in response.text
    assert "<textarea" in response.text


@pytest.mark.parametrize("error", [Overloaded("full"), EngineError("secret detail")])
def test_trouble_of_the_engine_is_told_kindly(
    client: FlaskClient, talk: Talk, monkeypatch: pytest.MonkeyPatch, error: EngineError
) -> None:
    """An engine that cannot answer is 503, without its inner words."""

    def fail(*_: object) -> None:
        raise error

    address = conversation(client, "a payment ledger")
    monkeypatch.setattr(type(talk.dialogues), "say", fail)
    response = client.post(address, data={"text": "why?"}, headers=HTMX)
    assert response.status_code == 503
    assert "try again" in response.text
    assert "secret" not in response.text


def test_a_conversation_can_be_deleted(client: FlaskClient) -> None:
    """The button forgets it."""
    address = conversation(client, "a payment ledger")
    assert client.post(f"{address}/delete").status_code == 303
    assert client.get(address).status_code == 404


def test_replies_become_blocks() -> None:
    """Paragraphs, lists, and the details that belong to an item."""
    one, two, three = blocks("Because:\n• first\n    detail\n• second\n\nThat is all.")
    assert one.text == "Because:"
    assert [(item.text, item.details) for item in two.items] == [("first", ["detail"]), ("second", [])]
    assert three.text == "That is all."


def test_the_licence_of_htmx_is_noted() -> None:
    """What others wrote is shipped with its licence and named in the folder's README."""
    folder = HERE.parent / "api" / "page"
    assert "Zero-Clause BSD" in (folder / "static" / "vendor" / "htmx.LICENSE.txt").read_text("utf-8")
    assert "htmx 2.0.11 (Zero-Clause BSD)" in (folder / "README.md").read_text("utf-8")


def test_every_view_of_any_answer_is_well_formed(client: FlaskClient, talk: Talk) -> None:
    """Whatever is known, ruled out or level, each view is there, closes what it opens and names nothing twice."""
    advisor, answers, chance = talk.live.current(), AnswerLog(talk.database), random.Random(7)
    knowledge = advisor.knowledge
    cases: list[dict] = [{}, {"exclude": [*knowledge.techniques]}]
    for _ in range(40 if SOAK else 4):
        some = chance.sample(sorted(knowledge.constraints), chance.randint(1, 8))
        values = {name: chance.choice(knowledge.constraints[name].values).id for name in some}
        needs = {chance.choice(sorted(knowledge.needs)): chance.choice(["required", "denied"])}
        cases.append({"task": chance.choice([None, *knowledge.tasks]), "constraints": values, "needs": needs})
    for case in cases:
        recommendation = advisor.recommend(advisor.profile(**case))
        answers.save(recommendation, advisor.version.number)
        for view in ("", "/why", "/why-not", "/compare", "/changes", "/map", "/cost", "/sources", "/what-if"):
            response = client.get(f"/a/{recommendation.id}{view}")
            assert response.status_code == 200, (case, view)
            markup = Markup(response.text)
            assert (markup.open, markup.inline) == ([], [])
            assert len(markup.ids) == len(set(markup.ids))
            assert set(markup.labelled) <= set(markup.ids)


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/a/none", 404, "no such answer"),
        ("/a/{id}/dance", 404, "no view"),
        ("/a/{id}/compare?than=nobody", 422, "nobody"),
        ("/a/{id}/map?x=nothing", 422, "nothing"),
        ("/a/{id}/changes?to=nobody", 422, "nobody"),
        ("/a/{id}/cost?nothing=3", 422, "nothing"),
        ("/a/{id}/why?node=nowhere", 422, "nowhere"),
        ("/a/{id}/what-if?nothing=1", 422, "nothing"),
        ("/a/{id}/files/compare.svg", 404, "cannot be had"),
        ("/a/{id}/files/map.svg?x=nothing", 422, "nothing"),
    ],
)
def test_what_a_view_cannot_show_is_named(client: FlaskClient, talk: Talk, path: str, status: int, told: str) -> None:
    """Wrong addresses are answered in words, on a page from which one can go on."""
    advisor = talk.live.current()
    recommendation = advisor.recommend(advisor.profile(task="payment-ledger"))
    AnswerLog(talk.database).save(recommendation, advisor.version.number)
    response = client.get(path.format(id=recommendation.id))
    assert response.status_code == status
    assert told in response.text
    assert 'role="alert"' in response.text
    assert "Traceback" not in response.text


def test_a_range_stands_on_the_board_as_it_was_said(client: FlaskClient) -> None:
    """What is known roughly is told as said, once, even where no value follows."""
    address = conversation(client, "a payment ledger")
    client.post(f"{address}/board", data={"constraint": "stored-volume", "number": "1 to 100000"})
    markup = client.get(address).text
    assert markup.count('id="set-stored-volume"') == 1
    assert 'value="1 to 100000"' in markup
    told = markup.partition("What you said")[2].partition("What could change")[0]
    assert "stored-volume" in told


def ticked(text: str) -> list[str]:
    """The packs that are ticked on a page."""
    return re.findall(r'name="pack"[^>]*value="([^"]+)" checked', text)


def test_packs_are_chosen_for_a_conversation(client: FlaskClient, talk: Talk) -> None:
    """The board shows which packs count; what is ticked there counts in the answer, and in the link to it."""
    packs = [*talk.live.current().knowledge.packs]
    address = conversation(client, "a payment ledger")
    assert ticked(client.get(address).text) == packs
    assert client.post(f"{address}/board", data={"packs": "yes", "pack": packs[:1]}).status_code == 303
    text = client.get(address).text
    assert ticked(text) == packs[:1]
    link = re.search(r"/a/[0-9a-f]{32}", text).group()
    assert ticked(client.get(link).text) == packs[:1]
    assert AnswerLog(talk.database).find(link.removeprefix("/a/")).packs == (packs[0],)
    response = client.post(f"{address}/board", data={"packs": "yes", "pack": ["none"]}, headers=HTMX)
    assert response.status_code == 422
    assert "no pack “none”" in response.text


def test_packs_are_chosen_for_an_answer(client: FlaskClient, talk: Talk) -> None:
    """The same view by other packs has a link that shows it again, and leads to a conversation by these packs."""
    advisor = talk.live.current()
    packs = [*advisor.knowledge.packs]
    recommendation = advisor.recommend(advisor.profile(task="payment-ledger"))
    AnswerLog(talk.database).save(recommendation, advisor.version.number)
    first = f"/a/{recommendation.id}/compare?than=document-store"
    form = re.search(r'action="(/a/[^"]+/packs[^"]*)"', client.get(first).text).group(1)
    response = client.post(form.replace("&amp;", "&"), data={"view": "compare", "pack": packs[:1]})
    assert response.status_code == 303
    other = response.headers["Location"]
    assert other != first
    assert other.endswith("/compare?than=document-store")
    assert ticked(client.get(first).text) == packs
    assert ticked(client.get(other).text) == packs[:1]
    session = client.post(f"{other.partition('/compare')[0]}/continue").headers["Location"]
    assert ticked(client.get(session).text) == packs[:1]
    assert client.post(form, data={"view": "answer", "pack": ["none"]}).status_code == 422


def test_links_to_the_answer_hold_when_it_is_another_than_the_chat_gave(client: FlaskClient, talk: Talk) -> None:
    """A conversation that is opened on another day, or after the knowledge changed, shows an answer nobody gave yet."""
    address = conversation(client, "a payment ledger")
    with talk.database.write() as connection:
        connection.execute(delete(ANSWERS))
    link = re.search(r"/a/[0-9a-f]{32}", client.get(address).text).group()
    assert client.get(link).status_code == 200


def test_tasks_are_suggested_from_very_many() -> None:
    """However many tasks there are, a few fitting ones are suggested, and quickly."""
    snapshot = Snapshot(Version(1, "", "Ann", "", "", None), BASE | {*generated(100_000 if SOAK else 1000)})
    advisor = SimpleNamespace(knowledge=snapshot.knowledge)
    assert 0 < len(list(suggested_tasks(advisor, ""))) <= 2 * SUGGESTED
    list(suggested_tasks(advisor, "generated"))  # the first search makes the index of names
    begun = time.process_time()
    found = list(suggested_tasks(advisor, "generated 77"))
    assert time.process_time() - begun < 0.5
    assert 0 < len(found) <= SUGGESTED
    assert all("generated" in label.lower() and "77" in label for label in found)
