"""The one law: knowledge is data, reasoning is generic; and imports go down only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.model import Knowledge
from kb.packs import SHIPPED, load_packs
from kb.reader import read_knowledge
from tests.law import domain_ids, offences

ROOT = Path(__file__).parents[1]
SECOND_DOMAIN = ROOT / "tests" / "second_domain" / "packs"
LAYERS = ("kb", "engine", "chat", "api")
SUFFIXES = {".py", ".pl", ".html", ".js", ".css", ".jinja", ".txt", ".svg", ".json"}

EXCEPTIONS = {
    "recommendation": "a resource of the REST contract and what the program gives",
    "other": "an everyday English word",
    "memory": "the computer's, which the engine limits",
}
"""Ids of the shipped packs that code may contain, because they are words of the contract or of a standard as well."""


def sources() -> list[Path]:
    """The program's own source files; vendored files are not its own words, and what stands beside packs is data."""
    return [
        path
        for layer in LAYERS
        for path in sorted((ROOT / layer).rglob("*"))
        if path.suffix in SUFFIXES
        and "vendor" not in path.relative_to(ROOT).as_posix()
        and ".min." not in path.name
        and SHIPPED not in path.parents
    ]


def knowledge_in(root: Path) -> Knowledge:
    """The knowledge base under a packs root."""
    return read_knowledge(load_packs(root))


@pytest.mark.parametrize("root", [SHIPPED, SECOND_DOMAIN], ids=["shipped", "second"])
def test_no_source_names_the_domain(root: Path) -> None:
    """No id of a knowledge base stands in code, comments, strings or templates."""
    ids = domain_ids(knowledge_in(root)) - set(EXCEPTIONS)
    assert len(ids) > 50
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sources()
        for line, name in offences(path.read_text(encoding="utf-8"), ids)
    ]
    assert found == []


def test_exceptions_are_few_and_needed() -> None:
    """At most five ids are excepted, each an id of the shipped packs that some source contains."""
    assert len(EXCEPTIONS) <= 5
    ids = domain_ids(knowledge_in(SHIPPED))
    texts = [path.read_text(encoding="utf-8") for path in sources()]
    for name in EXCEPTIONS:
        assert name in ids
        assert any(offences(text, {name}) for text in texts), f"nothing needs the exception {name}"


@pytest.mark.parametrize(
    "text",
    [
        "if technique == 'two-words':",
        "two_words = 1",
        "TWO_WORDS = 1",
        "class TwoWords: pass",
        "let twoWords = 1;",
        "# tells of two-words",
        "score_of_two_words(3)",
        "rank(two_words, 1).",
        "<li>single</li>",
        "constraint_high",
    ],
)
def test_an_id_is_found_however_it_is_spelled(text: str) -> None:
    """Ids are found in kebab-case, snake_case and camelCase, in code, comments, strings and markup."""
    assert offences(text, {"two-words", "single", "constraint-high"})


@pytest.mark.parametrize("text", ["two words", "twowords", "two-wordsmiths", "singled out", "single_file"])
def test_other_words_are_no_ids(text: str) -> None:
    """Only whole identifiers count."""
    assert offences(text, {"two-words", "single"}) == []


def test_the_domains_share_no_id() -> None:
    """What the second domain proves is not owed to a shared vocabulary."""
    assert domain_ids(knowledge_in(SHIPPED)) & domain_ids(knowledge_in(SECOND_DOMAIN)) == set()


# --- Imports --------------------------------------------------------------------------------------------------


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in the file, relative imports resolved."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*base, *([node.module] if node.module else [])])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if name in {"import_module", "__import__"} and node.args and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


def modules(*layers: str) -> list[Path]:
    """The Python files of some layers."""
    return [path for path in sources() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in layers]


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_go_down_only(layer: str) -> None:
    """``api -> chat -> engine -> kb``: nothing imports from a layer above its own."""
    above = LAYERS[LAYERS.index(layer) + 1 :]
    files = modules(layer)
    assert files
    found = [(str(path.relative_to(ROOT)), name) for path in files for name in imports(path)]
    assert [pair for pair in found if pair[1].split(".")[0] in above] == []


def test_one_file_imports_the_bridge_library() -> None:
    """Prolog is reached through one file of the engine."""
    files = [*modules(*LAYERS), *sorted((ROOT / "benchmarks").rglob("*.py"))]
    found = [path for path in files if any(name.split(".")[0] == "pyswip" for name in imports(path))]
    assert [path.relative_to(ROOT).as_posix() for path in found] == ["engine/bridge.py"]


@pytest.mark.parametrize("layer", ["kb", "engine", "chat"])
def test_no_http_below_the_interface(layer: str) -> None:
    """Nothing under the interface knows HTTP or its framework."""
    http = {"flask", "flask_openapi", "flask_httpauth", "werkzeug", "gunicorn", "requests", "http", "urllib3"}
    found = [(path.name, name) for path in modules(layer) for name in imports(path) if name.split(".")[0] in http]
    assert found == []
