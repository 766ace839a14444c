"""What a command starts with: what it asks for, and none of what only others need."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, XSD

from kb.namespaces import PREFIXES, SCHEMA
from kb.vocabularies import AW

LEFT_OUT = {
    "a server": ("gunicorn", "limits", "prometheus_client", "flask_compress", "flask_cors", "api.app", "api.page"),
    "asking one": ("requests", "urllib3"),
    "events": ("structlog", "rich", "attr"),
    "language": ("chat", "numpy", "snowballstemmer", "rapidfuzz"),
    "a terminal": ("prompt_toolkit",),
    "RDF beyond lines": ("rdflib", "oxrdflib", "pyshacl", "kb.reader", "kb.validation"),
    "changes": ("alembic", "networkx", "engine.pipeline", "engine.verification"),
    "other questions": ("engine.costs", "engine.counterfactual", "engine.evaluation", "api.routes.explanations"),
    "another database, and mapped classes": ("psycopg", "sqlalchemy.dialects.postgresql", "sqlalchemy.orm"),
}
"""Packages and modules that take long to import, by what they are for."""

NOTING = """
import json, sys
from api import cli

def leave(status):
    sys.stdout.flush()
    json.dump(sorted(sys.modules), sys.stderr)

cli._leave = leave
cli.main()
"""


def noted(home: Path, *arguments: str) -> tuple[str, set[str]]:
    """What a command prints, and what it has imported at its end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ADAPTWISE_")}
    done = subprocess.run(
        [sys.executable, "-c", NOTING, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**environment, "ADAPTWISE_HOME": str(home)},
    )
    return done.stdout, set(json.loads(done.stderr))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that has been asked before."""
    folder = tmp_path_factory.mktemp("home")
    said, imported = noted(folder, "recommend", "--task", "question-answering")
    assert "I recommend" in said and "kb.reader" in imported
    return folder


def test_a_recommendation_imports_nothing_else(home: Path) -> None:
    """The second start answers without what other commands, servers and changes need."""
    said, imported = noted(home, "recommend", "--task", "question-answering", "--json")
    assert json.loads(said)["recommended"]
    found = {what: sorted(imported & set(names)) for what, names in LEFT_OUT.items()}
    assert not any(found.values()), {what: names for what, names in found.items() if names}


def test_text_brings_language_along(home: Path) -> None:
    """What is left out is there where it is needed."""
    said, imported = noted(home, "recommend", "--text", "answer questions about our manuals", "--json")
    assert json.loads(said)["interpretation"]
    assert {"chat.understanding", "snowballstemmer"} <= imported


def test_other_paths_are_answered_by_the_whole(home: Path) -> None:
    """A command that asks for something else is answered as well, an explanation by as much as it needs."""
    said, imported = noted(home, "why", "--task", "question-answering", "--json")
    assert json.loads(said)["reasons"]
    assert "api.routes.explanations" in imported and "api.app" not in imported
    said, imported = noted(home, "kb", "list", "tasks", "--json")
    assert json.loads(said) and "api.app" in imported


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("recommend", "--help")])
def test_help_imports_next_to_nothing(home: Path, arguments: tuple[str, ...]) -> None:
    """Help and version need neither application nor knowledge."""
    _, imported = noted(home, *arguments)
    assert not imported & {"flask", "sqlalchemy", "pydantic", "requests", "pyswip", "kb.store"}


def test_prefixes_are_those_of_the_standards() -> None:
    """The texts that stand for the vocabularies say the same as the library that knows them."""
    known = {"dcterms": DCTERMS, "owl": OWL, "prov": PROV, "rdf": RDF, "rdfs": RDFS, "skos": SKOS, "xsd": XSD}
    assert {prefix: PREFIXES[prefix] for prefix in known} == {prefix: str(name) for prefix, name in known.items()}
    assert PREFIXES["aw"] == str(AW) == SCHEMA


def test_a_server_has_read_its_words_before_the_first_message(tmp_path: Path) -> None:
    """What is prepared once a server is ready is what the first message asks for."""
    from api.services import Services, _prepare
    from api.settings import Settings
    from chat import vocabulary

    services = Services(Settings.from_environment({"ADAPTWISE_HOME": str(tmp_path), "ADAPTWISE_ADMIN_KEY": "k" * 20}))
    try:
        knowledge = services.advisor().knowledge
        _prepare(knowledge, serves=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(vocabulary, "build", lambda *_: pytest.fail("the words were read again"))
            assert vocabulary.vocabulary_of(knowledge).likeness_to_tasks("a bot that answers questions")
    finally:
        services.close()
        gc.unfreeze()
