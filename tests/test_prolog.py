"""The Prolog part by its own tests and checks: plunit, the check gate, documentation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "engine" / "prolog"
TESTS = ROOT / "tests" / "prolog"
MODULES = sorted(PROGRAM.glob("*.pl"))


def swipl(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run SWI-Prolog without input."""
    return subprocess.run(
        ["swipl", "-q", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def run_tests(directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the plunit tests of a copy of the repository."""
    return swipl("-f", "none", directory / "tests" / "prolog" / "run.pl", **environment)


def check(program: Path) -> subprocess.CompletedProcess[str]:
    """The gate: the whole program loads without a warning and calls nothing undefined."""
    flags = ("--on-warning=status", "--on-error=status")
    return swipl("-l", program / "service.pl", "-g", "check", *flags, "-t", "halt")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the Prolog program and its tests, to be broken."""
    shutil.copytree(PROGRAM, tmp_path / "engine" / "prolog")
    shutil.copytree(TESTS, tmp_path / "tests" / "prolog")
    return tmp_path


def append(file: Path, text: str) -> None:
    """Add lines to a file."""
    with file.open("a", encoding="utf-8") as out:
        out.write(f"\n{text}\n")


# --- Unit tests ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_unit_tests_pass_in_every_locale(locale: str) -> None:
    """All plunit tests pass, and there are hundreds of them."""
    done = run_tests(ROOT, LC_ALL=locale)
    assert (done.returncode, done.stderr.strip(". \n")) == (0, "")
    passed = re.search(r"^(\d+) passed, 0 failed$", done.stdout, re.MULTILINE)
    assert passed is not None
    assert int(passed.group(1)) > 300


@pytest.mark.parametrize(
    "planted",
    [
        ":- begin_tests(planted).\ntest(fails) :- fail.\n:- end_tests(planted).",
        ":- begin_tests(planted).\ntest(choice_point) :- member(_, [a, b]).\n:- end_tests(planted).",
        ":- begin_tests(planted).\ntest(error) :- throw(planted).\n:- end_tests(planted).",
        "warns(Singleton).",
        ":- begin_tests(planted).\ntest(says) :- print_message(warning, format(planted, [])).\n:- end_tests(planted).",
    ],
    ids=["failure", "choice point", "error", "warning on loading", "warning in a test"],
)
def test_runner_fails_on_anything_wrong(copied: Path, planted: str) -> None:
    """A failure, an error, a warning or a choice point left behind fails the run."""
    for file in (copied / "tests" / "prolog").glob("*.plt"):
        file.unlink()
    head = ":- use_module(library(plunit)).\n:- use_module(library(lists)).\n"
    good = ":- begin_tests(good).\ntest(passes) :- true.\n:- end_tests(good)."
    (copied / "tests" / "prolog" / "planted.plt").write_text(head + good + "\n", encoding="utf-8")
    sound = run_tests(copied)
    assert (sound.returncode, sound.stdout) == (0, "1 passed, 0 failed\n")
    append(copied / "tests" / "prolog" / "planted.plt", planted)
    assert run_tests(copied).returncode == 1


def test_runner_fails_without_tests(copied: Path) -> None:
    """A run that finds no tests is no success."""
    for file in (copied / "tests" / "prolog").glob("*.plt"):
        file.unlink()
    assert run_tests(copied).returncode == 1


# --- The gate -----------------------------------------------------------------------------------------------


def test_program_passes_the_gate() -> None:
    """The program loads without a warning and calls nothing that does not exist."""
    done = check(PROGRAM)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "planted",
    [
        "planted(X) :- no_such_predicate(X).",
        "planted(X, Y) :- atom(X).",
        "planted( :- .",
        ":- use_module(library(no_such_library)).",
        "scale(_, _, planted).",
    ],
    ids=["undefined predicate", "singleton", "syntax error", "missing library", "clauses apart"],
)
def test_gate_notices_what_is_planted(copied: Path, planted: str) -> None:
    """A mistake in any module fails the gate."""
    append(copied / "engine" / "prolog" / "completions.pl", planted)
    done = check(copied / "engine" / "prolog")
    assert done.returncode != 0
    assert "completions.pl" in done.stderr


# --- Documentation and coverage -----------------------------------------------------------------------------


def exports(module: Path) -> dict[str, int]:
    """The predicates that a module exports, with their arity."""
    declaration = re.search(r":- module\(\s*[\w_]+,\s*\[(.*?)\]\s*\)\.", module.read_text(encoding="utf-8"), re.DOTALL)
    assert declaration is not None, f"{module.name} declares no module"
    return {name: int(arity) for name, arity in re.findall(r"(\w+)/(\d+)", declaration.group(1))}


EXPORTS = [(module, name, arity) for module in MODULES for name, arity in exports(module).items()]
EXPORT_IDS = [f"{module.stem}:{name}" for module, name, _ in EXPORTS]


def arguments_of(head: str) -> list[str]:
    """The arguments of a documented head, commas within brackets kept together."""
    inner = head.partition("(")[2].rpartition(")")[0]
    parts, depth = [""], 0
    for char in inner:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def test_there_are_exports() -> None:
    """The module declarations were understood."""
    assert len(MODULES) >= 14
    assert len(EXPORTS) >= 45


@pytest.mark.parametrize(("module", "name", "arity"), EXPORTS, ids=EXPORT_IDS)
def test_every_export_is_documented(module: Path, name: str, arity: int) -> None:
    """A PlDoc head gives the mode of every argument and the determinism; text or types say what they are."""
    text = module.read_text(encoding="utf-8")
    heads = re.findall(rf"^%!  ({name}(?:\(.*\))?) is (det|semidet|multi|nondet)\.$", text, re.MULTILINE)
    assert len(heads) == 1, f"{module.name} has no head for {name}, or several"
    arguments = arguments_of(heads[0][0])
    assert len(arguments) == arity
    for argument in arguments:
        assert re.match(r"[-+?:@!]+[A-Z]\w*(:\w+(\(.*\))?)?$", argument), argument
    if heads[0][1] == "det":
        assert f":- det({name}/{arity})." in text or name in STRUCTURALLY_DETERMINISTIC


STRUCTURALLY_DETERMINISTIC = {"rules_fired", "dependent_fired"}
"""Called thousands of times a question, where the check of `det` would cost; plunit reports choice points."""


@pytest.mark.parametrize(("module", "name", "arity"), EXPORTS, ids=EXPORT_IDS)
def test_every_export_is_tested(module: Path, name: str, arity: int) -> None:
    """A unit of the module's test file is named after the predicate, has tests, and calls it."""
    file = TESTS / f"{module.stem}.plt"
    text = file.read_text(encoding="utf-8")
    unit = re.search(rf"^:- begin_tests\({name}\b.*?^:- end_tests\({name}\)\.$", text, re.MULTILINE | re.DOTALL)
    assert unit is not None, f"{file.name} has no unit for {name}"
    assert re.search(r"^test\(", unit.group(), re.MULTILINE)
    helpers = re.sub(r"^:- .*$", "", text.partition(":- begin_tests(")[0], flags=re.MULTILINE)
    assert name in unit.group().split("\n", 1)[1].rsplit("\n", 1)[0] + helpers


@pytest.mark.parametrize("module", [*MODULES, *sorted(TESTS.glob("*.pl*"))], ids=lambda path: path.name)
def test_files_say_their_encoding_first(module: Path) -> None:
    """Without the directive a file loads as garbage where the locale is C."""
    assert module.read_text(encoding="utf-8").startswith(":- encoding(utf8).\n")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_module_loads_alone_in_locale_c(module: Path) -> None:
    """Each module imports what it uses, and loads where the locale is C."""
    flags = ("--on-warning=status", "--on-error=status", "-g", "list_undefined", "-t", "halt")
    done = swipl("-f", "none", *flags, module, LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")
